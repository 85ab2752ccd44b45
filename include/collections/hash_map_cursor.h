/*
 * hash_map_cursor: walking through a collections/hash_map.h. Part of a template: include
 * collections/hash_map.h, which has the contract.
 *
 *     for (struct NAME_cursor c = NAME_first(&map); c.key != NULL; NAME_next(&c))
 *         use(*c.key, *c.value);
 *
 * A cursor is at an entry or at the end. The way is that of the array: the order of insertion, as
 * long as nothing was taken out, and the same for every seed.
 */

HASH_MAP_CURSOR
{
    const HASH_MAP_K *key; /* of the entry where it is; NULL at the end. Read only */
#ifdef HASH_MAP_VALUE
    HASH_MAP_V *value; /* the same; it may be changed through it */
#endif
    size_t index; /* the rest is the map's */
    const HASH_MAP_SELF *map;
#ifdef BUMPVISOR_CHECKED
    uint64_t generation; /* of the map, when this was made */
#endif
};

/* Look at entry `index`; at the end iff there is none. */
[[gnu::always_inline]] INSTANTIATED inline void HASH_MAP(look)(HASH_MAP_CURSOR *cursor,
                                                               size_t index)
{
    bool is_end = index >= cursor->map->table.len;
    HASH_MAP_ENTRY *entry = is_end ? NULL : HASH_MAP(entry_at)(cursor->map, index);
    cursor->index = index;
    cursor->key = is_end ? NULL : &entry->key;
#ifdef HASH_MAP_VALUE
    cursor->value = is_end ? NULL : &entry->value;
#endif
}

INSTANTIATED inline HASH_MAP_CURSOR HASH_MAP(cursor_at)(const HASH_MAP_SELF *map, size_t index)
{
    HASH_MAP_CURSOR cursor = { .map = map };
#ifdef BUMPVISOR_CHECKED
    cursor.generation = map->generation;
#endif
    HASH_MAP(look)(&cursor, index);
    return cursor;
}

/* The first entry; at the end iff there is none. O(1). */
INSTANTIATED inline HASH_MAP_CURSOR HASH_MAP(first)(const HASH_MAP_SELF *map)
{
    return HASH_MAP(cursor_at)(map, 0);
}

/* Step to the next entry, or from the last to the end, or from the end to the first. Checked builds
   panic iff the map has other entries than when the cursor was made. O(1), also at worst. */
[[gnu::always_inline]] INSTANTIATED inline void HASH_MAP(next)(HASH_MAP_CURSOR *cursor)
{
#ifdef BUMPVISOR_CHECKED
    if (unlikely(cursor->generation != cursor->map->generation))
        hash_panic_stale(cursor->map->table.len);
#endif
    HASH_MAP(look)(cursor, cursor->key != NULL ? cursor->index + 1 : 0);
}

/* The entry with this key; at the end iff there is none. O(1). */
INSTANTIATED inline HASH_MAP_CURSOR HASH_MAP(find)(const HASH_MAP_SELF *map, HASH_MAP_K key)
{
    HASH_MAP_PLACE place = HASH_MAP(search)(map, &key);
    return HASH_MAP(cursor_at)(map, place.entry != NULL ? hash_index(*place.probe.slot) : SIZE_MAX);
}
