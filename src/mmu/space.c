/*
 * space: mapping, unmapping, finding. See mmu/space.h.
 */
#include <base/assert.h>
#include <mmu/space.h>

static const struct layout frame = { PAGE_SIZE, PAGE_SIZE };

static struct pte *new_table(struct space *space)
{
    struct pte *table = allocator_alloc_zeroed(space->frames, frame);
    if (table != NULL)
        space->tables++;
    return table;
}

static void free_table(struct space *space, struct pte *table)
{
    allocator_dealloc(space->frames, table, frame);
    space->tables--;
}

enum error space_init(struct space *space, struct allocator *frames, unsigned levels)
{
    ASSERT_COMPARE(levels - 3, <=, LEVELS_MAX - 3);
    *space = (struct space){
        .frames = frames,
        .levels = levels,
        .root_entries = PTE_COUNT,
        .limit = space_limit(levels),
    };
    space->root = new_table(space);
    return space->root != NULL ? OK : ERR_NO_MEMORY;
}

static const struct layout guest_root = { 4 * PAGE_SIZE, 4 * PAGE_SIZE };

enum error space_init_guest(struct space *space, struct allocator *frames, unsigned levels)
{
    ASSERT_COMPARE(levels - 3, <=, LEVELS_MAX - 3);
    *space = (struct space){
        .frames = frames,
        .levels = levels,
        .root_entries = 4 * (size_t)PTE_COUNT,
        .limit = 4 * (uint64_t)PTE_COUNT * pte_span(levels - 1),
        .leaf_bits = PTE_U,
    };
    space->root = allocator_alloc_zeroed(frames, guest_root);
    if (space->root == NULL)
        return ERR_NO_MEMORY;
    ASSERT((uintptr_t)space->root % guest_root.align == 0);
    space->tables = 1;
    return OK;
}

/* How many entries a table on this level has. */
static size_t entries_on(const struct space *space, unsigned level)
{
    return level == space->levels - 1 ? space->root_entries : PTE_COUNT;
}

static void free_below(struct space *space, struct pte *table, unsigned level)
{
    for (size_t i = 0; i < entries_on(space, level) && level > 0; i++)
        if (pte_is_table(table[i])) {
            free_below(space, pte_table(table[i]), level - 1);
            free_table(space, pte_table(table[i]));
        }
}

void space_free(struct space *space)
{
    free_below(space, space->root, space->levels - 1);
    allocator_dealloc(space->frames, space->root,
                      space->root_entries == PTE_COUNT ? frame : guest_root);
    space->tables--;
    space->root = NULL;
}

/* The entry of the root for an address below the limit: the upper bits are its index, how ever
   many entries there are. */
static inline struct pte *root_entry(const struct space *space, struct hva address)
{
    if (space->levels < 3) /* space_init saw to that; clang-tidy did not */
        __builtin_unreachable();
    return &space->root[address.value >> (3 + 9 * space->levels)];
}

/* An entry, and the level of the table that it is in. */
struct place {
    struct pte *entry; /* NULL: there was no frame for a table on the way */
    unsigned level;
};

/*
 * Go down from the root towards the entry of `address` on `level`, making tables where there are
 * none. It ends higher where a leaf is in the way, and lower where a table is: then what was to
 * be one large leaf becomes several small ones.
 */
static inline struct place reach(struct space *space, struct hva address, unsigned level)
{
    struct pte *entry = root_entry(space, address);
    for (unsigned at = space->levels - 1;; entry = &pte_table(*entry)[pte_index(address, at)]) {
        if (unlikely(entry->bits == 0) && at > level) {
            struct pte *below = new_table(space);
            if (below == NULL)
                return (struct place){ NULL, at };
            *entry = pte_to_table(below);
        }
        if (at == 0 || !pte_is_table(*entry)) /* level 0 has no tables below it */
            return (struct place){ entry, at };
        at--;
    }
}

/* The highest level, up to 1 GiB, whose leaves fit: both addresses are multiples of its span, and
   so much is wanted. The bits that are set in any of them say it. */
static inline unsigned level_for(uint64_t addresses, uint64_t size)
{
    if ((addresses & (pte_span(1) - 1)) != 0 || size < pte_span(1))
        return 0;
    return (addresses & (pte_span(2) - 1)) != 0 || size < pte_span(2) ? 1 : 2;
}

static bool range_is_valid(const struct space *space, uint64_t from, uint64_t to, uint64_t size)
{
    uint64_t limit = space->limit;
    return ((from | to | size) & (PAGE_SIZE - 1)) == 0 && size - 1 < limit && from <= limit - size;
}

