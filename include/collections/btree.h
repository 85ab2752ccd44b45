/*
 * btree: a map, or a set, in the order of its keys.
 *
 * Example (tests/host/examples/btree.c):
 *
 *     // Once for each map; in front of the functions.
 *     #define BTREE_NAME         device_map
 *     #define BTREE_KEY          uint64_t
 *     #define BTREE_VALUE        const char *
 *     #define BTREE_BEFORE(a, b) (*(a) < *(b))
 *     #include <collections/btree.h>
 *
 *     static enum error devices(struct allocator *allocator)
 *     {
 *         struct device_map map = BTREE_INIT(allocator); // empty, allocates nothing
 *         enum error error = device_map_insert(&map, 0x10000000, "uart", NULL, NULL);
 *         if (error)
 *             return error; // the map is as it was
 *         device_map_insert_or_panic(&map, 0x0c000000, "plic");
 *         for (struct device_map_cursor c = device_map_first(&map); c.key; device_map_next(&c))
 *             ASSERT(*c.value != NULL); // in the order of the keys
 *         ASSERT(*device_map_lower_bound(&map, 0x0d000000).key == 0x10000000);
 *         ASSERT(device_map_remove(&map, 0x0c000000, NULL, NULL));
 *         device_map_free(&map);
 *         return OK;
 *     }
 *
 * How it works. A B-tree (R. Bayer, E. McCreight, "Organization and Maintenance of Large Ordered
 * Indexes", Acta Informatica 1, 1972): a search tree whose nodes hold many keys each, side by side,
 * so that a search reads few cache lines, and one allocation serves many entries. All leaves are
 * equally deep, every node but the root is at least a quarter full; 100,000 random keys are five
 * nodes deep.
 *
 *                      [ 17 | 40 ]
 *                    /      |      \
 *          [ 3 | 8 | 11 ]  [20|33]  [ 52 | 61 | 77 | 80 ]
 *
 * This header is a template (collections/instantiate.h). Each inclusion takes
 *
 *     BTREE_NAME             the name: struct NAME, NAME_insert, ...
 *     BTREE_KEY              the type of the keys
 *     BTREE_VALUE            the type of the values; without it, the tree is a set
 *     BTREE_BEFORE(a, b)     true iff *a comes before *b; a and b are const KEY *
 *     BTREE_CAPACITY         entries in a node: odd, 3 at least; without it BTREE_CAPACITY_DEFAULT
 *
 * and forgets them. The parts are chapters of their own:
 *
 *     btree_node.h     the nodes                        btree_build.h   all at once, and the end
 *     btree_find.h     search, neighbours               btree_map.h     what a map offers
 *     btree_insert.h   splitting                        btree_set.h     what a set offers
 *     btree_remove.h   borrowing and merging            btree_cursor.h  walking, bounds, ranges
 *
 * The order is inlined. It must be a strict weak order (never both a before b and b before a,
 * transitive), and must not use the tree. Two keys of which neither is before the other are equal.
 * Where the order lies, entries may lie in a wrong order and not be found; memory stays whole.
 *
 * What to know:
 *   - keys and values are trivially movable, and copied by their bytes: nobody is told (vec.h); no
 *     destructor is run but by NAME_free_each; a key must not be changed while it is in;
 *   - pointers to entries, cursors and ranges are stale after each call that puts an entry in, or
 *     takes one out. Checked builds (BUMPVISOR_CHECKED) panic where a stale cursor is moved;
 *   - a tree can be moved by assignment, while no cursor is in use;
 *   - one user at a time. What returns an error may allocate, and runs where the allocator may;
 *     what takes out gives nodes back to it; all others may run with interrupts masked.
 *
 * What returns an error fails iff the heap has no room (ERR_NO_MEMORY); then the tree, and
 * all cursors, are exactly as they were: all nodes that an insertion may need are taken before it
 * changes anything.
 *
 * Shortcomings: a node of the default capacity with large values is large itself; keys that must be
 * fetched through pointers lose the benefit of lying side by side.
 *
 * Read next: collections/btree_node.h.
 */
#include <collections/debug.h>
#include <collections/instantiate.h>
#include <collections/raw_vec.h>

#if !defined BTREE_NAME || !defined BTREE_KEY || !defined BTREE_BEFORE
#error "define BTREE_NAME, BTREE_KEY and BTREE_BEFORE first"
#endif

#ifndef BTREE_INIT
/* An empty tree on the allocator `a`; also for static ones. */
#define BTREE_INIT(a)                                                                              \
    {                                                                                              \
        .alloc = (a)                                                                               \
    }

#define BTREE_CAPACITY_DEFAULT 15

/* Keeps a loop from being recognised as memmove. No instruction. */
#define KEEP_LOOP() __asm__ volatile("")
#endif

#ifdef BUMPVISOR_CHECKED
#define BTREE_CHANGED(tree) ((void)(tree)->generation++)
#else
#define BTREE_CHANGED(tree) ((void)(tree))
#endif

#ifndef BTREE_CAPACITY
#define BTREE_CAPACITY BTREE_CAPACITY_DEFAULT
#endif

/* The end of who moved a cursor of a tree that has other entries now, `len` of them. */
[[gnu::noreturn, gnu::cold]] void btree_panic_stale(size_t len);

/* BTREE(insert) is NAME_insert here; the others are the struct types, by their roles. */
#define BTREE(member) INSTANTIATE(BTREE_NAME, member)
#define BTREE_TREE    struct BTREE_NAME
#define BTREE_NODE    struct BTREE(node)
#define BTREE_INNER   struct BTREE(inner)
#define BTREE_PLACE   struct BTREE(place)
#define BTREE_ENTRY   struct BTREE(entry)
#define BTREE_CURSOR  struct BTREE(cursor)
#define BTREE_RANGE   struct BTREE(range)
#define BTREE_K       BTREE(key)
#define BTREE_V       BTREE(value)

/* A global of the user's may have the name of a parameter here: no harm (-Wshadow). */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"

typedef BTREE_KEY BTREE(key);
INSTANTIATE_REFUSE_ZERO_SIZE(BTREE_KEY, "a B-tree's keys");
#ifdef BTREE_VALUE
typedef BTREE_VALUE BTREE(value);
INSTANTIATE_REFUSE_ZERO_SIZE(BTREE_VALUE, "a B-tree's values");
#else
typedef struct { /* a set's values: of no size, copied by no instruction */
} BTREE(value);
#endif

BTREE_TREE
{
    struct BTREE(node) * root; /* NULL: empty */
    size_t len;                /* entries */
    struct allocator *alloc;
#ifdef BUMPVISOR_CHECKED
    uint64_t generation; /* how often entries were put in or taken out */
#endif
};

#include <collections/btree_node.h>

#include <collections/btree_find.h>

#include <collections/btree_cursor.h>

#include <collections/btree_build.h>

#include <collections/btree_insert.h>

#include <collections/btree_remove.h>

#ifdef BTREE_VALUE
#include <collections/btree_map.h>
#else
#include <collections/btree_set.h>
#endif

#pragma GCC diagnostic pop

#undef BTREE
#undef BTREE_TREE
#undef BTREE_NODE
#undef BTREE_INNER
#undef BTREE_PLACE
#undef BTREE_ENTRY
#undef BTREE_CURSOR
#undef BTREE_RANGE
#undef BTREE_K
#undef BTREE_V
#undef BTREE_LEAST
#undef BTREE_HALF
#undef BTREE_CHANGED
#undef BTREE_NAME
#undef BTREE_KEY
#undef BTREE_VALUE
#undef BTREE_BEFORE
#undef BTREE_CAPACITY
