/*
 * hash_table: how the slots of collections/hash_table.h grow, and what must be true of them.
 *
 * Entries and slots are one block, so that there is one request, which succeeds or does not:
 *
 *     | entry 0 | entry 1 | ... | entry capacity - 1 | gap to 8 | slot 0 | ... | HASH_WRAP |
 */
#include <collections/hash_table.h>
#include <lib/memory.h>

enum {
    FEWEST_BITS = 2, /* 4 slots */
    MOST_BITS = 31,  /* an entry's number has 32 bits, and a mark one at least */
};

static size_t slots_of(uint64_t bits)
{
    return (size_t)1 << bits;
}

/* How many entries so many slots are for: 7 of 8. The fuller, the longer the way: on average 2.5
   slots at three quarters, 4.5 at 7/8 (Knuth 3, 6.4, Theorem K). One at least stays empty. */
static size_t capacity_of(uint64_t bits)
{
    return slots_of(bits) * 7 / 8;
}

static uint64_t bits_of(const struct hash_table *table)
{
    return 32 - table->shift;
}

struct block {
    struct layout layout;
    size_t slots_at; /* where in it the slots begin */
};

/* Its size is SIZE_MAX, which is no valid one, iff it does not fit. */
static struct block block_of(uint64_t bits, struct layout entry)
{
    struct layout layout = layout_array(capacity_of(bits), entry.size, entry.align);
    if (layout.align < sizeof(uint64_t))
        layout.align = sizeof(uint64_t);
    if (!size_is_valid(layout.size))
        return (struct block){ { SIZE_MAX, layout.align }, 0 };
    size_t slots_at = layout.size + bytes_to_align(layout.size, sizeof(uint64_t));
    layout.size = slots_at + (slots_of(bits) + 1) * sizeof(uint64_t); /* less than SIZE_MAX */
    return (struct block){ layout, slots_at };
}

struct hash_probe hash_find_gap(const struct hash_table *table, uint64_t tag)
{
    struct hash_probe at = hash_home(table, tag);
    while (hash_word(*at.slot) >= at.word) {
        at.slot = hash_next(table, at.slot);
        at.word += hash_step(table);
    }
    return at;
}

/* How far from its home the entry in `slot`, which is not empty, lies. */
static size_t distance(const struct hash_table *table, uint64_t slot)
{
    return (size_t)(hash_word(slot) >> table->shift) - 1;
}

/* Put all entries of `from` into the empty slots of `to`: each slot says which tag it has. */
static void fill_slots(struct hash_table *to, const struct hash_table *from)
{
    size_t count = slots_of(bits_of(from));
    for (size_t i = 0; i < count; i++) {
        uint64_t slot = from->slots[i];
        if (slot == 0)
            continue;
        uint64_t home = (i - distance(from, slot)) & (count - 1);
        uint64_t tag = home << from->shift | (hash_word(slot) & (hash_step(from) - 1));
        hash_put(to, hash_find_gap(to, tag), hash_index(slot));
    }
}

/* The fewest slots for `len` entries; more than MOST_BITS iff there are not so many. */
static uint64_t bits_for(size_t len)
{
    uint64_t bits = FEWEST_BITS;
    while (bits <= MOST_BITS && capacity_of(bits) < len)
        bits++;
    return bits;
}

/* Make *out a table with the entries of `table` in a block of its own, for `capacity` entries. */
static enum error copy(const struct hash_table *table, struct hash_table *out, size_t capacity,
                       struct layout entry)
{
    uint64_t bits = bits_for(capacity);
    struct block block = block_of(bits, entry);
    if (unlikely(table->alloc == NULL))
        panic("a hash map without an allocator wants memory: use its init first");
    if (bits > MOST_BITS || !size_is_valid(block.layout.size)) {
        allocator_refuse(table->alloc, ERR_OVERFLOW);
        return ERR_OVERFLOW;
    }
    char *memory = allocator_alloc(table->alloc, block.layout);
    if (memory == NULL)
        return ERR_NO_MEMORY;
    *out = *table;
    out->entries = memory;
    out->slots = (uint64_t *)(void *)(memory + block.slots_at);
    out->shift = 32 - bits;
    out->capacity = capacity_of(bits);
    memset(out->slots, 0, slots_of(bits) * sizeof(uint64_t));
    out->slots[slots_of(bits)] = HASH_WRAP;
    if (table->len != 0) {
        memcpy(memory, table->entries, table->len * entry.size);
        fill_slots(out, table);
    }
    return OK;
}

