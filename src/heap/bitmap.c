/*
 * bitmap: see heap/bitmap.h.
 */
#include <base/assert.h>
#include <heap/bitmap.h>
#include <lib/memory.h>

#define PAGE       BITMAP_PAGE
#define WORD_BYTES (64 * PAGE) /* what a word of the map stands for: 256 KiB */

static struct bitmap *bitmap_of(struct allocator *self)
{
    return container_of(self, struct bitmap, allocator);
}

/* A valid size does not wrap. */
static inline size_t pages_for(size_t size)
{
    return (size + (PAGE - 1)) / PAGE;
}

/* The lowest `count` bits, 1 .. 64. */
static inline uint64_t ones(size_t count)
{
    return UINT64_MAX >> (64 - count);
}

/* Numbers before the first page; they are never free. */
static size_t lead(const struct bitmap *self)
{
    return (self->first - self->base) / PAGE;
}

static void *hand_out(struct bitmap *self, size_t page, size_t count)
{
    tally_take(&self->allocator.tally, count * PAGE);
    return (void *)(self->base + page * PAGE);
}

/* A word that is not 0 any more joins the list, at its front; one that is 0 now leaves it. */
static inline void join_list(struct bitmap *self, size_t word)
{
    uint32_t next = self->links[0].next;
    self->links[word] = (struct bitmap_link){ next, 0 };
    self->links[next].previous = (uint32_t)word;
    self->links[0].next = (uint32_t)word;
}

static inline void leave_list(struct bitmap *self, size_t word)
{
    struct bitmap_link link = self->links[word];
    self->links[link.next].previous = link.previous;
    self->links[link.previous].next = link.next;
}

/* Mark `count` pages from `page` on as free, or as not free, word by word. */
[[gnu::noinline]] static void mark(struct bitmap *self, size_t page, size_t count, bool is_free)
{
    while (count > 0) {
        size_t shift = page % 64, bits = 64 - shift < count ? 64 - shift : count;
        uint64_t mask = ones(bits) << shift;
        uint64_t *word = &self->words[page / 64];
        uint64_t before = *word;
        *word = is_free ? before | mask : before & ~mask;
        if (is_free && before == 0)
            join_list(self, page / 64);
        if (!is_free && *word == 0)
            leave_list(self, page / 64);
        page += bits;
        count -= bits;
    }
}

/* How many of the `count` pages from `page` on are free (or, not free) before one is otherwise. */
[[gnu::noinline]] static size_t length_of_run(const struct bitmap *self, size_t page, size_t count,
                                              bool is_free)
{
    size_t done = 0;
    while (done < count) {
        size_t at = page + done, shift = at % 64;
        uint64_t word = self->words[at / 64];
        uint64_t other = (is_free ? ~word : word) >> shift;
        size_t bits = 64 - shift < count - done ? 64 - shift : count - done;
        if (other != 0 && lowest_bit(other) < bits)
            return done + lowest_bit(other);
        done += bits;
    }
    return count;
}

/*
 * A run of up to 64 pages, aligned to up to 64: in a window of two words, each bit that has a free
 * neighbour above it stays, then each that has two, four, ... What is left are the starts of runs.
 * (The alignment of a page's number is that of its address: page 0 lies at a multiple of 64.)
 */
static size_t find_short_run(const struct bitmap *self, size_t count, size_t align)
{
    const uint64_t *words = self->words;
    const uint64_t aligned = align == 64 ? 1 : UINT64_MAX / ones(align);
    for (size_t i = 0; i * 64 < self->pages; i++) {
        if (words[i] == 0)
            continue;
        uint64_t low = words[i], high = words[i + 1]; /* after the last: a spare 0 */
        for (size_t have = 1, step; have < count; have += step) {
            step = have < count - have ? have : count - have; /* 1 .. 32 */
            low &= low >> step | high << (64 - step);
            high &= high >> step;
        }
        uint64_t starts = low & aligned;
        if (starts != 0)
            return i * 64 + lowest_bit(starts);
    }
    return SIZE_MAX;
}

/*
 * Where a run of `count` pages, 128 or more, can start at the earliest, from `page` on. Such a run
 * has at least `whole` full words in a row, so only every whole-th word need be looked at; from a
 * full one back to the first of its row, and to the free end of the word before that.
 */
static size_t first_chance(const struct bitmap *self, size_t page, size_t count)
{
    const uint64_t *words = self->words;
    size_t whole = (count - 63) / 64, from = (page + 63) / 64, last = self->pages / 64;
    size_t word = from + whole - 1;
    while (word <= last && words[word] != UINT64_MAX)
        word += whole;
    if (word > last)
        return self->pages;
    while (words[word - 1] == UINT64_MAX) /* word 0 never is */
        word--;
    size_t start = (word - 1) * 64 + highest_bit(~words[word - 1]) + 1;
    return start < page ? page : start;
}

