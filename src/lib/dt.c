/*
 * dt: see lib/dt.h. Numbers in brackets are sections of the Devicetree Specification 0.4.
 *
 * The structure block is a stream of tokens, each at a multiple of 4 [5.4]:
 *
 *     BEGIN_NODE name NUL pad   { PROP size nameoff value pad }   { nodes }   END_NODE ... END
 *
 * Offsets and sizes that come from the blob are only ever compared by subtraction, from a bound
 * that is known to be larger: base + size could wrap, bound - base cannot.
 */
#include <lib/dt.h>
#include <lib/memory.h>

#include "dt_format.h"

/* Byte by byte: nearly always the first one differs. Neither is NULL. */
static bool strings_equal(const char *left, const char *right)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): as above */
    for (; *left == *right; left++, right++)
        if (*left == '\0')
            return true;
    return false;
}

/* --- One token ------------------------------------------------------------------------------- */

struct token {
    uint32_t kind;
    uint32_t offset;             /* where it begins */
    uint32_t next;               /* where the one after it begins */
    struct dt_property property; /* of a PROP */
};

/* Read the token at `offset`, of a structure block that dt_open has checked. */
static struct token token_at(const struct dt *dt, uint32_t offset)
{
    const uint8_t *at = dt->structure + offset;
    struct token token = { .kind = read32(at), .offset = offset, .next = offset + 4 };
    if (token.kind == BEGIN_NODE) {
        token.next = align4(offset + 4 + (uint32_t)strlen((const char *)at + 4) + 1);
    } else if (token.kind == PROP) {
        token.property.size = read32(at + 4);
        token.property.name = dt->strings + read32(at + 8);
        token.property.data = at + 12;
        token.next = align4(offset + 12 + token.property.size);
    }
    return token;
}

/* --- Opening: the only place that does not trust ---------------------------------------------- */

/* How many of `size` bytes are a string with its NUL; 0 iff none ends there. */
static size_t string_size(const uint8_t *at, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (at[i] == 0)
            return i + 1;
    return 0;
}

/* How many bytes of the strings block lie before its last NUL: a name that begins there, or at that
   NUL, ends in the block. -1 iff there is no NUL. */
static int64_t last_nul(const uint8_t *strings, size_t size)
{
    int64_t at = (int64_t)size - 1;
    while (at >= 0 && strings[at] != 0)
        at--;
    return at;
}

/* The size of the token at `at`, of `left` bytes; 0 iff it is not whole or not known. */
static size_t checked_token_size(const uint8_t *at, size_t left, int64_t last_name)
{
    if (left < 4)
        return 0;
    size_t length;
    switch (read32(at)) {
    case END_NODE:
    case NOP:
    case END:
        return 4;
    case BEGIN_NODE:
        length = string_size(at + 4, left - 4);
        if (length == 0)
            return 0;
        length += 4;
        break;
    case PROP:
        if (left < 12 || read32(at + 4) > left - 12)
            return 0;
        if ((int64_t)read32(at + 8) > last_name)
            return 0;
        length = 12 + read32(at + 4);
        break;
    default:
        return 0;
    }
    length = (length + 3) & ~(size_t)3;
    return length <= left ? length : 0;
}

/* True iff the structure block is one well-formed tree with its END. */
static bool structure_is_valid(const uint8_t *structure, size_t size, int64_t last_name)
{
    size_t offset = 0;
    uint32_t depth = 0;
    bool root_seen = false, may_have_property = false;
    for (;;) {
        size_t length = checked_token_size(structure + offset, size - offset, last_name);
        if (length == 0)
            return false;
        switch (read32(structure + offset)) {
        case BEGIN_NODE:
            if (depth == DT_MAX_DEPTH || (depth == 0 && root_seen))
                return false;
            depth++;
            root_seen = may_have_property = true;
            break;
        case END_NODE:
            if (depth == 0)
                return false;
            depth--;
            may_have_property = false; /* properties come before child nodes [5.4.2] */
            break;
        case PROP:
            if (depth == 0 || !may_have_property)
                return false;
            break;
        case END:
            return depth == 0 && root_seen;
        default: /* NOP */
            break;
        }
        offset += length;
    }
}

/* True iff `size` bytes from `offset` on lie within `total`. */
static bool lies_within(uint32_t offset, uint32_t size, uint32_t total)
{
    return offset <= total && size <= total - offset;
}

enum error dt_open(struct dt *dt, const void *blob, size_t size)
{
    const uint8_t *b = blob;
    if (b == NULL || (uintptr_t)b % 8 != 0 || size < HEADER_SIZE || read32(b + MAGIC) != DT_MAGIC)
        return ERR_INVALID;
    uint32_t total = read32(b + TOTALSIZE);
    uint32_t structure = read32(b + OFF_STRUCT), structure_size = read32(b + SIZE_STRUCT);
    uint32_t strings = read32(b + OFF_STRINGS), strings_size = read32(b + SIZE_STRINGS);
    if (total > size || total > INT32_MAX || total < HEADER_SIZE)
        return ERR_INVALID;
    if (read32(b + VERSION) < 17 || read32(b + LAST_COMPATIBLE) > 17)
        return ERR_INVALID;
    if (structure % 4 != 0 || !lies_within(structure, structure_size, total) ||
        !lies_within(strings, strings_size, total))
        return ERR_INVALID;
    if (!structure_is_valid(b + structure, structure_size, last_nul(b + strings, strings_size)))
        return ERR_INVALID;
    *dt = (struct dt){ b + structure, structure_size, (const char *)b + strings, total };
    return OK;
}

