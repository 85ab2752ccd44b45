/*
 * dt: a reader of flattened device trees, the firmware's description of the machine.
 *
 *     struct dt dt;
 *     enum error error = dt_open(&dt, blob, size);
 *     struct dt_node node;
 *     if (dt_find(&dt, "/chosen", &node))
 *         struct dt_property p = dt_property(&dt, node, "bootargs");
 *
 * Source: Devicetree Specification, release 0.4, chapter 5 (DTB format). dt_open walks the whole
 * structure block once and checks everything that later reading relies on; after that nothing
 * here can fail on form, whatever the blob. It reads where the blob lies, allocates nothing and
 * copies nothing: all pointers that it gives out lie in the blob and live as long as it does.
 *
 * Shortcoming: a search is a walk from the start of its node. Trees here have a few kilobytes.
 *
 * Read next: lib/machine.h, what we want to know of the tree.
 */
#pragma once

#include <base/error.h>
#include <base/types.h>

/* An opened tree. The fields are private. */
struct dt {
    const uint8_t *structure; /* the structure block */
    size_t structure_size;    /* in bytes */
    const char *strings;      /* the strings block; every name that is used ends in it */
    uint32_t size;            /* the whole blob, in bytes */
};

/* A node: where its FDT_BEGIN_NODE token is in the structure block. */
struct dt_node {
    uint32_t offset;
    uint32_t depth; /* 0 is the root */
};

/* A property's value: `size` bytes. `data` is NULL iff there is no such property. */
struct dt_property {
    const char *name;
    const uint8_t *data;
    uint32_t size;
};

enum { DT_MAX_DEPTH = 64 };

/*
 * Check the blob at `blob`, of which `size` bytes may be read, and open it.
 * Fails (ERR_INVALID) iff it is not a device tree of version 17 that lies within `size`
 * bytes: magic, sizes, offsets, alignment to 8, tokens, names that end, values that end, one
 * root, depth up to DT_MAX_DEPTH, and FDT_END. Cost: linear in the blob.
 */
enum error dt_open(struct dt *dt, const void *blob, size_t size);

/* How many bytes the blob has. */
uint32_t dt_size(const struct dt *dt);

/* The root. It is always there. */
struct dt_node dt_root(const struct dt *dt);

/* The node's name with its unit address, as "cpu@0"; "" for the root. */
const char *dt_name(const struct dt *dt, struct dt_node node);

/* Step to the next node in the order of the tree, children before siblings; false at the end. */
bool dt_next(const struct dt *dt, struct dt_node *node);

/* Step `child` to the next child of `parent`, or to the first where child->offset is
   parent.offset; false iff there is no other. */
bool dt_next_child(const struct dt *dt, struct dt_node parent, struct dt_node *child);

/* The node of a path, as "/cpus/cpu@0"; a part without @ matches any unit address. */
bool dt_find(const struct dt *dt, const char *path, struct dt_node *node);

/* The first node after `node` (or from the root on, where node->offset is UINT32_MAX) whose
   property "compatible" lists the string. */
bool dt_next_compatible(const struct dt *dt, const char *compatible, struct dt_node *node);

/* The node's property of that name; data NULL iff there is none. */
struct dt_property dt_property(const struct dt *dt, struct dt_node node, const char *name);

/* Step through all properties of a node: start with data NULL; false at the end. */
bool dt_next_property(const struct dt *dt, struct dt_node node, struct dt_property *property);

/* The value as a string: NULL iff it is absent, or does not end in a NUL. */
const char *dt_string(struct dt_property property);

/* True iff the value, a list of strings, has this one. */
bool dt_has_string(struct dt_property property, const char *string);

/*
 * A big-endian number of `cells` cells of 4 bytes, 1 or 2, that begins at cell `at` of the value.
 * False, and *value as it was, iff it does not lie in the value or cells is neither.
 */
bool dt_cells(struct dt_property property, size_t at, uint32_t cells, uint64_t *value);

/*
 * The first range of the node's "reg", by the #address-cells and #size-cells of `parent` (2 and 1
 * where absent: section 2.3.5). False iff there is none of that form.
 */
bool dt_reg(const struct dt *dt, struct dt_node parent, struct dt_node node, uint64_t *address,
            uint64_t *size);
