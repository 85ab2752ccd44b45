/*
 * hash_map_set: the operations of a collections/hash_map.h without values. Part of a template:
 * include collections/hash_map.h, which has the contract.
 */

/* Put key in; *inserted, which may be NULL, is true iff it is in now and was not before: an equal
   one that is there stays. O(1) amortised. */
INSTANTIATED enum error HASH_MAP(insert)(HASH_MAP_SELF *map, HASH_MAP_K key, bool *inserted)
{
    HASH_MAP_PLACE place = HASH_MAP(search)(map, &key);
    bool is_new = place.entry == NULL;
    enum error error = is_new ? HASH_MAP(add)(map, &place, &key, &(HASH_MAP_V){}) : OK;
    if (inserted != NULL)
        *inserted = is_new && error == OK;
    return error;
}

/* The same, but instead of failing it calls the out-of-memory handler, which ends the machine. For
   set-up code. */
INSTANTIATED void HASH_MAP(insert_or_panic)(HASH_MAP_SELF *map, HASH_MAP_K key)
{
    if (HASH_MAP(insert)(map, key, NULL) != OK)
        HASH_MAP(oom)(map, __builtin_return_address(0));
}

/* Take key out, into *old unless that is NULL; false iff it is not there. The last key takes its
   place in the order. Never allocates. O(1). */
INSTANTIATED bool HASH_MAP(remove)(HASH_MAP_SELF *map, HASH_MAP_K key, HASH_MAP_K *old)
{
    HASH_MAP_PLACE place = HASH_MAP(search)(map, &key);
    if (place.entry != NULL)
        HASH_MAP(take_out)(map, place, old, NULL);
    return place.entry != NULL;
}

/* As NAME_free, after release(K *) was called for each key; it must not use the map. O(n). */
INSTANTIATED void HASH_MAP(free_each)(HASH_MAP_SELF *map, void (*release)(HASH_MAP_K *))
{
    for (size_t i = 0; i < map->table.len; i++)
        release(&HASH_MAP(entry_at)(map, i)->key);
    HASH_MAP(free)(map);
}

/* True iff both have the same keys, in whatever order and whatever their seeds. O(n). */
INSTANTIATED bool HASH_MAP(equal)(const HASH_MAP_SELF *a, const HASH_MAP_SELF *b)
{
    if (a->table.len != b->table.len)
        return false;
    for (HASH_MAP_CURSOR c = HASH_MAP(first)(a); c.key != NULL; HASH_MAP(next)(&c))
        if (HASH_MAP(search)(b, c.key).entry == NULL)
            return false;
    return true;
}

INSTANTIATED bool HASH_MAP(debug_next)(void *cursor, struct debug_entry *entry)
{
    HASH_MAP_CURSOR *c = cursor;
    if (c->key == NULL)
        return false;
    entry->key = c->key;
    HASH_MAP(next)(c);
    return true;
}

/* Print `name = {key, ...}` (collections/debug.h) in the cursor's order. O(n). */
INSTANTIATED void HASH_MAP(debug)(const HASH_MAP_SELF *map, struct format_sink *sink,
                                  const char *name,
                                  void (*key)(const HASH_MAP_K *, struct format_sink *))
{
    HASH_MAP_CURSOR cursor = HASH_MAP(first)(map);
    debug_set(sink, name, HASH_MAP(debug_next), &cursor, (debug_element *)key);
}
