/*
 * hash_map: a map, or a set, found by a hash of its keys.
 *
 * Example (tests/host/examples/hash_map.c):
 *
 *     struct hart_map map;
 *     hart_map_init(&map, allocator, seed); // empty, allocates nothing
 *     enum error error = hart_map_insert(&map, SV("cpu@0"), 10, NULL, NULL);
 *     if (error)
 *         return error;                                // map is as it was
 *     hart_map_insert_or_panic(&map, SV("cpu@1"), 11); // for set-up code
 *
 *     uint64_t *value = hart_map_get_mut(&map, SV("cpu@0"));
 *     if (value != NULL) // NULL: there is none
 *         *value += 90;
 *     for (struct hart_map_cursor c = hart_map_first(&map); c.key != NULL; hart_map_next(&c))
 *         ASSERT(*c.value == 100 || *c.value == 11);
 *     ASSERT(hart_map_remove(&map, SV("cpu@1"), NULL, NULL));
 *     hart_map_free(&map);
 *
 * The map of the example was made by
 *
 *     #define HASH_MAP_NAME            hart_map
 *     #define HASH_MAP_KEY             struct str_view
 *     #define HASH_MAP_VALUE           uint64_t
 *     #define HASH_MAP_HASH(seed, key) hash_str_view((seed), *(key))
 *     #define HASH_MAP_EQUAL(a, b)     str_equal(*(a), *(b))
 *     #include <collections/hash_map.h>
 *
 * How it works. The entries lie one behind the other, as in a vector; beside them is an index, in
 * which the hash of a key says where to look for the entry's number. collections/hash_table.h has
 * the drawing.
 *
 *     slots     |   | 2 |   |   | 0 | 1 |   |   |      8 bytes each, 7 of 8 in use at most
 *     entries   | key value | key value | key value | room |      in the order of insertion
 *
 * So what is empty costs 8 bytes, however large an entry is; walking through all is walking through
 * an array, in an order that tells nothing of the hash; and what moves when others come is 8 bytes.
 *
 * Seeded: each map is given 64 bits when it is made. Who does not know them cannot choose keys
 * that make it slow, given a hash that keeps that promise (collections/hash.h): hash_u64 for
 * integers and addresses, hash_str_view for text.
 *
 * This header is a template (collections/instantiate.h). Each inclusion takes
 *
 *     HASH_MAP_NAME              the name: struct NAME, NAME_insert, ...
 *     HASH_MAP_KEY               the type of the keys
 *     HASH_MAP_VALUE             the type of the values; without it, the map is a set
 *     HASH_MAP_HASH(seed, key)   a uint64_t, of which the upper 32 bits are used, and the
 *                                uppermost most; key is a const KEY *
 *     HASH_MAP_EQUAL(a, b)       true iff *a is *b; the two are const KEY *
 *
 * and forgets them. The parts are chapters of their own:
 *
 *     hash_map_find.h     search, adding, taking out        hash_map_map.h   what a map offers
 *     hash_map_build.h    making, ending, checking          hash_map_set.h   what a set offers
 *     hash_map_cursor.h   walking
 *
 * Equal keys must have equal hashes, always the same, and neither macro may use the map. Where that
 * is not so, entries may not be found, or be there twice; memory stays whole.
 *
 * What to know:
 *   - keys and values are trivially movable, and copied by their bytes: nobody is told (vec.h); no
 *     destructor is run but by NAME_free_each; a key must not be changed while it is in;
 *   - pointers to entries and cursors are stale after each call that puts an entry in, takes one
 *     out, or gives room. Checked builds (BUMPVISOR_CHECKED) panic where a stale cursor is moved;
 *   - what is taken out is replaced by the last entry: the order is that of insertion only as long
 *     as nothing is taken out. A walk that takes out begins again;
 *   - a map can be moved by assignment, while no cursor is in use;
 *   - one user at a time. What returns an error may allocate, and runs where the allocator may;
 *     NAME_free and its like give back to it; all others may run with interrupts masked.
 *
 * What returns an error fails iff more bytes or entries are wanted than there can be (ERR_OVERFLOW)
 * or the heap has no room (ERR_NO_MEMORY); then the map, its pointers and cursors are exactly as
 * they were: a new block is taken before the old one is touched. Where NAME_reserve gave room for n
 * more, the next n insertions do not fail, and allocate nothing. What takes out never allocates.
 *
 * Costs. O(1) means: on average over the seeds. Worst case O(n), where all hashes are equal.
 *
 * Shortcomings: growing doubles, and stops the caller for as long as it takes to copy all entries;
 * while it does, there is room for both, old and new. Taking an entry out hashes a second key, that
 * of the last one. For order, ranges and neighbours: collections/btree.h.
 *
 * Read next: collections/hash_table.h.
 */
