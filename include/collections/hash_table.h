/*
 * hash_table: the slots of collections/hash_map.h: where an entry is, found by its hash. They do
 * not know what a key is, so that they are the same for all maps.
 *
 * How it works. The entries lie one behind the other, in the order of their insertion. Beside them
 * is an index: a power of two of slots, each empty or with the number of one entry. The upper bits
 * of a hash name the slot where the entry has its home; where others want the same, it lies some
 * slots further on. The bits of the hash that follow are its mark.
 *
 *     entries   | a | b | c | d | room |         hash of     a     b     c     d
 *     number      0   1   2   3                  home        1     4     1     2
 *                                                mark        e     9     4     7
 *
 *     slot         0     1     2     3     4     5     6     7    end
 *     number    |     |  0  |  2  |  3  |  1  |     |     |     |  -> slot 0
 *     away      |     |  0  |  1  |  1  |  0  |     |     |     |
 *     mark      |     |  e  |  4  |  7  |  9  |     |     |     |
 *                        a     c     d     b
 *
 * A slot is 64 bits:       63                   shift+32             32                     0
 *                          |  slots away, plus 1   |       mark       |  number of the entry  |
 *
 * The upper half is its `word`. To say how far away needs as many bits as a home has, and the mark
 * has the rest of 32: so place and word together tell 32 bits of the hash, its `tag`, of which none
 * is lost, and the table grows without asking for any hash again. A word is never 0; an empty slot
 * is.
 *
 * The order. Of two entries that want a slot, the one that is further from its home gets it ("Robin
 * Hood hashing": P. Celis, thesis, University of Waterloo, 1986), and of two that are equally far,
 * the one with the greater mark: that is, the greater word. In the drawing, a has slot 1 and not c,
 * and c has slot 2 and not d, whose home it is. Thus a search walks on while it finds words greater
 * than its own would be; an equal one is most likely the key's, which is then compared; a smaller
 * one means that the key is not there. So who seeks what is not there stops as early as others, and
 * no entry is much further from home than all are on average. Taking one out moves those behind it
 * one slot back, up to one that is at home: nothing is left behind, and a table that lives for
 * years is as good as a new one.
 *
 * Behind the last slot is one more, HASH_WRAP, of word 0: so a search stops there as in front of an
 * empty slot, and only who stops needs to look whether to go on at the front.
 *
 * Sources beside: D. Knuth, The Art of Computer Programming 3, 6.4, Algorithm R (removal);
 * J. Cleary, "Compact Hash Tables Using Bidirectional Linear Probing", IEEE ToC, 1984 (what
 * the place says of the hash need not be stored).
 *
 * Shortcomings: 2^31 slots at most. An entry moves when it is the last one and another is taken
 * out. Growing costs one pause in which all entries are copied.
 *
 * Read next: collections/hash_map.h, src/collections/hash_table.c.
 */
#pragma once

#include <base/assert.h>
#include <heap/allocator.h>

#define HASH_WRAP UINT64_C(1) /* word 0, as an empty slot, which is 0 */

struct hash_table {
    void *entries;           /* they begin the block; then come the slots. NULL: no block */
    uint64_t *slots;         /* 2^(32 - shift) of them, and HASH_WRAP */
    size_t len;              /* entries in use: 0 .. len - 1 */
    size_t capacity;         /* entries that there is room for, 7 for 8 slots */
    uint64_t shift;          /* bits of a mark */
    uint64_t seed;           /* as hash_seed made it */
    struct allocator *alloc; /* where the block comes from; it outlives the table */
};

/* Where a search stands: a slot, and the word that the tag would have there. */
struct hash_probe {
    uint64_t *slot;
    uint64_t word;
};

/* What one slot further from home adds to a word, and to a slot. */
static inline uint64_t hash_step(const struct hash_table *table)
{
    return UINT64_C(1) << table->shift;
}

static inline uint64_t hash_word(uint64_t slot)
{
    return slot >> 32;
}

