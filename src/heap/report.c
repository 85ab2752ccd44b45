/*
 * report: see heap/report.h. It prints while it walks, so the console must not allocate; it does
 * not.
 */
#include <base/bits.h>
#include <console/console.h>
#include <heap/report.h>

enum { COLUMNS = 64, ROWS = 8, CELLS = ROWS * COLUMNS, NEWEST = 1000, LINES = 20 };

static void add_span(void *context, struct heap_span span)
{
    struct heap_shape *shape = context;
    if (shape->start == 0)
        shape->start = span.start;
    shape->end = span.start + span.size;
    switch (span.kind) {
    case SPAN_FREE:
        shape->free_bytes += span.size;
        shape->free_spans++;
        if (span.size > shape->largest_free)
            shape->largest_free = span.size;
        break;
    case SPAN_USED:
        shape->used_bytes += span.size;
        break;
    case SPAN_OWN:
        shape->own_bytes += span.size;
        break;
    }
}

struct heap_shape heap_shape(struct allocator *allocator)
{
    struct heap_shape shape = { 0 };
    allocator_walk(allocator, add_span, &shape);
    return shape;
}

/* The character for a cell in which these kinds of span were seen, one bit for each. */
struct map {
    uintptr_t start;
    size_t bytes_per_cell;
    unsigned char kinds[CELLS];
};

static void mark_span(void *context, struct heap_span span)
{
    struct map *map = context;
    size_t first = (span.start - map->start) / map->bytes_per_cell;
    size_t last = (span.start + span.size - 1 - map->start) / map->bytes_per_cell;
    for (size_t cell = first; cell <= last; cell++)
        map->kinds[cell] |= (unsigned char)(1 << span.kind);
}

static char cell_character(unsigned kinds)
{
    enum { FREE = 1 << SPAN_FREE, USED = 1 << SPAN_USED, OWN = 1 << SPAN_OWN };
    switch (kinds) {
    case 0:
        return ' ';
    case FREE:
        return '.';
    case OWN:
    case OWN | FREE:
        return 'o';
    default:
        return (kinds & FREE) != 0 ? '+' : '#';
    }
}

static void print_map(struct allocator *allocator, const struct heap_shape *shape)
{
    static struct map map; /* one report at a time: a table this large is not for the stack */
    map = (struct map){ .start = shape->start };
    map.bytes_per_cell = (shape->end - shape->start + CELLS - 1) / CELLS;
    allocator_walk(allocator, mark_span, &map);
    console_printf(
        "  map, %zu bytes to a character: . free  # used  + both  o the allocator's own\n",
        map.bytes_per_cell);
    for (size_t row = 0; row < ROWS; row++) {
        char line[COLUMNS + 1];
        for (size_t column = 0; column < COLUMNS; column++)
            line[column] = cell_character(map.kinds[row * COLUMNS + column]);
        line[COLUMNS] = 0;
        console_printf("  %s\n", line);
    }
}

void report_heap(struct allocator *allocator)
{
    struct heap_statistics s = allocator_statistics(allocator);
    struct heap_shape shape = heap_shape(allocator);
    console_printf("Heap: %zu live (peak %zu), %zu allocations, %zu failed; %zu bytes used "
                   "(high-water mark %zu), %zu left\n",
                   s.live, s.peak, s.count, s.failed, s.used_bytes, s.high_water_bytes,
                   s.left_bytes);
    if (shape.end == shape.start)
        return;
    size_t scattered = 0; /* how much of what is free is not in the largest piece */
    if (shape.free_bytes != 0)
        scattered = (shape.free_bytes - shape.largest_free) * 100 / shape.free_bytes;
    console_printf("  free: %zu bytes in %zu pieces, the largest %zu; %zu%% fragmented\n",
                   shape.free_bytes, shape.free_spans, shape.largest_free, scattered);
    print_map(allocator, &shape);
}

static bool same_kind(const struct checked_header *a, const struct checked_header *b)
{
    return a->size == b->size && a->allocated_by == b->allocated_by;
}

void report_live_blocks(const struct checked *checked)
{
    console_printf("  live blocks: %zu\n", checked->live.count);
    size_t lines = 0, seen = 0;
    for (const struct checked_header *h = checked->live.newest; h != NULL; h = h->older) {
        if (++seen > NEWEST || lines == LINES) {
            console_printf("  ... and older ones\n");
            return;
        }
        /* A kind is told at its newest block, and counts all that are older. */
        const struct checked_header *newer = h->newer;
        while (newer != NULL && !same_kind(newer, h))
            newer = newer->newer;
        if (newer != NULL)
            continue;
        size_t count = 0;
        for (const struct checked_header *o = h; o != NULL; o = o->older)
            count += same_kind(o, h);
        console_printf("  %6zu of %zu bytes, allocated by %p; the newest is %p, number %llu\n",
                       count, h->size, h->allocated_by, (const void *)(h + 1),
                       (unsigned long long)h->number);
        lines++;
    }
}