/* The same in place. */
static enum error resize(struct hash_table *table, size_t capacity, struct layout entry)
{
    struct hash_table resized;
    enum error error = copy(table, &resized, capacity, entry);
    if (error != OK)
        return error;
    hash_table_free(table, entry);
    *table = resized;
    return OK;
}

enum error hash_table_reserve(struct hash_table *table, size_t additional, struct layout entry)
{
    size_t needed;
    if (additional <= table->capacity - table->len)
        return OK;
    if (__builtin_add_overflow(table->len, additional, &needed))
        needed = SIZE_MAX; /* more than fit */
    return resize(table, needed, entry);
}

enum error hash_table_shrink(struct hash_table *table, struct layout entry)
{
    if (table->len == 0)
        hash_table_free(table, entry);
    if (capacity_of(bits_for(table->len)) >= table->capacity)
        return OK;
    return resize(table, table->len, entry);
}

enum error hash_table_clone(const struct hash_table *table, struct hash_table *out,
                            struct layout entry)
{
    *out = (struct hash_table){ .seed = table->seed, .alloc = table->alloc };
    return table->len == 0 ? OK : copy(table, out, table->len, entry);
}

void hash_table_clear(struct hash_table *table)
{
    if (table->slots != NULL)
        memset(table->slots, 0, slots_of(bits_of(table)) * sizeof(uint64_t));
    table->len = 0;
}

void hash_table_free(struct hash_table *table, struct layout entry)
{
    if (table->slots != NULL)
        allocator_dealloc(table->alloc, table->entries, block_of(bits_of(table), entry).layout);
    *table = (struct hash_table){ .seed = table->seed, .alloc = table->alloc };
}

void hash_table_oom(const struct hash_table *table, struct layout entry, const void *caller)
{
    uint64_t bits = table->slots == NULL ? FEWEST_BITS : bits_of(table) + 1;
    allocator_oom(table->alloc, block_of(bits, entry).layout, caller);
}

void hash_table_check(const struct hash_table *table)
{
    ASSERT((table->slots == NULL) == (table->capacity == 0));
    ASSERT_COMPARE(table->len, <=, table->capacity);
    if (table->slots == NULL)
        return;
    size_t count = slots_of(bits_of(table)), used = 0;
    ASSERT_COMPARE(table->capacity, ==, capacity_of(bits_of(table)));
    ASSERT_COMPARE(table->slots[count], ==, HASH_WRAP);
    for (size_t i = 0; i < count; i++) {
        uint64_t slot = table->slots[i], before = table->slots[(i - 1) & (count - 1)];
        if (slot == 0)
            continue;
        used++;
        ASSERT_COMPARE(hash_word(slot), >=, hash_step(table));
        ASSERT_COMPARE(hash_index(slot), <, table->len);
        /* Who is not at home would have the slot before it, were its word there the greater. */
        if (distance(table, slot) != 0)
            ASSERT_COMPARE(hash_word(slot) - hash_step(table), <=, hash_word(before));
    }
    ASSERT_COMPARE(used, ==, table->len);
}

size_t hash_table_longest_probe(const struct hash_table *table)
{
    size_t longest = 0;
    for (size_t i = 0; table->len != 0 && i < slots_of(bits_of(table)); i++) {
        uint64_t slot = table->slots[i];
        if (slot != 0 && distance(table, slot) + 1 > longest)
            longest = distance(table, slot) + 1;
    }
    return longest;
}

[[gnu::noreturn, gnu::cold]] void hash_panic_stale(size_t len)
{
    panic("a cursor is older than the last change of its map, which has %zu entries now (asked by "
          "%p)",
          len, __builtin_return_address(0));
}
