/*
 * btree_node: the nodes of collections/btree.h, and how entries move within and between them.
 * Part of a template: include collections/btree.h.
 *
 *     leaf                                    inner node: a leaf's fields first, then children
 *     +--------+-------+-----+--------+       +------------------------+-------------------------+
 *     | parent | index | len | height |       | the same, height > 0   | child 0 | ... | child len|
 *     +--------+-------+-----+--------+       +------------------------+-------------------------+
 *     | key 0 ... key len-1   |  room |
 *     | value 0 ... value len-1| room |       child i holds what lies between key i-1 and key i
 *     +-----------------------+-------+
 *
 * Each node knows its parent and which child of it it is: so a cursor is one node and one index,
 * and insertion and removal climb without a stack. Keys stand together, apart from the values, for
 * a search reads keys only.
 *
 * Loops that shift entries are loops on purpose: the compiler would call memmove, which costs more
 * than the few words that are moved. KEEP_LOOP hides that from it, without an instruction.
 */

/*
 * A split leaves two halves. But only a node that is less than a quarter full is refilled: the
 * textbook's half makes removal merge what the next insertion splits again, and 100,000 removals
 * cost an eighth more (T. Johnson, D. Shasha, "B-trees with inserts and deletes: why free-at-empty
 * is better than merge-at-half", Journal of Computer and System Sciences 47, 1993).
 */
#define BTREE_HALF  (BTREE_CAPACITY / 2)
#define BTREE_LEAST ((BTREE_CAPACITY + 3) / 4)

_Static_assert(BTREE_CAPACITY >= 3 && BTREE_CAPACITY % 2 == 1 && BTREE_CAPACITY < UINT16_MAX,
               "the capacity of a B-tree's node must be odd, and 3 at least");

BTREE_NODE
{
    BTREE_INNER *parent; /* NULL: the root */
    uint16_t index;      /* which child of its parent */
    uint16_t len;        /* entries */
    uint16_t height;     /* 0: a leaf; children are one lower */
    BTREE_K keys[BTREE_CAPACITY];
    BTREE_V values[BTREE_CAPACITY];
};

BTREE_INNER
{
    BTREE_NODE node;
    BTREE_NODE *children[BTREE_CAPACITY + 1];
};

/* A place in the tree: entry `index` of `node`, or where to insert one, in front of it. */
BTREE_PLACE
{
    BTREE_NODE *node; /* NULL: none */
    uint32_t index;
    bool found; /* by a search */
};

/* An entry outside of the tree. */
BTREE_ENTRY
{
    BTREE_K key;
    BTREE_V value;
};

INSTANTIATED inline BTREE_INNER *BTREE(inner_of)(BTREE_NODE *node)
{
    return container_of(node, BTREE_INNER, node);
}

INSTANTIATED inline BTREE_NODE *BTREE(child)(BTREE_NODE *node, size_t index)
{
    return BTREE(inner_of)(node)->children[index];
}

/* Make `child` child `index` of `node`. */
INSTANTIATED inline void BTREE(adopt)(BTREE_NODE *node, size_t index, BTREE_NODE *child)
{
    BTREE(inner_of)(node)->children[index] = child;
    child->parent = BTREE(inner_of)(node);
    child->index = (uint16_t)index;
}

/* A node without entries, of either kind; NULL iff the heap has no room. */
INSTANTIATED BTREE_NODE *BTREE(new_node)(struct allocator *alloc, size_t height)
{
    BTREE_NODE *node =
        allocator_alloc(alloc, height == 0 ? LAYOUT_OF(BTREE_NODE) : LAYOUT_OF(BTREE_INNER));
    if (likely(node != NULL)) {
        node->parent = NULL;
        node->len = 0;
        node->height = (uint16_t)height;
    }
    return node;
}

INSTANTIATED void BTREE(free_node)(struct allocator *alloc, BTREE_NODE *node)
{
    allocator_dealloc(alloc, node,
                      node->height == 0 ? LAYOUT_OF(BTREE_NODE) : LAYOUT_OF(BTREE_INNER));
}

/* The leaf at the left end, or the right end, of what lies below `node`. */
INSTANTIATED inline BTREE_NODE *BTREE(leftmost)(BTREE_NODE *node)
{
    while (node->height != 0)
        node = BTREE(child)(node, 0);
    return node;
}

INSTANTIATED inline BTREE_NODE *BTREE(rightmost)(BTREE_NODE *node)
{
    while (node->height != 0)
        node = BTREE(child)(node, node->len);
    return node;
}

INSTANTIATED inline void BTREE(put)(BTREE_NODE *node, size_t index, const BTREE_ENTRY *entry)
{
    node->keys[index] = entry->key;
    node->values[index] = entry->value;
}

/* Copy entry `from` of `source` to entry `to` of `node`. */
INSTANTIATED inline void BTREE(copy)(BTREE_NODE *node, size_t to, const BTREE_NODE *source,
                                     size_t from)
{
    node->keys[to] = source->keys[from];
    node->values[to] = source->values[from];
}

/* Checked builds overwrite entry `index`, which is no more. */
INSTANTIATED inline void BTREE(poison)(BTREE_NODE *node, size_t index)
{
    element_poison(&node->keys[index], sizeof node->keys[index]);
    element_poison(&node->values[index], sizeof node->values[index]);
}

/* Open a gap for one entry at `index` of a node that has room. */
INSTANTIATED inline void BTREE(open)(BTREE_NODE *node, size_t index)
{
    size_t len = node->len;
    node->len = (uint16_t)(len + 1);
    for (size_t i = len; i > index; i--) {
        KEEP_LOOP();
        BTREE(copy)(node, i, node, i - 1);
    }
}

/* Close the gap that entry `index` left. */
INSTANTIATED inline void BTREE(close)(BTREE_NODE *node, size_t index)
{
    size_t last = node->len - 1u;
    node->len = (uint16_t)last;
    for (size_t i = index; i < last; i++) {
        KEEP_LOOP();
        BTREE(copy)(node, i, node, i + 1);
    }
    BTREE(poison)(node, last);
}

/* Put `entry` in at `index`, and behind it the child `right`, into an inner node that has room. */
INSTANTIATED void BTREE(put_with_child)(BTREE_NODE *node, size_t index, const BTREE_ENTRY *entry,
                                        BTREE_NODE *right)
{
    BTREE(open)(node, index);
    BTREE(put)(node, index, entry);
    for (size_t i = node->len; i > index + 1; i--)
        BTREE(adopt)(node, i, BTREE(child)(node, i - 1));
    BTREE(adopt)(node, index + 1, right);
}

/* Move `count` entries of `from`, from entry `first` on, to the end of `to`; where they are inner
   nodes, their children from `first` on too, one more than entries. `from` keeps its length. */
INSTANTIATED void BTREE(append)(BTREE_NODE *to, BTREE_NODE *from, size_t first, size_t count)
{
    size_t len = to->len;
    for (size_t i = 0; i < count; i++) {
        KEEP_LOOP();
        BTREE(copy)(to, len + i, from, first + i);
    }
    if (to->height != 0)
        for (size_t i = 0; i <= count; i++)
            BTREE(adopt)(to, len + i, BTREE(child)(from, first + i));
    to->len = (uint16_t)(len + count);
}
