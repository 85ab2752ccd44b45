/*
 * tlsf: two-level segregated fit. Every operation is done in a bounded number of instructions,
 * whatever the heap looks like; what does not fit exactly wastes little.
 *
 * Free blocks hang in lists by size. The first level halves the sizes again and again (512 ..
 * 1023, 1024 .. 2047, ...), the second cuts each of these rows into 32 equal steps. A bit for each
 * list says whether it has a block, and a bit for each 64 lists whether any of them has one, so the
 * list to take from is found by two looks at words, no walk:
 *
 *     list       0 .. 31  sizes below 512, in steps of 16
 *               32 .. 63  512 .. 1023, in steps of 16
 *               64 .. 95  1024 .. 2047, in steps of 32, and so on
 *
 *     full words            0      1      0     one word
 *     full lists         0...0  0.1.1..  0...0  24 words
 *                                 | |
 *                                 v v
 *                             block block <-> block
 *
 * A request is rounded up to the next list, so that the first block of any list it looks at is
 * large enough: good fit instead of best fit, and no search inside a list.
 *
 * In memory each block has one word before it, its header: size, and two bits. A free block keeps
 * its links in its payload and its size again in its last word, where the block after it finds
 * it ("boundary tag"), so neighbours are joined without a search:
 *
 *     | header | payload ............... | header | next | previous | ... | size | header | ...
 *       used                               free                             ^ only where free
 *
 * A block's payload is 24, 40, 56, ... bytes and aligned to 16; the header is 8.
 *
 * Source: Masmano, Ripoll, Crespo, Real, "TLSF: a New Dynamic Memory Allocator for Real-Time
 * Systems", ECRTS 2004; boundary tags: Knuth 1, 2.5, algorithm C. Locks: none; see heap/locked.h.
 */
#pragma once

#include <heap/allocator.h>
#include <heap/tally.h>

enum {
    TLSF_STEPS = 32,                     /* lists in a row */
    TLSF_LISTS = 48 * TLSF_STEPS,        /* the last row begins with 2^55 bytes */
    TLSF_WORDS = (TLSF_LISTS + 63) / 64, /* of their bits */
    TLSF_USUAL = 256,                    /* sizes below 128 KiB, in steps of 512 */
};

struct tlsf_block;

struct tlsf {
    struct allocator allocator;
    uint64_t full_words;             /* bit w: full_lists[w] is not 0 */
    uint64_t full_lists[TLSF_WORDS]; /* bit l % 64 of word l / 64: lists[l] has a block */
    uint8_t halvings[TLSF_USUAL];    /* bits_highest_table, where it costs no address */
    size_t total;                    /* bytes of all blocks, headers included */
    struct tlsf_block *first;        /* the lowest block */
    struct tlsf_block *last;         /* the end mark: a header that is never free */
    uintptr_t region;
    struct tlsf_block *lists[TLSF_LISTS];
};

/*
 * Manage the bytes from `start` up to `end`, aligned inwards to 16, less 16 to 32 bytes. `self` is
 * all zero. Fails, and leaves `self` as it is, iff start is NULL, end is not above it, or fewer
 * than 64 bytes lie between them (ERR_INVALID).
 */
enum error tlsf_init(struct tlsf *self, void *start, void *end);
