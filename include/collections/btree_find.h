/*
 * btree_find: from a key to its place in a collections/btree.h, and from one place to its
 * neighbours. Part of a template: include collections/btree.h.
 *
 * Within a node the middle key is asked first, then those of one half, one after the other. Asking
 * on in halves needs fewer questions, but each costs more than three steps of a loop: measured with
 * 100,000 keys and 15 in a node, a lookup takes 164 instructions so, 190 with no question to the
 * middle, 222 in halves down to one key.
 */

/* The first key of `node` that does not come before *key; the end of the keys iff all do. */
INSTANTIATED inline const BTREE_K *BTREE(skip)(const BTREE_NODE *node, const BTREE_K *key)
{
    const BTREE_K *at = node->keys, *end = at + node->len;
    const BTREE_K *middle = at + node->len / 2;
    if (BTREE_BEFORE(middle, key))
        at = middle + 1;
    while (at != end && (BTREE_BEFORE(at, key)))
        at++;
    return at;
}

/* Where *key is, or would be: then in a leaf. No node iff the tree is empty. */
INSTANTIATED inline BTREE_PLACE BTREE(search)(const BTREE_TREE *tree, const BTREE_K *key)
{
    BTREE_NODE *node = tree->root;
    if (unlikely(node == NULL))
        return (BTREE_PLACE){ 0 };
    for (;;) {
        const BTREE_K *at = BTREE(skip)(node, key);
        size_t index = (size_t)(at - node->keys);
        if (index != node->len && !(BTREE_BEFORE(key, at)))
            return (BTREE_PLACE){ node, (uint32_t)index, true };
        if (node->height == 0)
            return (BTREE_PLACE){ node, (uint32_t)index, false };
        node = BTREE(child)(node, index);
    }
}

/* The first entry at or behind `at`, which may be one past the last of a node: up, to where it came
   from the left. No node iff there is none. */
INSTANTIATED BTREE_PLACE BTREE(climb_right)(BTREE_PLACE at)
{
    while (at.node != NULL && at.index == at.node->len) {
        at.index = at.node->index;
        at.node = at.node->parent != NULL ? &at.node->parent->node : NULL;
    }
    return at;
}

/* The entry in front of the place `at`, in a leaf: up, to where it came from the right. */
INSTANTIATED BTREE_PLACE BTREE(climb_left)(BTREE_PLACE at)
{
    while (at.node != NULL && at.index == 0) {
        at.index = at.node->index;
        at.node = at.node->parent != NULL ? &at.node->parent->node : NULL;
    }
    at.index--;
    return at;
}

/* The first entry of all, the last of all; no node iff there is none. */
INSTANTIATED BTREE_PLACE BTREE(first_place)(const BTREE_TREE *tree)
{
    return (BTREE_PLACE){ tree->root != NULL ? BTREE(leftmost)(tree->root) : NULL, 0, true };
}

INSTANTIATED BTREE_PLACE BTREE(last_place)(const BTREE_TREE *tree)
{
    BTREE_NODE *node = tree->root != NULL ? BTREE(rightmost)(tree->root) : NULL;
    return (BTREE_PLACE){ node, node != NULL ? node->len - 1u : 0, true };
}

/* The entry behind entry `at`, the one in front of it; no node iff there is none. */
INSTANTIATED inline BTREE_PLACE BTREE(next_place)(BTREE_PLACE at)
{
    at.index++;
    if (at.node->height != 0)
        return (BTREE_PLACE){ BTREE(leftmost)(BTREE(child)(at.node, at.index)), 0, true };
    return likely(at.index < at.node->len) ? at : BTREE(climb_right)(at);
}

INSTANTIATED inline BTREE_PLACE BTREE(prev_place)(BTREE_PLACE at)
{
    if (at.node->height != 0) {
        BTREE_NODE *leaf = BTREE(rightmost)(BTREE(child)(at.node, at.index));
        return (BTREE_PLACE){ leaf, leaf->len - 1u, true };
    }
    if (unlikely(at.index == 0))
        return BTREE(climb_left)(at);
    at.index--;
    return at;
}
