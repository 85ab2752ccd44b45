/*
 * btree_map: the operations of a collections/btree.h that has values. Part of a template: include
 * collections/btree.h, which has the contract.
 */

/* Put (key, value) in. Where the key is there already, it stays, its value is replaced, the old one
   goes to *old and *replaced is true; both may be NULL. O(log n). */
INSTANTIATED enum error BTREE(insert)(BTREE_TREE *tree, BTREE_K key, BTREE_V value, BTREE_V *old,
                                      bool *replaced)
{
    BTREE_PLACE at = BTREE(search)(tree, &key);
    if (replaced != NULL)
        *replaced = at.found;
    if (!at.found)
        return BTREE(add)(tree, &at, &(BTREE_ENTRY){ key, value });
    if (old != NULL)
        *old = at.node->values[at.index];
    at.node->values[at.index] = value;
    return OK;
}

/* The same, and a value that was there is overwritten; instead of failing it calls the
   out-of-memory handler, which ends the machine. For set-up code. */
INSTANTIATED void BTREE(insert_or_panic)(BTREE_TREE *tree, BTREE_K key, BTREE_V value)
{
    if (BTREE(insert)(tree, key, value, NULL, NULL) != OK)
        allocator_oom(tree->alloc, LAYOUT_OF(BTREE_NODE), __builtin_return_address(0));
}

/* The entry of a key, made with `value` where there is none: its value's address goes to *slot
   (stale as all pointers). One search. O(log n). */
INSTANTIATED enum error BTREE(or_insert)(BTREE_TREE *tree, BTREE_K key, BTREE_V value,
                                         BTREE_V **slot)
{
    BTREE_PLACE at = BTREE(search)(tree, &key);
    if (!at.found) {
        enum error error = BTREE(add)(tree, &at, &(BTREE_ENTRY){ key, value });
        if (error != OK)
            return error;
    }
    *slot = &at.node->values[at.index];
    return OK;
}

/* The value of key, to be changed or not; NULL iff there is none. O(log n). */
INSTANTIATED inline BTREE_V *BTREE(get_mut)(BTREE_TREE *tree, BTREE_K key)
{
    BTREE_PLACE at = BTREE(search)(tree, &key);
    return at.found ? &at.node->values[at.index] : NULL;
}

INSTANTIATED inline const BTREE_V *BTREE(get)(const BTREE_TREE *tree, BTREE_K key)
{
    BTREE_PLACE at = BTREE(search)(tree, &key);
    return at.found ? &at.node->values[at.index] : NULL;
}

/* Replace the value of key, the old one goes to *old unless that is NULL; false, and nothing is
   changed, iff the key is not there. Never allocates. O(log n). */
INSTANTIATED bool BTREE(replace)(BTREE_TREE *tree, BTREE_K key, BTREE_V value, BTREE_V *old)
{
    BTREE_PLACE at = BTREE(search)(tree, &key);
    if (!at.found)
        return false;
    if (old != NULL)
        *old = at.node->values[at.index];
    at.node->values[at.index] = value;
    return true;
}

/* Take the entry of key out, into *old_key and *old unless they are NULL; false iff there is none.
   Never allocates. O(log n). */
INSTANTIATED bool BTREE(remove)(BTREE_TREE *tree, BTREE_K key, BTREE_K *old_key, BTREE_V *old)
{
    BTREE_PLACE at = BTREE(search)(tree, &key);
    if (at.found)
        BTREE(take_out)(tree, at, old_key, old);
    return at.found;
}

/* Take the first entry out, or the last, into *key and *value unless they are NULL; false iff there
   is none. Never allocates. O(log n) at worst. */
INSTANTIATED bool BTREE(pop_first)(BTREE_TREE *tree, BTREE_K *key, BTREE_V *value)
{
    BTREE_PLACE at = BTREE(first_place)(tree);
    if (at.node != NULL)
        BTREE(take_out)(tree, at, key, value);
    return at.node != NULL;
}