/* Any other run: each look finds it, or learns how far it goes, and the search goes on behind. */
static size_t find_long_run(const struct bitmap *self, size_t count, size_t align)
{
    size_t page = 0;
    while (page < self->pages) {
        if (count >= 128)
            page = first_chance(self, page, count);
        uint64_t padding = bytes_to_align(self->base + page * PAGE, align * PAGE) / PAGE;
        if (padding > self->pages - page || count > self->pages - page - padding)
            break;
        page += padding;
        size_t length = length_of_run(self, page, count, true);
        if (length == count)
            return page;
        page += length;
        if (count < 128)
            page += length_of_run(self, page, self->pages - page, false);
    }
    return SIZE_MAX;
}

/* The first page of `count` free ones at a multiple of `align` pages; or SIZE_MAX. */
static size_t find_run(const struct bitmap *self, size_t count, size_t align)
{
    if (count <= 64 && align <= 64)
        return find_short_run(self, count, align);
    return find_long_run(self, count, align);
}

[[gnu::noinline]] static void *alloc_run(struct bitmap *self, size_t count, size_t align)
{
    size_t page = find_run(self, count, align > PAGE ? align / PAGE : 1);
    if (page == SIZE_MAX)
        return allocator_refuse(&self->allocator, ERR_NO_MEMORY);
    mark(self, page, count, false);
    return hand_out(self, page, count);
}

static void *op_alloc(struct allocator *allocator, size_t size, size_t align)
{
    struct bitmap *self = bitmap_of(allocator);
    if (unlikely(size > PAGE) || unlikely(align > PAGE))
        return alloc_run(self, pages_for(size), align);
    size_t word = self->links[0].next;
    uint64_t bits = self->words[word], rest = bits & (bits - 1);
    if (unlikely(bits == 0)) /* the head itself */
        return allocator_refuse(allocator, ERR_NO_MEMORY);
    self->words[word] = rest;
    if (rest == 0)
        leave_list(self, word);
    return hand_out(self, word * 64 + lowest_bit(bits), 1);
}

/* True iff `count` pages from `page` on are ours and handed out. */
static bool are_live(const struct bitmap *self, size_t page, size_t count)
{
    if (page < lead(self) || page >= self->pages || count > self->pages - page)
        return false;
    return length_of_run(self, page, count, false) == count;
}

/* Giving back `block` is a mistake: say which, and end. Called last of all, so that the caller's
   caller is in the backtrace. */
REACHED_BY_JUMP static void reject(const struct bitmap *self, const void *block, size_t count)
{
    size_t offset = (uintptr_t)block - self->base, page = offset / PAGE;
    if (offset % PAGE != 0 || page < lead(self) || page >= self->pages ||
        count > self->pages - page)
        panic("dealloc of %p (%zu pages): not a block of this heap, whose pages lie from %p to %p",
              block, count, (void *)self->first, (void *)(self->base + self->pages * PAGE));
    panic("dealloc of %p (%zu pages): free already, wholly or in part", block, count);
}

[[gnu::noinline]] static void dealloc_run(struct bitmap *self, void *block, size_t count)
{
    size_t offset = (uintptr_t)block - self->base, page = offset / PAGE;
    if (offset % PAGE != 0 || !are_live(self, page, count))
        return reject(self, block, count);
    tally_give(&self->allocator.tally, count * PAGE);
    mark(self, page, count, true);
}

static void op_dealloc(struct allocator *allocator, void *block, size_t size, size_t align)
{
    (void)align;
    struct bitmap *self = bitmap_of(allocator);
    if (unlikely(size > PAGE))
        return dealloc_run(self, block, pages_for(size));
    if (unlikely((uintptr_t)block - self->first >= self->extent) ||
        unlikely((uintptr_t)block % PAGE != 0))
        return reject(self, block, 1);
    size_t page = ((uintptr_t)block - self->base) / PAGE;
    uint64_t bits = self->words[page / 64], bit = UINT64_C(1) << page % 64;
    if (unlikely((bits & bit) != 0))
        return reject(self, block, 1);
    tally_give(&self->allocator.tally, PAGE);
    self->words[page / 64] = bits | bit;
    if (bits == 0)
        join_list(self, page / 64);
}

