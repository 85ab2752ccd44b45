/*
 * arena: recorded programs for allocators, and a gate that each must pass.
 *
 * A trace is text, one operation a line:
 *
 *     a 3 100 16     block 3 is allocated: 100 bytes aligned to 16
 *     r 3 250        block 3 is resized to 250 bytes
 *     f 3            block 3 is given back
 *     x 64 8         fill the heap: blocks of 64 bytes aligned to 8 until one is refused, and
 *                    then all of them are given back
 *     # words        nothing
 *
 * The gate replays a trace and looks at everything: blocks lie in the region, aligned, apart from
 * each other; each keeps its contents from alloc to free, and through realloc; a request is refused
 * only while the heap is being filled; the allocator's own check passes now and then; and at the
 * end all is back. What is wrong is told with the trace and the number of the operation:
 *
 *     short1 op 7: block 3 overlaps block 1
 *
 * The blocks of a fill have no numbers in the trace; they are told as 4096, 4097 and so on.
 *
 * Runs on the target and on the host alike. Source of the idea: the malloc lab of Bryant,
 * O'Hallaron, "Computer Systems: A Programmer's Perspective".
 */
#pragma once

#include <heap/allocator.h>

enum {
    ARENA_BLOCKS = 4096, /* block numbers are less than this */
    ARENA_FILL_LEAST =
        16, /* a fill's blocks have at least so many bytes: the gate's own notes ... */
    ARENA_FILL_ALIGN = 8, /* ... and are aligned at least so, as those are */
};

struct arena_trace {
    const char *name;
    const char *text; /* ends with NUL */
};

extern const struct arena_trace arena_traces[];
extern const size_t arena_trace_count;

/* One for each hart of the stress. No two use the same block number. */
enum { ARENA_STRESS_HARTS = 4 };
extern const struct arena_trace arena_stress[ARENA_STRESS_HARTS];

struct arena_op {
    char kind; /* a, r, f or x */
    size_t id;
    struct layout layout; /* r: only its size */
};

/* Where a reader stands in a trace. */
struct arena_reader {
    const char *next;
    size_t line; /* the line of the last operation, from 1 on */
    size_t op;   /* its number among the operations, from 1 on */
};

/*
 * The next operation. Fails with ERR_NOT_FOUND iff the trace is at its end, and with ERR_INVALID
 * iff the line is none of the above, a number is too large, there is more on the line, a size is 0
 * or above PTRDIFF_MAX, an alignment is not a power of two, or a fill's blocks are too small. So
 * what an allocator refuses is never the trace's mistake.
 */
enum error arena_next(struct arena_reader *reader, struct arena_op *op);

/* A block of the replay. */
struct arena_block {
    unsigned char *data; /* NULL: not live */
    struct layout layout;
};

/* What the gate found. */
struct arena_result {
    bool passed;
    volatile size_t op; /* where it is, or was when somebody left it: see arena_gate_into */
    char words[240];    /* what is wrong and where, or how many operations passed */
};

/*
 * Replay `trace` on `allocator`, which manages memory between start and end. `blocks` is room for
 * ARENA_BLOCKS of them. Cost: quadratic in the blocks that are live, and each byte is written and
 * read.
 */
struct arena_result arena_gate(const struct arena_trace *trace, struct allocator *allocator,
                               const void *start, const void *end, struct arena_block *blocks);

/*
 * The same, for two who need more. `shared`: other harts use the allocator too, so at the end
 * theirs may be live. `result` is kept up to date, so that who leaves in the middle (a crash)
 * can tell the operation.
 */
void arena_gate_into(struct arena_result *result, const struct arena_trace *trace,
                     struct allocator *allocator, const void *start, const void *end,
                     struct arena_block *blocks, bool shared);