static inline size_t hash_index(uint64_t slot)
{
    return (uint32_t)slot;
}

/* Where the search for a tag, the upper 32 bits of a hash, begins. There are slots. */
static inline struct hash_probe hash_home(const struct hash_table *table, uint64_t tag)
{
    uint64_t step = hash_step(table);
    return (struct hash_probe){ &table->slots[tag >> table->shift], step | (tag & (step - 1)) };
}

/* The slot behind `slot`, round the end. */
static inline uint64_t *hash_next(const struct hash_table *table, uint64_t *slot)
{
    slot++;
    return likely(*slot != HASH_WRAP) ? slot : table->slots;
}

/* Put entry `index` in at `at`, where its search ended: the others move on by one, up to the first
   empty slot, of which there is one. */
static inline void hash_put(const struct hash_table *table, struct hash_probe at, size_t index)
{
    uint64_t put = at.word << 32 | index;
    for (;;) {
        uint64_t moved = *at.slot;
        *at.slot = put;
        if (moved == 0)
            return;
        put = moved + (hash_step(table) << 32);
        at.slot = hash_next(table, at.slot);
    }
}

/* Make `slot` empty: those behind it move back, up to an empty slot or one that is at home. */
static inline void hash_take(const struct hash_table *table, uint64_t *slot)
{
    uint64_t one = hash_step(table) << 32;
    for (;;) {
        uint64_t *next = hash_next(table, slot);
        if (*next < 2 * one)
            break;
        *slot = *next - one;
        slot = next;
    }
    *slot = 0;
}

/* The slot of entry `index`, which is in the table, and not number 0: the number alone says so,
   from the home of `tag` on, and a hash that lies makes this slow but not wrong. */
static inline uint64_t *hash_slot_of(const struct hash_table *table, uint64_t tag, size_t index)
{
    uint64_t *slot = &table->slots[tag >> table->shift];
    while (hash_index(*slot) != index)
        slot = hash_next(table, slot);
    return slot;
}

/* Where an entry with this tag, which is not in the table, would be. O(1). */
struct hash_probe hash_find_gap(const struct hash_table *table, uint64_t tag);

/*
 * Room for `additional` more entries of this layout, at least. Fails, and nothing has changed, iff
 * these would be more than fit 2^31 slots or PTRDIFF_MAX bytes (ERR_OVERFLOW; the heap is not
 * asked, the refusal is counted) or the heap has no room (ERR_NO_MEMORY): the new block is taken
 * before the old one is looked at. Panics iff there is no allocator. O(slots) where it must grow.
 */
enum error hash_table_reserve(struct hash_table *table, size_t additional, struct layout entry);

/* Give back what is not needed for the entries that there are; all iff there are none. Fails as
   hash_table_reserve. O(slots). */
enum error hash_table_shrink(struct hash_table *table, struct layout entry);

/* A copy on the same allocator, as small as can be, into *out, which is another one. Where this
   fails *out is valid and empty. O(slots). */
enum error hash_table_clone(const struct hash_table *table, struct hash_table *out,
                            struct layout entry);

/* Forget all entries, keep the block. O(slots). */
void hash_table_clear(struct hash_table *table);

/* Give the block back; the table is empty then. */
void hash_table_free(struct hash_table *table, struct layout entry);

/* End the machine through the out-of-memory handler: no room for one more; `caller` asked. */
[[gnu::noreturn, gnu::cold]] void hash_table_oom(const struct hash_table *table,
                                                 struct layout entry, const void *caller);

/* Panics iff an invariant of the slots is broken. O(slots). */
void hash_table_check(const struct hash_table *table);

/* How many slots the longest search for an entry looks at; 0 where there is none. O(slots). */
size_t hash_table_longest_probe(const struct hash_table *table);

/* The end of who moved a cursor of a map that has other entries now, `len` of them. */
[[gnu::noreturn, gnu::cold]] void hash_panic_stale(size_t len);