uint32_t dt_size(const struct dt *dt)
{
    return dt->size;
}

/* --- Walking ---------------------------------------------------------------------------------- */

struct dt_node dt_root(const struct dt *dt)
{
    uint32_t offset = 0;
    while (token_at(dt, offset).kind == NOP)
        offset += 4;
    return (struct dt_node){ offset, 0 };
}

const char *dt_name(const struct dt *dt, struct dt_node node)
{
    return (const char *)dt->structure + node.offset + 4;
}

bool dt_next(const struct dt *dt, struct dt_node *node)
{
    uint32_t depth = node->depth;
    struct token token = token_at(dt, node->offset);
    for (;;) {
        token = token_at(dt, token.next);
        if (token.kind == BEGIN_NODE) {
            *node = (struct dt_node){ token.offset, depth + 1 };
            return true;
        }
        if (token.kind == END)
            return false;
        if (token.kind == END_NODE)
            depth--; /* the root's makes it wrap, and END comes next */
    }
}

bool dt_next_child(const struct dt *dt, struct dt_node parent, struct dt_node *child)
{
    struct dt_node node = *child;
    while (dt_next(dt, &node) && node.depth > parent.depth)
        if (node.depth == parent.depth + 1) {
            *child = node;
            return true;
        }
    return false;
}

/* True iff `name` is the `length` bytes at `part`, or is so before its @. */
static bool name_matches(const char *name, const char *part, size_t length)
{
    size_t name_length = strlen(name);
    if (name_length < length || memcmp(name, part, length) != 0)
        return false;
    return name_length == length || name[length] == '@';
}

bool dt_find(const struct dt *dt, const char *path, struct dt_node *node)
{
    struct dt_node at = dt_root(dt);
    for (;;) {
        while (*path == '/')
            path++;
        if (*path == '\0')
            break;
        size_t length = 0;
        while (path[length] != '\0' && path[length] != '/')
            length++;
        struct dt_node parent = at;
        do
            if (!dt_next_child(dt, parent, &at))
                return false;
        while (!name_matches(dt_name(dt, at), path, length));
        path += length;
    }
    *node = at;
    return true;
}

bool dt_next_compatible(const struct dt *dt, const char *compatible, struct dt_node *node)
{
    struct dt_node at = *node;
    bool there = true;
    if (at.offset == UINT32_MAX)
        at = dt_root(dt);
    else
        there = dt_next(dt, &at);
    for (; there; there = dt_next(dt, &at))
        if (dt_has_string(dt_property(dt, at, "compatible"), compatible)) {
            *node = at;
            return true;
        }
    return false;
}

/* --- Properties ------------------------------------------------------------------------------- */

bool dt_next_property(const struct dt *dt, struct dt_node node, struct dt_property *property)
{
    uint32_t at = token_at(dt, node.offset).next;
    if (property->data != NULL) /* its value begins 12 bytes into its token */
        at = token_at(dt, (uint32_t)(property->data - 12 - dt->structure)).next;
    struct token token = token_at(dt, at);
    while (token.kind == NOP)
        token = token_at(dt, token.next);
    if (token.kind != PROP)
        return false;
    *property = token.property;
    return true;
}

struct dt_property dt_property(const struct dt *dt, struct dt_node node, const char *name)
{
    struct token token = token_at(dt, node.offset);
    do {
        token = token_at(dt, token.next);
        if (token.kind == PROP && strings_equal(token.property.name, name))
            return token.property;
    } while (token.kind == PROP || token.kind == NOP);
    return (struct dt_property){ 0 };
}

const char *dt_string(struct dt_property property)
{
    if (property.data == NULL || property.size == 0 || property.data[property.size - 1] != 0)
        return NULL;
    return (const char *)property.data;
}

bool dt_has_string(struct dt_property property, const char *string)
{
    if (dt_string(property) == NULL)
        return false;
    const char *at = (const char *)property.data, *end = at + property.size;
    for (; at < end; at += strlen(at) + 1)
        if (strings_equal(at, string))
            return true;
    return false;
}

bool dt_cells(struct dt_property property, size_t at, uint32_t cells, uint64_t *value)
{
    size_t there = property.data == NULL ? 0 : property.size / 4;
    if ((cells != 1 && cells != 2) || at > there || cells > there - at)
        return false;
    uint64_t number = read32(property.data + at * 4);
    if (cells == 2)
        number = number << 32 | read32(property.data + at * 4 + 4);
    *value = number;
    return true;
}

/* A count of cells that the parent states, or its default. */
static uint32_t cell_count(const struct dt *dt, struct dt_node parent, const char *name,
                           uint32_t otherwise)
{
    uint64_t count = otherwise;
    (void)dt_cells(dt_property(dt, parent, name), 0, 1, &count);
    return (uint32_t)count;
}

bool dt_reg(const struct dt *dt, struct dt_node parent, struct dt_node node, uint64_t *address,
            uint64_t *size)
{
    uint32_t address_cells = cell_count(dt, parent, "#address-cells", 2);
    uint32_t size_cells = cell_count(dt, parent, "#size-cells", 1);
    struct dt_property reg = dt_property(dt, node, "reg");
    uint64_t start, length = 0;
    if (!dt_cells(reg, 0, address_cells, &start))
        return false;
    if (size_cells != 0 && !dt_cells(reg, address_cells, size_cells, &length))
        return false;
    *address = start;
    *size = length;
    return true;
}
