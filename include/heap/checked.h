/*
 * checked: a wrapper around any allocator that notices misuse, says what it was, and panics.
 *
 * Each block is given a header before it and a canary behind it:
 *
 *     | links | who allocated, freed | size | align | seal |  payload ......... | canary ...... |
 *     |                   64 bytes                         |  as asked for      | 8 to 15 bytes |
 *
 * The seal is the header's address mixed with size and alignment, and with a secret for each
 * state: a block is live, or was given back, or the header is not a header. The canary begins
 * at the first byte that was not asked for, so an overflow by one is seen.
 *
 * New memory is filled with 0xAA (nobody relies on zeros), memory that was given back with 0xDD,
 * and kept for a while (CHECKED_QUARANTINE blocks) before the inner allocator has it again: a
 * write after free is seen when it leaves the quarantine, and by allocator_check.
 *
 *     mistake                              how it is noticed
 *     double free                          the seal says "given back"; told who did it
 *     wrong size or alignment              compared with the header
 *     foreign or interior pointer          no seal there; interior: which block it is in
 *     overflow, underflow                  the canary; the seal
 *     write after free                     the fill of 0xDD
 *     leak                                 the list of live blocks; see heap/report.h
 *     allocation inside a trap             asked of the hart
 *     damage to the inner allocator        its own check, now and then (checked_interval)
 *
 * Everything is found late rather than never: at the next dealloc, realloc or check. Reads are not
 * noticed; 0xDD makes them visible. A block moved by realloc is not put into quarantine.
 *
 * Locks: none; put it inside heap/locked.h. Source: the seal is Cookie of Scudo (LLVM, "Scudo
 * Hardened Allocator"), the fills are those of many debug heaps.
 */
#pragma once

#include <heap/allocator.h>

enum {
    CHECKED_QUARANTINE = 16,
    CHECKED_NEW = 0xaa,
    CHECKED_FREED = 0xdd,
};

struct checked_header {
    struct checked_header *newer, *older; /* the live blocks, or the quarantine */
    const void *allocated_by;             /* an address in the code that asked */
    const void *freed_by;
    size_t size, align; /* the layout that was asked for */
    uint64_t number;    /* 1 for the first block of this heap, and so on */
    uint64_t seal;      /* last: what an underflow by one damages */
};

/* A list of blocks, oldest and newest at its ends. */
struct checked_list {
    struct checked_header *newest, *oldest;
    size_t count;
};

struct checked {
    struct allocator allocator;
    struct allocator *inner;
    uintptr_t start, end; /* blocks lie between these */
    struct checked_list live;
    struct checked_list quarantine;
    uint64_t count;     /* blocks ever handed out */
    size_t peak;        /* the most live at once */
    size_t until_check; /* operations until everything is looked at again */
};

/* After how many operations everything is looked at: rarely in a large heap, where that takes long.
 */
static inline size_t checked_interval(const struct checked *self)
{
    return 1024 + (self->end - self->start) / 1024;
}

/* Make `self` the wrapper of `inner`, which hands out blocks between start and end, and is used
   through it alone from now on. Cannot fail. */
void checked_init(struct checked *self, struct allocator *inner, void *start, void *end);

/* Give all that is in quarantine to the inner allocator, as far as nobody wrote to it: panics. */
void checked_empty_quarantine(struct checked *self);

/* Where the payload of a block begins. */
void *checked_payload(struct checked_header *header);
