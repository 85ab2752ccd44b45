/*
 * btree_build: making whole trees of collections/btree.h, and ending them. Part of a template:
 * include collections/btree.h, which has the contract.
 *
 * From a sorted source a tree is built from the left to the right without a single search. With n
 * entries a node of height h has so many children as are needed where each is full, (capacity+1)^h
 * entries with the one behind it; these then share the entries evenly, so that each has at least
 * half of what fits, which is more than the invariant wants.
 */

/* Where a build takes its entries from: arrays, or another tree. */
struct BTREE(source) {
    const BTREE_K *keys;   /* the next of an array, or NULL: the cursor counts */
    const BTREE_V *values; /* the same; NULL in a set */
    BTREE_CURSOR cursor;
};

INSTANTIATED void BTREE(take_next)(struct BTREE(source) * source, BTREE_NODE *node, size_t index)
{
    if (source->keys == NULL) {
        BTREE_PLACE place = source->cursor.place;
        BTREE(copy)(node, index, place.node, place.index);
        BTREE(next)(&source->cursor);
        return;
    }
    node->keys[index] = *source->keys++;
    if (source->values != NULL)
        node->values[index] = *source->values++;
}

/* Give `top` and all nodes below it back: children before their parent, without recursion. */
INSTANTIATED void BTREE(free_below)(struct allocator *alloc, BTREE_NODE *top)
{
    BTREE_NODE *node = BTREE(leftmost)(top);
    while (node != top) {
        BTREE_NODE *parent = &node->parent->node;
        size_t next = node->index + 1u;
        BTREE(free_node)(alloc, node);
        node = next <= parent->len ? BTREE(leftmost)(BTREE(child)(parent, next)) : parent;
    }
    BTREE(free_node)(alloc, top);
}

/* A tree of `height` with the next `count` entries; `each` is (capacity + 1) ^ height. NULL iff the
   heap has not enough room: then nothing is left behind. Recursion: as deep as the tree is high. */
INSTANTIATED BTREE_NODE *BTREE(build)(struct allocator *alloc, size_t height, size_t each,
                                      size_t count, struct BTREE(source) * source)
{
    BTREE_NODE *node = BTREE(new_node)(alloc, height);
    if (node == NULL)
        return NULL;
    if (height == 0) {
        for (; node->len < count; node->len++)
            BTREE(take_next)(source, node, node->len);
        return node;
    }
    size_t rest = count + 1; /* with one more at the end, each child has one behind it */
    size_t children = (rest - 1) / each + 1;
    for (size_t i = 0; i < children; i++) {
        size_t share = rest / (children - i);
        rest -= share;
        BTREE_NODE *child =
            BTREE(build)(alloc, height - 1, each / (BTREE_CAPACITY + 1), share - 1, source);
        if (child == NULL) {
            if (i == 0) {
                BTREE(free_node)(alloc, node);
                return NULL;
            }
            node->len--; /* the child behind the last entry is missing */
            BTREE(free_below)(alloc, node);
            return NULL;
        }
        BTREE(adopt)(node, i, child);
        if (i + 1 < children) {
            BTREE(take_next)(source, node, i);
            node->len++;
        }
    }
    return node;
}

/* Make *tree of the next `count` entries. On failure it is valid and empty. */
INSTANTIATED enum error BTREE(build_tree)(BTREE_TREE *tree, struct allocator *alloc, size_t count,
                                          struct BTREE(source) * source)
{
    *tree = (BTREE_TREE){ .alloc = alloc };
    if (count == 0)
        return OK;
    size_t height = 0, each = 1;
    for (size_t rest = count; rest > BTREE_CAPACITY; rest /= BTREE_CAPACITY + 1) {
        height++;
        each *= BTREE_CAPACITY + 1;
    }
    tree->root = BTREE(build)(alloc, height, each, count, source);
    if (tree->root == NULL)
        return ERR_NO_MEMORY;
    tree->len = count;
    return OK;
}

/* The same from arrays, whose order is looked at first. */
INSTANTIATED enum error BTREE(from_arrays)(BTREE_TREE *tree, struct allocator *alloc,
                                           const BTREE_K *keys, const BTREE_V *values, size_t n)
{
    *tree = (BTREE_TREE){ .alloc = alloc };
    for (size_t i = 1; i < n; i++)
        if (!(BTREE_BEFORE(&keys[i - 1], &keys[i])))
            return ERR_INVALID;
    struct BTREE(source) source = { .keys = keys, .values = values };
    return BTREE(build_tree)(tree, alloc, n, &source);
}

/* Make *tree empty, on `allocator`, which outlives it. What it held is overwritten. O(1). */
INSTANTIATED inline void BTREE(init)(BTREE_TREE *tree, struct allocator *allocator)
{
    *tree = (BTREE_TREE){ .alloc = allocator };
}

/* Make *out, which is not tree and whose content is overwritten, a copy on the same allocator, with
   nodes as full as can be: keys and values are copied by their bytes. Fails iff there is no room
   (ERR_NO_MEMORY); *out is valid and empty then. O(n). */
INSTANTIATED enum error BTREE(clone)(const BTREE_TREE *tree, BTREE_TREE *out)
{
    struct BTREE(source) source = { .cursor = BTREE(first)(tree) };
    return BTREE(build_tree)(out, tree->alloc, tree->len, &source);
}

/* Give all memory back. The tree is empty then, keeps its allocator, and may be used or freed
   again. O(n), the nodes only. */
INSTANTIATED void BTREE(free)(BTREE_TREE *tree)
{
    if (tree->root != NULL)
        BTREE(free_below)(tree->alloc, tree->root);
    tree->root = NULL;
    tree->len = 0;
    BTREE_CHANGED(tree);
}

/* How many entries there are. O(1). */
INSTANTIATED inline size_t BTREE(len)(const BTREE_TREE *tree)
{
    return tree->len;
}

/* --- Checking -------------------------------------------------------------------------------- */

/* The entries at and below `node`, which is child `index` of `parent` and as high as `height`. */
INSTANTIATED size_t BTREE(check_node)(BTREE_NODE *node, const BTREE_INNER *parent, size_t index,
                                      size_t height)
{
    ASSERT_COMPARE(node->height, ==, height);
    ASSERT_COMPARE((uintptr_t)node->parent, ==, (uintptr_t)parent);
    ASSERT_COMPARE(node->len, <=, BTREE_CAPACITY);
    ASSERT_COMPARE(node->len, >=, parent == NULL ? 1 : BTREE_LEAST);
    if (parent != NULL)
        ASSERT_COMPARE(node->index, ==, index);
    size_t count = node->len;
    if (height != 0)
        for (size_t i = 0; i <= node->len; i++)
            count += BTREE(check_node)(BTREE(child)(node, i), BTREE(inner_of)(node), i, height - 1);
    return count;
}

/* Panics iff an invariant is broken: the links, how full the nodes are, the order. O(n). */
INSTANTIATED void BTREE(check)(const BTREE_TREE *tree)
{
    size_t count = 0;
    if (tree->root != NULL)
        count = BTREE(check_node)(tree->root, NULL, 0, tree->root->height);
    ASSERT_COMPARE(count, ==, tree->len);
    const BTREE_K *last = NULL;
    for (BTREE_CURSOR c = BTREE(first)(tree); c.key != NULL; BTREE(next)(&c)) {
        if (last != NULL && !(BTREE_BEFORE(last, c.key)))
            panic("B-tree of %zu: two neighbours are not in order", tree->len);
        last = c.key;
    }
}