static void *op_realloc(struct allocator *allocator, void *block, size_t size, size_t align,
                        size_t new_size)
{
    struct bitmap *self = bitmap_of(allocator);
    size_t count = pages_for(size), new_count = pages_for(new_size);
    size_t offset = (uintptr_t)block - self->base, page = offset / PAGE, end = page + count;
    if (offset % PAGE != 0 || !are_live(self, page, count))
        reject(self, block, count);
    if (new_count > count) {
        size_t more = new_count - count;
        if (more > self->pages - end || length_of_run(self, end, more, true) != more)
            return allocator_default_realloc(allocator, block, size, align, new_size);
        mark(self, end, more, false);
    } else {
        mark(self, page + new_count, count - new_count, true);
    }
    tally_resize(&self->allocator.tally, count * PAGE, new_count * PAGE);
    return block;
}

[[gnu::cold]] static struct heap_statistics op_statistics(struct allocator *allocator)
{
    struct bitmap *self = bitmap_of(allocator);
    return tally_statistics(allocator, self->extent);
}

[[gnu::cold]] static void op_check(struct allocator *allocator)
{
    struct bitmap *self = bitmap_of(allocator);
    size_t free_pages = 0, full_words = 0, listed = 0;
    for (size_t word = 0; word <= self->pages / 64; word++) {
        full_words += self->words[word] != 0;
        for (uint64_t bits = self->words[word]; bits != 0; bits &= bits - 1, free_pages++) {
            ASSERT_COMPARE(word * 64 + lowest_bit(bits), >=, lead(self));
            ASSERT_COMPARE(word * 64 + lowest_bit(bits), <, self->pages);
        }
    }
    ASSERT_COMPARE(free_pages * PAGE + allocator->tally.used, ==, self->extent);
    uint32_t previous = 0, word = self->links[0].next;
    for (; word != 0 && listed <= full_words; listed++, word = self->links[word].next) {
        ASSERT_COMPARE(word, <=, self->pages / 64);
        ASSERT_COMPARE(self->words[word], !=, 0);
        ASSERT_COMPARE(self->links[word].previous, ==, previous);
        previous = word;
    }
    ASSERT_COMPARE(self->links[0].previous, ==, previous);
    ASSERT_COMPARE(listed, ==, full_words);
}

[[gnu::cold]] static void op_walk(struct allocator *allocator, heap_visitor visit, void *context)
{
    struct bitmap *self = bitmap_of(allocator);
    visit(context, (struct heap_span){ self->region, self->first - self->region, SPAN_OWN });
    for (size_t page = lead(self), length; page < self->pages; page += length) {
        bool is_free = (self->words[page / 64] >> page % 64 & 1) != 0;
        length = length_of_run(self, page, self->pages - page, is_free);
        visit(context, (struct heap_span){ self->base + page * PAGE, length * PAGE,
                                           is_free ? SPAN_FREE : SPAN_USED });
    }
}

static const struct allocator_ops bitmap_ops = {
    .alloc = op_alloc,
    .dealloc = op_dealloc,
    .alloc_zeroed = allocator_default_alloc_zeroed,
    .realloc = op_realloc,
    .statistics = op_statistics,
    .check = op_check,
    .walk = op_walk,
};

[[gnu::cold]] enum error bitmap_init(struct bitmap *self, void *start, void *end)
{
    uintptr_t low = (uintptr_t)start, high = (uintptr_t)end & ~(uintptr_t)(PAGE - 1);
    if (low == 0 || low > UINTPTR_MAX - PAGE)
        return ERR_INVALID;
    low += bytes_to_align(low, 8);
    if (low >= high)
        return ERR_INVALID;
    /* Maps for all pages of the region, the maps' own included: a little too large. Page 0 is in a
       word of its own, the list's head; behind the last is a word to spare, always 0. */
    uintptr_t base = (low & ~(uintptr_t)(WORD_BYTES - 1)) - WORD_BYTES;
    size_t pages = (high - base) / PAGE, words = pages / 64 + 2;
    size_t maps = words * (sizeof(uint64_t) + sizeof(struct bitmap_link));
    if (words > UINT32_MAX || maps >= high - low)
        return ERR_INVALID;
    uintptr_t first = low + maps;
    first += bytes_to_align(first, PAGE);
    if (first >= high)
        return ERR_INVALID;
    *self = (struct bitmap){
        .allocator = { .ops = &bitmap_ops },
        .words = (uint64_t *)low,
        .links = (struct bitmap_link *)((uint64_t *)low + words),
        .base = base,
        .first = first,
        .extent = high - first,
        .pages = pages,
        .region = low,
    };
    memset(self->words, 0, maps);
    for (size_t above = pages, page; above > lead(self);
         above = page) { /* the lowest word joins last */
        page = (above - 1) & ~(size_t)63;
        if (page < lead(self))
            page = lead(self);
        mark(self, page, above - page, true);
    }
    return OK;
}
