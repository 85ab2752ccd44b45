/*
 * btree_set: the operations of a collections/btree.h without values. Part of a template: include
 * collections/btree.h, which has the contract.
 */

/* Put key in; *inserted, which may be NULL, is false iff an equal one is there, which stays.
   O(log n). */
INSTANTIATED enum error BTREE(insert)(BTREE_TREE *tree, BTREE_K key, bool *inserted)
{
    BTREE_PLACE at = BTREE(search)(tree, &key);
    if (inserted != NULL)
        *inserted = !at.found;
    return at.found ? OK : BTREE(add)(tree, &at, &(BTREE_ENTRY){ .key = key });
}

/* The same, but instead of failing it calls the out-of-memory handler, which ends the machine. For
   set-up code. */
INSTANTIATED void BTREE(insert_or_panic)(BTREE_TREE *tree, BTREE_K key)
{
    if (BTREE(insert)(tree, key, NULL) != OK)
        allocator_oom(tree->alloc, LAYOUT_OF(BTREE_NODE), __builtin_return_address(0));
}

/* True iff key is there. O(log n). */
INSTANTIATED inline bool BTREE(contains)(const BTREE_TREE *tree, BTREE_K key)
{
    return BTREE(search)(tree, &key).found;
}

/* Take key out, into *old unless that is NULL; false iff it is not there. Never allocates.
   O(log n). */
INSTANTIATED bool BTREE(remove)(BTREE_TREE *tree, BTREE_K key, BTREE_K *old)
{
    BTREE_PLACE at = BTREE(search)(tree, &key);
    if (at.found)
        BTREE(take_out)(tree, at, old, NULL);
    return at.found;
}

/* Take the first key out, or the last, into *key unless that is NULL; false iff there is none.
   Never allocates. O(log n) at worst. */
INSTANTIATED bool BTREE(pop_first)(BTREE_TREE *tree, BTREE_K *key)
{
    BTREE_PLACE at = BTREE(first_place)(tree);
    if (at.node != NULL)
        BTREE(take_out)(tree, at, key, NULL);
    return at.node != NULL;
}

INSTANTIATED bool BTREE(pop_last)(BTREE_TREE *tree, BTREE_K *key)
{
    BTREE_PLACE at = BTREE(last_place)(tree);
    if (at.node != NULL)
        BTREE(take_out)(tree, at, key, NULL);
    return at.node != NULL;
}

/* Make *tree, whose content is overwritten, of n keys in strictly ascending order, without a
   search. Fails also iff they are not in that order (ERR_INVALID); *tree is valid and empty then.
   O(n). */
INSTANTIATED enum error BTREE(from_sorted)(BTREE_TREE *tree, struct allocator *allocator,
                                           const BTREE_K *keys, size_t n)
{
    return BTREE(from_arrays)(tree, allocator, keys, NULL, n);
}

/* As NAME_free, after release(K *) was called for each key in order; it must not use the tree.
   O(n). */
INSTANTIATED void BTREE(free_each)(BTREE_TREE *tree, void (*release)(BTREE_K *))
{
    for (BTREE_PLACE at = BTREE(first_place)(tree); at.node != NULL; at = BTREE(next_place)(at))
        release(&at.node->keys[at.index]);
    BTREE(free)(tree);
}

/* True iff both have the same keys, in the order's sense. O(n). */
INSTANTIATED bool BTREE(equal)(const BTREE_TREE *a, const BTREE_TREE *b)
{
    BTREE_CURSOR c = BTREE(first)(a), d = BTREE(first)(b);
    for (; c.key != NULL && d.key != NULL; BTREE(next)(&c), BTREE(next)(&d))
        if ((BTREE_BEFORE(c.key, d.key)) || (BTREE_BEFORE(d.key, c.key)))
            return false;
    return c.key == d.key; /* both NULL */
}

INSTANTIATED bool BTREE(debug_next)(void *cursor, struct debug_entry *entry)
{
    BTREE_CURSOR *c = cursor;
    if (c->key == NULL)
        return false;
    entry->key = c->key;
    BTREE(next)(c);
    return true;
}

/* Print `name = {key, ...}` in order (collections/debug.h). O(n). */
INSTANTIATED void BTREE(debug)(const BTREE_TREE *tree, struct format_sink *sink, const char *name,
                               void (*key)(const BTREE_K *, struct format_sink *))
{
    BTREE_CURSOR cursor = BTREE(first)(tree);
    debug_set(sink, name, BTREE(debug_next), &cursor, (debug_element *)key);
}
