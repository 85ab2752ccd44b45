/*
 * hash_map_map: the operations of a collections/hash_map.h that has values. Part of a template:
 * include collections/hash_map.h, which has the contract.
 */

/* Put (key, value) in. Where the key is there already, it stays, its value is replaced, the old one
   goes to *old and *replaced is true; both may be NULL. O(1) amortised. */
INSTANTIATED enum error HASH_MAP(insert)(HASH_MAP_SELF *map, HASH_MAP_K key, HASH_MAP_V value,
                                         HASH_MAP_V *old, bool *replaced)
{
    HASH_MAP_PLACE place = HASH_MAP(search)(map, &key);
    if (replaced != NULL)
        *replaced = place.entry != NULL;
    if (place.entry == NULL)
        return HASH_MAP(add)(map, &place, &key, &value);
    if (old != NULL)
        *old = place.entry->value;
    place.entry->value = value;
    return OK;
}

/* The same, and a value that was there is overwritten; instead of failing it calls the
   out-of-memory handler, which ends the machine. For set-up code. */
INSTANTIATED void HASH_MAP(insert_or_panic)(HASH_MAP_SELF *map, HASH_MAP_K key, HASH_MAP_V value)
{
    if (HASH_MAP(insert)(map, key, value, NULL, NULL) != OK)
        HASH_MAP(oom)(map, __builtin_return_address(0));
}

/* The entry of a key, made with `value` where there is none: its value's address goes to *slot
   (stale as all pointers). One search. O(1) amortised. */
INSTANTIATED enum error HASH_MAP(or_insert)(HASH_MAP_SELF *map, HASH_MAP_K key, HASH_MAP_V value,
                                            HASH_MAP_V **slot)
{
    HASH_MAP_PLACE place = HASH_MAP(search)(map, &key);
    if (place.entry == NULL) {
        enum error error = HASH_MAP(add)(map, &place, &key, &value);
        if (error != OK)
            return error;
    }
    *slot = &place.entry->value;
    return OK;
}

/* The value of key, to be changed or not; NULL iff there is none. O(1). */
INSTANTIATED inline HASH_MAP_V *HASH_MAP(get_mut)(HASH_MAP_SELF *map, HASH_MAP_K key)
{
    HASH_MAP_PLACE place = HASH_MAP(search)(map, &key);
    return place.entry != NULL ? &place.entry->value : NULL;
}

INSTANTIATED inline const HASH_MAP_V *HASH_MAP(get)(const HASH_MAP_SELF *map, HASH_MAP_K key)
{
    HASH_MAP_PLACE place = HASH_MAP(search)(map, &key);
    return place.entry != NULL ? &place.entry->value : NULL;
}

/* Replace the value of key, the old one goes to *old unless that is NULL; false, and nothing is
   changed, iff the key is not there. Never allocates. O(1). */
INSTANTIATED bool HASH_MAP(replace)(HASH_MAP_SELF *map, HASH_MAP_K key, HASH_MAP_V value,
                                    HASH_MAP_V *old)
{
    HASH_MAP_PLACE place = HASH_MAP(search)(map, &key);
    if (place.entry == NULL)
        return false;
    if (old != NULL)
        *old = place.entry->value;
    place.entry->value = value;
    return true;
}

/* Take the entry of key out, into *old_key and *old unless they are NULL; false iff there is none.
   The last entry takes its place in the order. Never allocates. O(1). */
INSTANTIATED bool HASH_MAP(remove)(HASH_MAP_SELF *map, HASH_MAP_K key, HASH_MAP_K *old_key,
                                   HASH_MAP_V *old)
{
    HASH_MAP_PLACE place = HASH_MAP(search)(map, &key);
    if (place.entry != NULL)
        HASH_MAP(take_out)(map, place, old_key, old);
    return place.entry != NULL;
}

/* As NAME_free, after release(K *, V *) was called for each entry; it must not use the map, but may
   end what the key owns. O(n). */
INSTANTIATED void HASH_MAP(free_each)(HASH_MAP_SELF *map,
                                      void (*release)(HASH_MAP_K *, HASH_MAP_V *))
{
    for (size_t i = 0; i < map->table.len; i++) {
        HASH_MAP_ENTRY *entry = HASH_MAP(entry_at)(map, i);
        release(&entry->key, &entry->value);
    }
    HASH_MAP(free)(map);
}

/* NAME_clone where entries own something: clone makes key and value of the copy from the original's
   (const K *, const V *, K *, V *); release ends those that were made where a later one fails. The
   copy of a key must be equal to it. Fails also with clone's error. */
INSTANTIATED enum error HASH_MAP(clone_each)(const HASH_MAP_SELF *map, HASH_MAP_SELF *out,
                                             enum error (*clone)(const HASH_MAP_K *,
                                                                 const HASH_MAP_V *, HASH_MAP_K *,
                                                                 HASH_MAP_V *),
                                             void (*release)(HASH_MAP_K *, HASH_MAP_V *))
{
    enum error error = HASH_MAP(clone)(map, out);
    size_t made = 0;
    for (size_t i = 0; error == OK && i < map->table.len; i++) {
        HASH_MAP_ENTRY *from = HASH_MAP(entry_at)(map, i), *to = HASH_MAP(entry_at)(out, i);
        error = clone(&from->key, &from->value, &to->key, &to->value);
        made += error == OK;
    }
    if (error == OK)
        return OK;
    while (made-- > 0) {
        HASH_MAP_ENTRY *entry = HASH_MAP(entry_at)(out, made);
        release(&entry->key, &entry->value);
    }
    HASH_MAP(free)(out);
    return error;
}

/* True iff both have the same keys, in whatever order and whatever their seeds, and
   same(V *, V *) holds for the two values of each. O(n). */
INSTANTIATED bool HASH_MAP(equal)(const HASH_MAP_SELF *a, const HASH_MAP_SELF *b,
                                  bool (*same)(const HASH_MAP_V *, const HASH_MAP_V *))
{
    if (a->table.len != b->table.len)
        return false;
    for (HASH_MAP_CURSOR c = HASH_MAP(first)(a); c.key != NULL; HASH_MAP(next)(&c)) {
        HASH_MAP_PLACE place = HASH_MAP(search)(b, c.key);
        if (place.entry == NULL || !same(c.value, &place.entry->value))
            return false;
    }
    return true;
}

INSTANTIATED bool HASH_MAP(debug_next)(void *cursor, struct debug_entry *entry)
{
    HASH_MAP_CURSOR *c = cursor;
    if (c->key == NULL)
        return false;
    *entry = (struct debug_entry){ c->key, c->value };
    HASH_MAP(next)(c);
    return true;
}

/* Print `name = {key: value, ...}` (collections/debug.h) in the cursor's order. O(n). */
INSTANTIATED void HASH_MAP(debug)(const HASH_MAP_SELF *map, struct format_sink *sink,
                                  const char *name,
                                  void (*key)(const HASH_MAP_K *, struct format_sink *),
                                  void (*value)(const HASH_MAP_V *, struct format_sink *))
{
    HASH_MAP_CURSOR cursor = HASH_MAP(first)(map);
    debug_map(sink, name, HASH_MAP(debug_next), &cursor, (debug_element *)key,
              (debug_element *)value);
}
