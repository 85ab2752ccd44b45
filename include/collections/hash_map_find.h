/*
 * hash_map_find: from a key to its entry in a collections/hash_map.h, and how an entry gets in and
 * out. Part of a template: include collections/hash_map.h.
 *
 * The slots say where entries are (collections/hash_table.h); keys are looked at only here.
 */

/* What a search found. */
HASH_MAP_PLACE
{
    HASH_MAP_ENTRY *entry; /* NULL: the key is not there */
    struct hash_probe
        probe;    /* its slot, or where it would be put; nothing where there are no slots */
    uint64_t tag; /* of the key's hash */
};

INSTANTIATED inline HASH_MAP_ENTRY *HASH_MAP(entry_at)(const HASH_MAP_SELF *map, size_t index)
{
    return (HASH_MAP_ENTRY *)map->table.entries + index;
}

INSTANTIATED inline uint64_t HASH_MAP(tag_of)(const HASH_MAP_SELF *map, const HASH_MAP_K *key)
{
    return (uint64_t)(HASH_MAP_HASH(map->table.seed, key)) >> 32;
}

/* Where *key is, or would be. */
[[gnu::always_inline]] INSTANTIATED inline HASH_MAP_PLACE HASH_MAP(search)(const HASH_MAP_SELF *map,
                                                                           const HASH_MAP_K *key)
{
    HASH_MAP_PLACE place = { .tag = HASH_MAP(tag_of)(map, key) };
    if (unlikely(map->table.slots == NULL))
        return place;
    struct hash_probe at = hash_home(&map->table, place.tag);
    for (;;) {
        uint64_t word = hash_word(*at.slot);
        if (word == at.word) {
            HASH_MAP_ENTRY *entry = HASH_MAP(entry_at)(map, hash_index(*at.slot));
            if (likely(HASH_MAP_EQUAL(key, (const HASH_MAP_K *)&entry->key))) {
                place.entry = entry;
                break;
            }
        } else if (word < at.word) {
            if (likely(*at.slot != HASH_WRAP))
                break;
            at.slot = map->table.slots;
            continue;
        }
        at.slot++;
        at.word += hash_step(&map->table);
    }
    place.probe = at;
    return place;
}

/* Put an entry in where the search for its key, which is not there, ended; *place is where it is
   then. On failure nothing has changed. */
INSTANTIATED inline enum error HASH_MAP(add)(HASH_MAP_SELF *map, HASH_MAP_PLACE *place,
                                             const HASH_MAP_K *key, const HASH_MAP_V *value)
{
    struct hash_table *table = &map->table;
    if (unlikely(table->len == table->capacity)) {
        enum error error = hash_table_reserve(table, 1, LAYOUT_OF(HASH_MAP_ENTRY));
        if (error != OK)
            return error;
        place->probe = hash_find_gap(table, place->tag);
    }
    hash_put(table, place->probe, table->len);
    place->entry = HASH_MAP(entry_at)(map, table->len);
    place->entry->key = *key;
    place->entry->value = *value;
    table->len++;
    HASH_MAP_CHANGED(map);
    return OK;
}

/* Take the entry at `place` out, and copy it to *key and *value, unless these are NULL. The last
   entry takes its number. */
INSTANTIATED inline void HASH_MAP(take_out)(HASH_MAP_SELF *map, HASH_MAP_PLACE place,
                                            HASH_MAP_K *key, HASH_MAP_V *value)
{
    struct hash_table *table = &map->table;
    size_t last_index = table->len - 1, index = hash_index(*place.probe.slot);
    HASH_MAP_ENTRY *last = HASH_MAP(entry_at)(map, last_index);
    if (key != NULL)
        *key = place.entry->key;
    if (value != NULL)
        *value = place.entry->value;
    hash_take(table, place.probe.slot);
    if (index != last_index) {
        uint64_t *slot = hash_slot_of(table, HASH_MAP(tag_of)(map, &last->key), last_index);
        *slot = hash_word(*slot) << 32 | index;
        *place.entry = *last;
    }
    element_poison(last, sizeof *last);
    table->len = last_index;
    HASH_MAP_CHANGED(map);
}

/* True iff key is there. O(1). */
INSTANTIATED inline bool HASH_MAP(contains)(const HASH_MAP_SELF *map, HASH_MAP_K key)
{
    return HASH_MAP(search)(map, &key).entry != NULL;
}
