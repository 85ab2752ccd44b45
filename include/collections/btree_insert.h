/*
 * btree_insert: how an entry gets into a collections/btree.h. Part of a template: include
 * collections/btree.h.
 *
 * An entry always goes into a leaf. Where that is full, it is split: the upper half moves to a new
 * leaf, and the entry in the middle goes up into the parent, between the two. So it may go on, up
 * to the root; where that is split, a new root with one entry makes the tree one level higher.
 *
 *           [ 10 | 40 ]                          [ 10 | 22 | 40 ]
 *                |              insert 25             |    |
 *       [ 20 21 22 23 24 ]         ->        [ 20 21 ]    [ 23 24 25 ]
 *
 * How many nodes that takes can be counted beforehand: the leaf, and the full ones above it. They
 * are all taken first. Where the heap has not enough, those taken are given back, and the tree has
 * not been touched.
 */

/* Nodes taken: a leaf, and a chain of inner nodes, linked by `parent`. */
struct BTREE(spares) {
    BTREE_NODE *leaf;
    BTREE_INNER *inner;
};

INSTANTIATED BTREE_NODE *BTREE(use_inner)(struct BTREE(spares) * spares, size_t height)
{
    BTREE_NODE *node = &spares->inner->node;
    spares->inner = node->parent;
    node->parent = NULL;
    node->height = (uint16_t)height;
    return node;
}

/* Take what a split of the full leaf `leaf` needs; ERR_NO_MEMORY: nothing was taken. */
INSTANTIATED enum error BTREE(take_spares)(struct allocator *alloc, const BTREE_NODE *leaf,
                                           struct BTREE(spares) * spares)
{
    *spares = (struct BTREE(spares)){ .leaf = BTREE(new_node)(alloc, 0) };
    if (spares->leaf == NULL)
        return ERR_NO_MEMORY;
    size_t inners = 0;
    const BTREE_INNER *parent = leaf->parent;
    for (; parent != NULL && parent->node.len == BTREE_CAPACITY; parent = parent->node.parent)
        inners++;
    if (parent == NULL)
        inners++; /* a new root */
    for (; inners > 0; inners--) {
        BTREE_NODE *node = BTREE(new_node)(alloc, 1);
        if (node == NULL) {
            while (spares->inner != NULL)
                BTREE(free_node)(alloc, BTREE(use_inner)(spares, 1));
            BTREE(free_node)(alloc, spares->leaf);
            return ERR_NO_MEMORY;
        }
        node->parent = spares->inner;
        spares->inner = BTREE(inner_of)(node);
    }
    return OK;
}

/* Put the root one level higher, over its only child. */
INSTANTIATED void BTREE(grow_root)(BTREE_TREE *tree, BTREE_NODE *root)
{
    BTREE(adopt)(root, 0, tree->root);
    tree->root = root;
}

/* Put `entry` in at the place `at` of a full leaf, with the nodes that it takes. Returns where the
   entry is then. */
INSTANTIATED BTREE_PLACE BTREE(split)(BTREE_TREE *tree, BTREE_PLACE at, BTREE_ENTRY entry,
                                      struct BTREE(spares) * spares)
{
    BTREE_PLACE inserted = { 0 };
    BTREE_NODE *node = at.node, *right = NULL;
    size_t index = at.index;
    while (node->len == BTREE_CAPACITY) {
        BTREE_NODE *upper =
            node->height == 0 ? spares->leaf : BTREE(use_inner)(spares, node->height);
        const BTREE_ENTRY middle = { node->keys[BTREE_HALF], node->values[BTREE_HALF] };
        BTREE(append)(upper, node, BTREE_HALF + 1, BTREE_HALF);
        node->len = BTREE_HALF;

        BTREE_NODE *half = index <= BTREE_HALF ? node : upper;
        if (half == upper)
            index -= BTREE_HALF + 1;
        if (right == NULL) {
            BTREE(open)(half, index);
            BTREE(put)(half, index, &entry);
            inserted = (BTREE_PLACE){ half, (uint32_t)index, true };
        } else {
            BTREE(put_with_child)(half, index, &entry, right);
        }

        if (node->parent == NULL)
            BTREE(grow_root)(tree, BTREE(use_inner)(spares, node->height + 1u));
        entry = middle;
        right = upper;
        index = node->index;
        node = &node->parent->node;
    }
    BTREE(put_with_child)(node, index, &entry, right);
    return inserted;
}

/* Where there is no room at `at`: a first leaf, or a split. On failure nothing has changed. */
[[gnu::noinline]] INSTANTIATED enum error BTREE(add_node)(BTREE_TREE *tree, BTREE_PLACE *at,
                                                          const BTREE_ENTRY *entry)
{
    if (unlikely(tree->alloc == NULL))
        panic("a B-tree without an allocator wants memory: use BTREE_INIT or its init first");
    if (at->node != NULL) {
        struct BTREE(spares) spares;
        enum error error = BTREE(take_spares)(tree->alloc, at->node, &spares);
        if (error == OK)
            *at = BTREE(split)(tree, *at, *entry, &spares);
        return error;
    }
    at->node = BTREE(new_node)(tree->alloc, 0);
    if (at->node == NULL)
        return ERR_NO_MEMORY;
    at->node->len = 1;
    BTREE(put)(at->node, 0, entry);
    tree->root = at->node;
    return OK;
}

/* Put `entry` in at the place *at, where its search ended, and make *at the place where it is. */
INSTANTIATED inline enum error BTREE(add)(BTREE_TREE *tree, BTREE_PLACE *at,
                                          const BTREE_ENTRY *entry)
{
    if (likely(at->node != NULL && at->node->len < BTREE_CAPACITY)) {
        BTREE(open)(at->node, at->index);
        BTREE(put)(at->node, at->index, entry);
    } else {
        enum error error = BTREE(add_node)(tree, at, entry);
        if (error != OK)
            return error;
    }
    tree->len++;
    BTREE_CHANGED(tree);
    return OK;
}
