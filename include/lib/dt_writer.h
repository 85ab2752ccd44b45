/*
 * dt_writer: writes a flattened device tree, the description of a machine, into a buffer.
 *
 *     struct dt_writer tree;
 *     size_t size;
 *     dt_writer_init(&tree, buffer, sizeof buffer);
 *     dt_writer_begin_node(&tree, "");
 *     dt_writer_u32(&tree, "#address-cells", 2);
 *     dt_writer_end_node(&tree);
 *     enum error error = dt_writer_finish(&tree, &size);
 *
 * No step but the last reports: the first failure is kept, the steps after it do nothing, and
 * dt_writer_finish tells of it. So a tree of fifty steps is read without fifty ifs, and a mistake
 * is not lost. Nothing is ever written outside of the buffer.
 *
 * The steps fail, each with the error that finish then returns, iff:
 *
 *     ERR_NO_MEMORY    the buffer is too small
 *     ERR_INVALID      a node that is not the root has an empty name, or the root has a name; a
 *                      name with its unit address has more than 63 characters
 *     ERR_STATE        a step is not allowed here: a second root; a property outside of a node, or
 *                      after a child of its node [5.4.2]; a node or property within an open
 *                      property; a reservation after the root began; an end without a beginning;
 *                      finish before the root has ended, or twice
 *
 * Names and texts are C strings of the caller, needed during the call only. Nothing is allocated.
 * Context of all functions: any; no lock. One writer is used by one hart at a time.
 * Cost: linear in what is written; a property's name is looked up among the names so far.
 *
 * Shortcomings: that names are made of the characters of sections 2.2.1 and 2.2.4, and that no
 * node has two properties of one name, is left to the caller.
 *
 * Source: Devicetree Specification, release 0.4, chapter 5 (version 17 of the format); numbers in
 * brackets are its sections. Read next: lib/dt.h, which reads what is written here.
 */
#pragma once

#include <base/error.h>
#include <base/types.h>

/* A tree that is being written. The fields are private; the drawing is in dt_writer.c. */
struct dt_writer {
    uint8_t *bytes;     /* the buffer */
    uint32_t structure; /* where the structure block begins; 0 before the root */
    uint32_t end;       /* where what has been written so far ends */
    uint32_t strings;   /* where the names begin, which grow down from the buffer's end */
    uint32_t size;      /* of the buffer */
    uint32_t property;  /* where the open property begins; 0: none is open */
    uint32_t depth;     /* how many nodes are open */
    bool takes_properties;
    enum error error; /* the first failure */
};

/* Begin a tree in the `size` bytes at `buffer`, which is the writer's until finish. Readers want
   it at a multiple of 8; the writer does not care. Bytes beyond 2 GiB - 1 are not used. */
void dt_writer_init(struct dt_writer *tree, void *buffer, size_t size);

/* An entry of the reservation map [5.3]: memory that is not to be used. Before the root only. */
void dt_writer_reserve(struct dt_writer *tree, uint64_t address, uint64_t size);

/* Begin a node; the first is the root, and its name is "". */
void dt_writer_begin_node(struct dt_writer *tree, const char *name);
/* The same for a name with its unit address [2.2.1.1], as memory@80000000. */
void dt_writer_begin_unit(struct dt_writer *tree, const char *name, uint64_t address);
void dt_writer_end_node(struct dt_writer *tree);

/* A property whose value is a number of one cell, of two cells, `count` cells, one string, `count`
   strings, `size` bytes, or nothing [2.2.4]. */
void dt_writer_u32(struct dt_writer *tree, const char *name, uint32_t value);
void dt_writer_u64(struct dt_writer *tree, const char *name, uint64_t value);
void dt_writer_cells(struct dt_writer *tree, const char *name, const uint32_t *cells, size_t count);
void dt_writer_string(struct dt_writer *tree, const char *name, const char *text);
void dt_writer_strings(struct dt_writer *tree, const char *name, const char *const *texts,
                       size_t count);
void dt_writer_bytes(struct dt_writer *tree, const char *name, const void *bytes, size_t size);
void dt_writer_empty(struct dt_writer *tree, const char *name);

/* The same in pieces, where the value is not in one place: begin, any number of adds, end. A text
   of `length` bytes gets its NUL. */
void dt_writer_begin_property(struct dt_writer *tree, const char *name);
void dt_writer_add_cell(struct dt_writer *tree, uint32_t cell);
void dt_writer_add_u64(struct dt_writer *tree, uint64_t value);
void dt_writer_add_text(struct dt_writer *tree, const char *text, size_t length);
void dt_writer_add_bytes(struct dt_writer *tree, const void *bytes, size_t size);
void dt_writer_end_property(struct dt_writer *tree);

/*
 * End the tree: *size is how many bytes from the buffer's start on it takes.
 * Fails iff a step failed, or as the table above says; then *size is as it was, and the buffer
 * holds no tree (its magic number is missing).
 */
enum error dt_writer_finish(struct dt_writer *tree, size_t *size);
