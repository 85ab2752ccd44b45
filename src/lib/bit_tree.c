/*
 * bit_tree: set-up and check. See lib/bit_tree.h.
 */
#include <base/assert.h>
#include <lib/bit_tree.h>
#include <lib/memory.h>

/* Words of the level above one of `bits` bits. One word to spare, always 0: the search for the
   word after the last one looks there. */
static size_t words_for(size_t bits)
{
    return (bits + 63) / 64 + 1;
}

size_t bit_tree_bytes(size_t size)
{
    size_t words = 0;
    for (size_t bits = size;; bits = (bits + 63) / 64) {
        words += words_for(bits);
        if (bits <= 64 && words > words_for(size))
            return words * sizeof(uint64_t);
    }
}

void bit_tree_init(struct bit_tree *tree, void *storage, size_t size)
{
    memset(storage, 0, bit_tree_bytes(size));
    *tree = (struct bit_tree){ .size = size, .de_bruijn = BITS_DE_BRUIJN };
    memcpy(tree->lowest, bits_lowest_table, sizeof tree->lowest);
    uint64_t *word = storage;
    for (size_t bits = size;; bits = (bits + 63) / 64) {
        ASSERT_COMPARE(tree->levels, <, BIT_TREE_LEVELS);
        tree->level[tree->levels++] = word;
        word += words_for(bits);
        if (bits <= 64 && tree->levels > 1)
            return;
    }
}

void bit_tree_check(const struct bit_tree *tree)
{
    size_t bits = tree->size;
    for (unsigned level = 0; level + 1 < tree->levels; level++) {
        bits = (bits + 63) / 64;
        for (size_t word = 0; word < bits; word++) {
            bool said = tree->level[level + 1][word / 64] >> word % 64 & 1;
            if (said != (tree->level[level][word] != 0))
                panic("bit tree %p: level %u says that word %zu of the level below is %s",
                      (const void *)tree, level + 1, word, said ? "not empty" : "empty");
        }
    }
}
