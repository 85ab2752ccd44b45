/*
 * btree_remove: how an entry gets out of a collections/btree.h. Part of a template: include
 * collections/btree.h.
 *
 * It is always a leaf that loses an entry: where the one to go is in an inner node, its neighbour
 * to the left, which is the last of a leaf, takes its place. A leaf that then has less than a
 * quarter of what fits borrows an entry of a sibling, through the parent, or, where the siblings
 * have none to spare, is merged with one of them and the entry between. That takes an entry from
 * the parent, so it may go on, up to the root; a root that has none left is replaced by its only
 * child.
 *
 *      [ 10 | 22 | 40 ]                             [ 10 | 40 ]
 *           |    |           remove 20                  |
 *      [ 20 21 ][ 23 24 ]       ->             [ 21 22 23 24 ]
 *
 * Nodes are given back, none is taken.
 */

/* The last entry of the left sibling goes up, the one between comes down to the front. */
INSTANTIATED void BTREE(borrow_left)(BTREE_NODE *parent, BTREE_NODE *node, BTREE_NODE *left)
{
    size_t between = left->index, last = left->len - 1u;
    BTREE(open)(node, 0);
    BTREE(copy)(node, 0, parent, between);
    BTREE(copy)(parent, between, left, last);
    BTREE(poison)(left, last);
    if (node->height != 0) {
        for (size_t i = node->len; i > 0; i--)
            BTREE(adopt)(node, i, BTREE(child)(node, i - 1));
        BTREE(adopt)(node, 0, BTREE(child)(left, last + 1));
    }
    left->len = (uint16_t)last;
}

/* The first entry of the right sibling goes up, the one between comes down to the end. */
INSTANTIATED void BTREE(borrow_right)(BTREE_NODE *parent, BTREE_NODE *node, BTREE_NODE *right)
{
    size_t between = node->index, len = node->len;
    BTREE(copy)(node, len, parent, between);
    BTREE(copy)(parent, between, right, 0);
    node->len = (uint16_t)(len + 1);
    BTREE(close)(right, 0);
    if (node->height != 0) {
        BTREE(adopt)(node, len + 1, BTREE(child)(right, 0));
        for (size_t i = 0; i <= right->len; i++)
            BTREE(adopt)(right, i, BTREE(child)(right, i + 1));
    }
}

/* Put `right` and the entry in front of it to the end of its sibling `left`. */
INSTANTIATED void BTREE(merge)(struct allocator *alloc, BTREE_NODE *parent, BTREE_NODE *left,
                               BTREE_NODE *right)
{
    size_t between = left->index;
    BTREE(copy)(left, left->len, parent, between);
    left->len++;
    BTREE(append)(left, right, 0, right->len);
    BTREE(close)(parent, between);
    for (size_t i = between + 1; i <= parent->len; i++)
        BTREE(adopt)(parent, i, BTREE(child)(parent, i + 1));
    BTREE(free_node)(alloc, right);
}

/* `node` has less entries than it may have: repair that, and what it causes above. */
[[gnu::noinline]] INSTANTIATED void BTREE(refill)(BTREE_TREE *tree, BTREE_NODE *node)
{
    while (node->parent != NULL && node->len < BTREE_LEAST) {
        BTREE_NODE *parent = &node->parent->node;
        BTREE_NODE *left = node->index > 0 ? BTREE(child)(parent, node->index - 1u) : NULL;
        BTREE_NODE *right =
            node->index < parent->len ? BTREE(child)(parent, node->index + 1u) : NULL;
        if (left != NULL && left->len > BTREE_LEAST)
            BTREE(borrow_left)(parent, node, left);
        else if (right != NULL && right->len > BTREE_LEAST)
            BTREE(borrow_right)(parent, node, right);
        else if (left != NULL)
            BTREE(merge)(tree->alloc, parent, left, node);
        else
            BTREE(merge)(tree->alloc, parent, node, right);
        node = parent;
    }
    if (node->len == 0) { /* only a root can be empty */
        tree->root = node->height != 0 ? BTREE(child)(node, 0) : NULL;
        if (tree->root != NULL)
            tree->root->parent = NULL;
        BTREE(free_node)(tree->alloc, node);
    }
}

/* Take the entry at `at` out, and copy it to *key and *value, unless these are NULL. */
INSTANTIATED inline void BTREE(take_out)(BTREE_TREE *tree, BTREE_PLACE at, BTREE_K *key,
                                         BTREE_V *value)
{
    if (key != NULL)
        *key = at.node->keys[at.index];
    if (value != NULL)
        *value = at.node->values[at.index];
    if (unlikely(at.node->height != 0)) {
        BTREE_PLACE last = BTREE(prev_place)(at);
        BTREE(copy)(at.node, at.index, last.node, last.index);
        at = last;
    }
    BTREE(close)(at.node, at.index);
    tree->len--;
    BTREE_CHANGED(tree);
    if (unlikely(at.node->len < BTREE_LEAST))
        BTREE(refill)(tree, at.node);
}
