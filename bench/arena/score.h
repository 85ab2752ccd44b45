/*
 * score: one contender on one trace: does it pass, and what did it cost.
 *
 *     points = 50 U + 30 min(1, I_ref / I) + 20 min(1, W_ref / W)         0 where it fails
 *
 *     U    the peak of live payload over the high-water mark: all bytes of the region that were
 *          ever used, as payload or for the allocator's notes, wherever they lie, in lines of 16
 *     I    instructions per operation, the mean;   W    the worst one; with call and return
 *     ref  the same of the reference (contender.h), in this image: the compiler cancels out
 *
 * A trace runs twice: through the gate (arena.h), and then counted, without the fills. A resize is
 * a new block and a free: two operations; the copy is not counted.
 */
#pragma once

#include "arena.h"

/* The traces that count, in the order in which one would solve them. */
enum { SCORED_MAX = 8 };
extern const char *const scored_traces[];
extern const size_t scored_count;

/* The one that has to pass, too, and does not count: it is too short to say who is better. */
extern const char boot_trace[];

struct score {
    bool passed;
    uint64_t utilisation; /* U, 10,000 is 1 */
    uint64_t mean;        /* I, in hundredths */
    uint64_t worst;       /* W */
    uint64_t points;      /* in hundredths: up to 10,000 */
    char words[240];      /* where it failed: what was wrong */
};

/* Contender `number` on the trace; all but the points. */
struct score score_trace(size_t number, const char *trace);

/* Fill in its points. */
void score_against(struct score *score, const struct score *reference);
