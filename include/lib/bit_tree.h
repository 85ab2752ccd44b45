/*
 * bit_tree: a set of small integers that finds its next member in a few steps, however far away.
 *
 * Level 0 has one bit for each number. A bit of level n + 1 says that a whole word of level n has
 * a bit at all, so that 64 empty words are skipped by one look. With 64 bits to a word, four
 * levels hold 16 million numbers.
 *
 *     level 2                 1                      word 0 of level 1 is not empty
 *     level 1        0 1 0 0 ... 0 0                 word 1 of level 0 is not empty
 *     level 0   0000 ...   0010 ... 1000   0000 ...  65 .. 127: the members
 *
 * Source: van Emde Boas, "Preserving order in a forest in less than logarithmic time", 1975; this
 * is its flat form with a fan-out of 64. Used by heap/linked_list.h.
 * Locks: none; the owner's.
 */
#pragma once

#include <base/bits.h>
#include <base/types.h>

enum { BIT_TREE_LEVELS = 6 };

struct bit_tree {
    uint64_t *level[BIT_TREE_LEVELS]; /* level[0] has a bit for each number */
    unsigned levels;                  /* how many are used, at least 2; the last is one word */
    size_t size;                      /* the numbers are 0 .. size - 1 */
    uint64_t de_bruijn;               /* base/bits.h's number and table: read from here they ... */
    unsigned char lowest[64];         /* ... cost no address, three instructions a look */
};

/* Bytes of storage for the numbers 0 .. size - 1: a little more than size / 8. */
size_t bit_tree_bytes(size_t size);

/* An empty set of 0 .. size - 1 in bit_tree_bytes(size) bytes at `storage`, which is aligned to 8
   and belongs to the set from now on. `size` is 1 .. 2^36. Cost: clears the storage. */
void bit_tree_init(struct bit_tree *tree, void *storage, size_t size);

/* lowest_bit of base/bits.h. */
[[gnu::always_inline]] static inline size_t bit_tree_lowest(const struct bit_tree *tree, uint64_t x)
{
    return tree->lowest[(x & -x) * tree->de_bruijn >> 58];
}

/*
 * The rare halves of the functions below: other words, other levels. They are inline so that who
 * uses them can be a function that calls nobody, and need not save registers for the rare case.
 */
[[gnu::always_inline]] static inline size_t bit_tree_next_far(const struct bit_tree *tree,
                                                              size_t number)
{
    /* Level 1 by itself, since it nearly always knows: 64 words ahead. */
    size_t at = number / 64 + 1; /* the word after the one that was looked at */
    uint64_t word = tree->level[1][at / 64] >> at % 64;
    if (likely(word != 0)) {
        at += bit_tree_lowest(tree, word);
        return at * 64 + bit_tree_lowest(tree, tree->level[0][at]);
    }
    for (unsigned level = 2; level < tree->levels; level++) {
        at = at / 64 + 1;
        word = tree->level[level][at / 64] >> at % 64;
        if (word == 0)
            continue;
        at += bit_tree_lowest(tree, word);
        while (level-- > 0)
            at = at * 64 + bit_tree_lowest(tree, tree->level[level][at]);
        return at;
    }
    return SIZE_MAX;
}

/* Word `word` of level 0 is not empty any more. Level 1 by itself, since it nearly always ends. */
[[gnu::always_inline]] static inline void bit_tree_raise(struct bit_tree *tree, size_t word)
{
    uint64_t *above = &tree->level[1][word / 64];
    uint64_t before = *above;
    *above = before | UINT64_C(1) << word % 64;
    for (unsigned level = 2; before == 0 && level < tree->levels; level++) {
        word /= 64;
        above = &tree->level[level][word / 64];
        before = *above;
        *above = before | UINT64_C(1) << word % 64;
    }
}

/* Word `word` of level 0 is empty now. */
[[gnu::always_inline]] static inline void bit_tree_lower(struct bit_tree *tree, size_t word)
{
    uint64_t *above = &tree->level[1][word / 64];
    *above &= ~(UINT64_C(1) << word % 64);
    for (unsigned level = 2; *above == 0 && level < tree->levels; level++) {
        word /= 64;
        above = &tree->level[level][word / 64];
        *above &= ~(UINT64_C(1) << word % 64);
    }
}

/* Is `number` a member? */
[[gnu::always_inline]] static inline bool bit_tree_has(const struct bit_tree *tree, size_t number)
{
    return tree->level[0][number / 64] >> number % 64 & 1;
}

/* Make `number` a member. Cost: 6 instructions where its word has one already. */
[[gnu::always_inline]] static inline void bit_tree_add(struct bit_tree *tree, size_t number)
{
    uint64_t *word = &tree->level[0][number / 64];
    uint64_t before = *word;
    *word = before | UINT64_C(1) << number % 64;
    if (unlikely(before == 0))
        bit_tree_raise(tree, number / 64);
}

/* Make `number` no member. Cost: 7 instructions where its word keeps another one. */
[[gnu::always_inline]] static inline void bit_tree_remove(struct bit_tree *tree, size_t number)
{
    uint64_t *word = &tree->level[0][number / 64];
    *word &= ~(UINT64_C(1) << number % 64);
    if (unlikely(*word == 0))
        bit_tree_lower(tree, number / 64);
}

/* `from` leaves and `to` comes, for a member that moves. Cost: as one of the two where both are
   in the same word. */
[[gnu::always_inline]] static inline void bit_tree_move(struct bit_tree *tree, size_t from,
                                                        size_t to)
{
    if (likely(from / 64 == to / 64)) {
        tree->level[0][from / 64] ^= UINT64_C(1) << from % 64 ^ UINT64_C(1) << to % 64;
    } else {
        bit_tree_add(tree, to);
        bit_tree_remove(tree, from);
    }
}

/*
 * The smallest member that is at least `number`, or SIZE_MAX iff there is none. `number` is less
 * than the size. Cost: 15 instructions where it is in the same word, else at most 25 for each
 * level.
 */
[[gnu::always_inline]] static inline size_t bit_tree_next(const struct bit_tree *tree,
                                                          size_t number)
{
    uint64_t word = tree->level[0][number / 64] >> number % 64;
    if (likely(word != 0))
        return number + bit_tree_lowest(tree, word);
    return bit_tree_next_far(tree, number);
}

/* Panics iff a bit of a higher level does not say what the words below it are. Cost: all words. */
void bit_tree_check(const struct bit_tree *tree);