#include <collections/debug.h>
#include <collections/hash.h>
#include <collections/hash_table.h>
#include <collections/instantiate.h>
#include <collections/raw_vec.h>

#if !defined HASH_MAP_NAME || !defined HASH_MAP_KEY || !defined HASH_MAP_HASH ||                   \
    !defined HASH_MAP_EQUAL
#error "define HASH_MAP_NAME, HASH_MAP_KEY, HASH_MAP_HASH and HASH_MAP_EQUAL first"
#endif

#ifdef BUMPVISOR_CHECKED
#define HASH_MAP_CHANGED(map) ((void)(map)->generation++)
#else
#define HASH_MAP_CHANGED(map) ((void)(map))
#endif

/* HASH_MAP(insert) is NAME_insert here; the others are the struct types, by their roles. */
#define HASH_MAP(member) INSTANTIATE(HASH_MAP_NAME, member)
#define HASH_MAP_SELF    struct HASH_MAP_NAME
#define HASH_MAP_ENTRY   struct HASH_MAP(entry)
#define HASH_MAP_PLACE   struct HASH_MAP(place)
#define HASH_MAP_CURSOR  struct HASH_MAP(cursor)
#define HASH_MAP_K       HASH_MAP(key)
#define HASH_MAP_V       HASH_MAP(value)

/* A global of the user's may have the name of a parameter here: no harm (-Wshadow). */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

typedef HASH_MAP_KEY HASH_MAP(key);
INSTANTIATE_REFUSE_ZERO_SIZE(HASH_MAP_KEY, "a hash map's keys");
#ifdef HASH_MAP_VALUE
typedef HASH_MAP_VALUE HASH_MAP(value);
INSTANTIATE_REFUSE_ZERO_SIZE(HASH_MAP_VALUE, "a hash map's values");
#else
typedef struct { /* a set's values: of no size, copied by no instruction */
} HASH_MAP(value);
#endif

HASH_MAP_SELF
{
    struct hash_table table;
#ifdef BUMPVISOR_CHECKED
    uint64_t generation; /* how often entries were put in, taken out or moved */
#endif
};

HASH_MAP_ENTRY
{
    HASH_MAP_K key;
    HASH_MAP_V value;
};

#include <collections/hash_map_find.h>

#include <collections/hash_map_cursor.h>

#include <collections/hash_map_build.h>

#ifdef HASH_MAP_VALUE
#include <collections/hash_map_map.h>
#else
#include <collections/hash_map_set.h>
#endif

#pragma GCC diagnostic pop

#undef HASH_MAP
#undef HASH_MAP_SELF
#undef HASH_MAP_ENTRY
#undef HASH_MAP_PLACE
#undef HASH_MAP_CURSOR
#undef HASH_MAP_K
#undef HASH_MAP_V
#undef HASH_MAP_CHANGED
#undef HASH_MAP_NAME
#undef HASH_MAP_KEY
#undef HASH_MAP_VALUE
#undef HASH_MAP_HASH
#undef HASH_MAP_EQUAL
