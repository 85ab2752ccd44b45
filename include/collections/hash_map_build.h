/*
 * hash_map_build: making a collections/hash_map.h, giving it room, copying, ending and checking it.
 * Part of a template: include collections/hash_map.h, which has the contract.
 */

/* Make *map empty, on `allocator`, which outlives it; `seed` is what those who choose keys must
   not know (collections/hash.h). What it held is overwritten. Allocates nothing. O(1). */
INSTANTIATED inline void HASH_MAP(init)(HASH_MAP_SELF *map, struct allocator *allocator,
                                        uint64_t seed)
{
    *map = (HASH_MAP_SELF){ .table = { .seed = hash_seed(seed), .alloc = allocator } };
}

/* Room for `additional` more entries, at least; it grows by doubling. O(n) where it must grow. */
INSTANTIATED enum error HASH_MAP(reserve)(HASH_MAP_SELF *map, size_t additional)
{
    enum error error = hash_table_reserve(&map->table, additional, LAYOUT_OF(HASH_MAP_ENTRY));
    if (error == OK)
        HASH_MAP_CHANGED(map);
    return error;
}

/* The same as init, and room for `capacity` entries. On failure *map is valid and empty. */
INSTANTIATED enum error HASH_MAP(with_capacity)(HASH_MAP_SELF *map, struct allocator *allocator,
                                                uint64_t seed, size_t capacity)
{
    HASH_MAP(init)(map, allocator, seed);
    return HASH_MAP(reserve)(map, capacity);
}

/* Give back what is not needed for the entries that there are; all iff there are none. O(n). */
INSTANTIATED enum error HASH_MAP(shrink_to_fit)(HASH_MAP_SELF *map)
{
    enum error error = hash_table_shrink(&map->table, LAYOUT_OF(HASH_MAP_ENTRY));
    if (error == OK)
        HASH_MAP_CHANGED(map);
    return error;
}

/* Make *out, which is not map and whose content is overwritten, a copy on the same allocator, with
   the same seed and no more room than needed: keys and values are copied by their bytes. On failure
   *out is valid and empty. O(n). */
INSTANTIATED enum error HASH_MAP(clone)(const HASH_MAP_SELF *map, HASH_MAP_SELF *out)
{
    ASSERT(map != out);
    *out = (HASH_MAP_SELF){ 0 };
    return hash_table_clone(&map->table, &out->table, LAYOUT_OF(HASH_MAP_ENTRY));
}

/* Take all entries out; the room is kept. O(room). */
INSTANTIATED void HASH_MAP(clear)(HASH_MAP_SELF *map)
{
    element_poison(map->table.entries, map->table.len * sizeof(HASH_MAP_ENTRY));
    hash_table_clear(&map->table);
    HASH_MAP_CHANGED(map);
}

/* Give all memory back. The map is empty then, keeps its allocator and its seed, and may be used or
   freed again. Cost: one dealloc. */
INSTANTIATED void HASH_MAP(free)(HASH_MAP_SELF *map)
{
    hash_table_free(&map->table, LAYOUT_OF(HASH_MAP_ENTRY));
    HASH_MAP_CHANGED(map);
}

/* How many entries there are, and how many there is room for. O(1). */
INSTANTIATED inline size_t HASH_MAP(len)(const HASH_MAP_SELF *map)
{
    return map->table.len;
}

INSTANTIATED inline size_t HASH_MAP(capacity)(const HASH_MAP_SELF *map)
{
    return map->table.capacity;
}

/* End the machine: an `..._or_panic` of `caller` found no room. */
[[gnu::noreturn, gnu::cold]] INSTANTIATED void HASH_MAP(oom)(const HASH_MAP_SELF *map,
                                                             const void *caller)
{
    hash_table_oom(&map->table, LAYOUT_OF(HASH_MAP_ENTRY), caller);
}

/* Panics iff an invariant is broken: the slots, or an entry that its own key does not find. O(n).
 */
INSTANTIATED void HASH_MAP(check)(const HASH_MAP_SELF *map)
{
    hash_table_check(&map->table);
    for (size_t i = 0; i < map->table.len; i++) {
        HASH_MAP_ENTRY *entry = HASH_MAP(entry_at)(map, i);
        if (HASH_MAP(search)(map, &entry->key).entry != entry)
            panic("hash map of %zu: the key of entry %zu leads elsewhere", map->table.len, i);
    }
}