/* What was mapped before the step that failed goes away again, and so do tables made for it. */
[[gnu::cold, gnu::noinline]] static enum error undo(struct space *space, uint64_t from,
                                                    uint64_t done, enum error error)
{
    if (done != 0 && space_unmap(space, (struct hva){ from }, done) != OK)
        panic("mapping at 0x%llx cannot be undone", (unsigned long long)from);
    space_prune(space, (struct hva){ from }, done + PAGE_SIZE);
    return error;
}

enum error space_map(struct space *space, struct hva from, struct hpa to, uint64_t size,
                     enum rights rights)
{
    if (unlikely(!range_is_valid(space, from.value, to.value, size)))
        return ERR_INVALID;
    uint64_t done = 0;
    do {
        struct hva at = { from.value + done };
        struct hpa page = { to.value + done };
        unsigned level = level_for(at.value | page.value, size - done);
        struct place place = reach(space, at, level);
        if (unlikely(place.entry == NULL))
            return undo(space, from.value, done, ERR_NO_MEMORY);
        if (unlikely(place.entry->bits != 0))
            return undo(space, from.value, done, ERR_STATE);
        *place.entry = (struct pte){ pte_leaf(page, rights).bits | space->leaf_bits };
        done += pte_span(place.level);
    } while (done < size);
    return OK;
}

/* The entry that ends the walk for `address`: a leaf, or nothing at all. */
static inline struct place look(const struct space *space, struct hva address)
{
    struct pte *entry = root_entry(space, address);
    for (unsigned at = space->levels - 1;;) {
        if (!pte_is_table(*entry))
            return (struct place){ entry, at };
        at--;
        entry = &pte_table(*entry)[pte_index(address, at)];
    }
}

/* True iff no leaf contains both the byte before `boundary` and the one at it. */
static inline bool is_between_leaves(const struct space *space, uint64_t boundary)
{
    if (boundary == 0 || boundary == space->limit)
        return true;
    struct place place = look(space, (struct hva){ boundary });
    return place.entry->bits == 0 || (boundary & (pte_span(place.level) - 1)) == 0;
}

enum error space_unmap(struct space *space, struct hva from, uint64_t size)
{
    uint64_t at = from.value, end = from.value + size;
    if (unlikely(!range_is_valid(space, at, 0, size)) || !is_between_leaves(space, at))
        return ERR_INVALID;
    struct place place = look(space, from);
    if (size > pte_span(place.level) && !is_between_leaves(space, end))
        return ERR_INVALID;
    if (size < pte_span(place.level) && place.entry->bits != 0)
        return ERR_INVALID;
    for (;;) {
        *place.entry = (struct pte){ 0 };
        at = (at | (pte_span(place.level) - 1)) + 1;
        if (likely(at >= end))
            return OK;
        place = look(space, (struct hva){ at });
    }
}

/* True iff `table` is empty when this is done; `base` is the first address that it translates. */
static bool prune_below(struct space *space, struct pte *table, unsigned level, uint64_t base,
                        uint64_t first, uint64_t last)
{
    bool empty = true;
    for (size_t i = 0; i < entries_on(space, level); i++) {
        uint64_t start = base + i * pte_span(level), end = start + (pte_span(level) - 1);
        if (pte_is_table(table[i]) && start <= last && end >= first &&
            prune_below(space, pte_table(table[i]), level - 1, start, first, last)) {
            free_table(space, pte_table(table[i]));
            table[i] = (struct pte){ 0 };
        }
        empty = empty && table[i].bits == 0;
    }
    return empty;
}

void space_prune(struct space *space, struct hva from, uint64_t size)
{
    (void)prune_below(space, space->root, space->levels - 1, 0, from.value,
                      from.value + (size - 1));
}

static struct leaf leaf_at(struct place place, uint64_t address)
{
    return (struct leaf){
        .from = { address & ~(pte_span(place.level) - 1) },
        .to = pte_page(*place.entry),
        .size = pte_span(place.level),
        .rights = pte_rights(*place.entry),
    };
}

bool space_find(const struct space *space, struct hva address, struct leaf *leaf)
{
    if (address.value >= space->limit)
        return false;
    struct place place = look(space, address);
    if (place.entry->bits == 0)
        return false;
    *leaf = leaf_at(place, address.value);
    return true;
}

static void walk_below(const struct space *space, const struct pte *table, unsigned level,
                       uint64_t base, leaf_visitor visit, void *context)
{
    for (size_t i = 0; i < entries_on(space, level); i++) {
        uint64_t start = base + i * pte_span(level);
        if (pte_is_table(table[i]))
            walk_below(space, pte_table(table[i]), level - 1, start, visit, context);
        else if (table[i].bits != 0)
            visit(context, leaf_at((struct place){ (struct pte *)&table[i], level }, start));
    }
}

void space_walk(const struct space *space, leaf_visitor visit, void *context)
{
    walk_below(space, space->root, space->levels - 1, 0, visit, context);
}