INSTANTIATED bool BTREE(pop_last)(BTREE_TREE *tree, BTREE_K *key, BTREE_V *value)
{
    BTREE_PLACE at = BTREE(last_place)(tree);
    if (at.node != NULL)
        BTREE(take_out)(tree, at, key, value);
    return at.node != NULL;
}

/* Make *tree, whose content is overwritten, of n keys in strictly ascending order and their
   values, without a search. Fails also iff they are not in that order (ERR_INVALID); *tree is valid
   and empty then. O(n). */
INSTANTIATED enum error BTREE(from_sorted)(BTREE_TREE *tree, struct allocator *allocator,
                                           const BTREE_K *keys, const BTREE_V *values, size_t n)
{
    return BTREE(from_arrays)(tree, allocator, keys, values, n);
}

/* As NAME_free, after release(const K *, V *) was called for each entry in order; it must not use
   the tree, but may end what the key owns (through a cast). O(n). */
INSTANTIATED void BTREE(free_each)(BTREE_TREE *tree, void (*release)(BTREE_K *, BTREE_V *))
{
    for (BTREE_PLACE at = BTREE(first_place)(tree); at.node != NULL; at = BTREE(next_place)(at))
        release(&at.node->keys[at.index], &at.node->values[at.index]);
    BTREE(free)(tree);
}

/* NAME_clone where entries own something: clone makes key and value of the copy from the original's
   (const K *, const V *, K *, V *); release ends those that were made where a later one fails. The
   copy of a key must be equal to it. Fails also with clone's error. */
INSTANTIATED enum error BTREE(clone_each)(const BTREE_TREE *tree, BTREE_TREE *out,
                                          enum error (*clone)(const BTREE_K *, const BTREE_V *,
                                                              BTREE_K *, BTREE_V *),
                                          void (*release)(BTREE_K *, BTREE_V *))
{
    enum error error = BTREE(clone)(tree, out);
    BTREE_PLACE from = BTREE(first_place)(tree), to = BTREE(first_place)(out);
    size_t made = 0;
    while (error == OK && to.node != NULL) {
        error = clone(&from.node->keys[from.index], &from.node->values[from.index],
                      &to.node->keys[to.index], &to.node->values[to.index]);
        made += error == OK;
        from = BTREE(next_place)(from);
        to = BTREE(next_place)(to);
    }
    if (error == OK)
        return OK;
    for (to = BTREE(first_place)(out); made > 0; made--, to = BTREE(next_place)(to))
        release(&to.node->keys[to.index], &to.node->values[to.index]);
    BTREE(free)(out);
    return error;
}

/* True iff both have the same keys, in the order's sense, and same(V *, V *) holds for the two
   values of each. O(n). */
INSTANTIATED bool BTREE(equal)(const BTREE_TREE *a, const BTREE_TREE *b,
                               bool (*same)(const BTREE_V *, const BTREE_V *))
{
    BTREE_CURSOR c = BTREE(first)(a), d = BTREE(first)(b);
    for (; c.key != NULL && d.key != NULL; BTREE(next)(&c), BTREE(next)(&d))
        if ((BTREE_BEFORE(c.key, d.key)) || (BTREE_BEFORE(d.key, c.key)) || !same(c.value, d.value))
            return false;
    return c.key == d.key; /* both NULL */
}

INSTANTIATED bool BTREE(debug_next)(void *cursor, struct debug_entry *entry)
{
    BTREE_CURSOR *c = cursor;
    if (c->key == NULL)
        return false;
    *entry = (struct debug_entry){ c->key, c->value };
    BTREE(next)(c);
    return true;
}

/* Print `name = {key: value, ...}` in order (collections/debug.h). O(n). */
INSTANTIATED void BTREE(debug)(const BTREE_TREE *tree, struct format_sink *sink, const char *name,
                               void (*key)(const BTREE_K *, struct format_sink *),
                               void (*value)(const BTREE_V *, struct format_sink *))
{
    BTREE_CURSOR cursor = BTREE(first)(tree);
    debug_map(sink, name, BTREE(debug_next), &cursor, (debug_element *)key, (debug_element *)value);
}
