/*
 * gate: a trace replayed with every promise looked at. See arena.h.
 */
#include "arena.h"

#include <lib/format.h>
#include <lib/memory.h>

enum { CHECK_INTERVAL = 64 };

struct gate {
    const struct arena_trace *trace;
    struct allocator *allocator;
    uintptr_t start, end;
    struct arena_block *blocks;
    size_t ids; /* numbers used so far are less than this */
    struct arena_reader reader;
    struct arena_result *result;
    bool shared;
};

/* The first thing that is wrong is what counts. Returns false. */
#define WRONG(gate, ...) wrong((gate), __VA_ARGS__)
[[gnu::format(printf, 2, 3)]] static bool wrong(struct gate *gate, const char *format, ...)
{
    char *words = gate->result->words;
    size_t room = sizeof gate->result->words;
    size_t length = format_buffer(words, room, "%s op %zu: ", gate->trace->name, gate->reader.op);
    va_list arguments;
    va_start(arguments, format);
    if (length < room)
        (void)format_buffer_v(words + length, room - length, format, arguments);
    va_end(arguments);
    return false;
}

/* What a block is filled with; different for neighbours in number. */
static unsigned char pattern_of(size_t id)
{
    return (unsigned char)(id * 37 + 11);
}

static bool holds_pattern(struct gate *gate, size_t id, const unsigned char *data, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (data[i] != pattern_of(id))
            return WRONG(gate, "block %zu has changed at byte %zu of %zu", id, i, size);
    return true;
}

/* Where a block lies, and that it lies there alone. */
static bool is_well_placed(struct gate *gate, size_t id, const unsigned char *data,
                           struct layout layout)
{
    uintptr_t address = (uintptr_t)data;
    if (address < gate->start || address > gate->end || layout.size > gate->end - address)
        return WRONG(gate, "block %zu at %p lies outside the region", id, (const void *)data);
    if (address % layout.align != 0)
        return WRONG(gate, "block %zu at %p is not aligned to %zu", id, (const void *)data,
                     layout.align);
    for (size_t i = 0; i < gate->ids; i++) {
        const struct arena_block *other = &gate->blocks[i];
        if (i != id && other->data != NULL && data < other->data + other->layout.size &&
            other->data < data + layout.size)
            return WRONG(gate, "block %zu overlaps block %zu", id, i);
    }
    return true;
}

static bool do_alloc(struct gate *gate, size_t id, struct layout layout)
{
    struct arena_block *block = &gate->blocks[id];
    if (block->data != NULL)
        return WRONG(gate, "the trace allocates block %zu twice", id);
    unsigned char *data = allocator_alloc(gate->allocator, layout);
    if (data == NULL)
        return WRONG(gate, "block %zu of %zu bytes is refused: %s", id, layout.size,
                     error_name(gate->allocator->last_error));
    if (!is_well_placed(gate, id, data, layout))
        return false;
    *block = (struct arena_block){ data, layout };
    memset(data, pattern_of(id), layout.size);
    return true;
}

static bool do_free(struct gate *gate, size_t id)
{
    struct arena_block *block = &gate->blocks[id];
    if (block->data == NULL)
        return WRONG(gate, "the trace frees block %zu, which is not live", id);
    if (!holds_pattern(gate, id, block->data, block->layout.size))
        return false;
    allocator_dealloc(gate->allocator, block->data, block->layout);
    block->data = NULL;
    return true;
}

static bool do_realloc(struct gate *gate, size_t id, size_t new_size)
{
    struct arena_block *block = &gate->blocks[id];
    if (block->data == NULL)
        return WRONG(gate, "the trace resizes block %zu, which is not live", id);
    size_t size = block->layout.size;
    if (!holds_pattern(gate, id, block->data, size))
        return false;
    unsigned char *data = allocator_realloc(gate->allocator, block->data, block->layout, new_size);
    if (data == NULL)
        return WRONG(gate, "block %zu cannot become %zu bytes: %s", id, new_size,
                     error_name(gate->allocator->last_error));
    *block = (struct arena_block){ data, { new_size, block->layout.align } };
    if (!is_well_placed(gate, id, data, block->layout) ||
        !holds_pattern(gate, id, data, new_size < size ? new_size : size))
        return false;
    memset(data, pattern_of(id), new_size);
    return true;
}

/* A block of a fill. They are chained through their first words, so that there may be any number of
   them; the number tells where one was handed out twice. */
struct chain {
    struct chain *next;
    size_t number; /* from ARENA_BLOCKS on */
};
_Static_assert(sizeof(struct chain) <= ARENA_FILL_LEAST, "the notes fit the smallest block");
_Static_assert(_Alignof(struct chain) <= ARENA_FILL_ALIGN, "and lie where they may");

/* Allocate until one is refused. False: wrong. */
static bool fill(struct gate *gate, struct layout layout, struct chain **chain, size_t *granted)
{
    size_t most = (gate->end - gate->start) / layout.size;
    struct chain *block;
    *chain = NULL;
    for (*granted = 0; (block = allocator_alloc(gate->allocator, layout)) != NULL; ++*granted) {
        size_t number = ARENA_BLOCKS + *granted;
        if (!is_well_placed(gate, number, (unsigned char *)block, layout))
            return false;
        if (*granted == most)
            return WRONG(gate, "%zu blocks of %zu bytes do not fit the region", *granted + 1,
                         layout.size);
        memset(block, pattern_of(number), layout.size);
        *block = (struct chain){ *chain, number };
        *chain = block;
    }
    return true;
}

/* Give them back, last first. Each must hold what was written: a block that lies on another has
   overwritten its number, its link or its bytes. All are looked at before the first one goes, and
   a link is looked at before it is followed. */
static bool empty(struct gate *gate, struct layout layout, struct chain *chain, size_t granted)
{
    struct chain *block = chain;
    for (size_t number = ARENA_BLOCKS + granted; number-- > ARENA_BLOCKS; block = block->next) {
        if (block == NULL || !is_well_placed(gate, number, (unsigned char *)block, layout) ||
            block->number != number)
            return WRONG(gate, "block %zu, of a fill, has changed at its start", number);
        const unsigned char *bytes = (const unsigned char *)block;
        for (size_t i = sizeof *block; i < layout.size; i++)
            if (bytes[i] != pattern_of(number))
                return WRONG(gate, "block %zu, of a fill, has changed at byte %zu of %zu", number,
                             i, layout.size);
    }
    while (chain != NULL) {
        struct chain *next = chain->next;
        allocator_dealloc(gate->allocator, chain, layout);
        chain = next;
    }
    return true;
}

static bool fill_and_empty(struct gate *gate, struct layout layout, size_t *granted)
{
    struct chain *chain;
    return fill(gate, layout, &chain, granted) && empty(gate, layout, chain, *granted);
}

/* What could be allocated once can be allocated again. */
static bool do_exhaust(struct gate *gate, struct layout layout)
{
    size_t first, second;
    if (!fill_and_empty(gate, layout, &first) || !fill_and_empty(gate, layout, &second))
        return false;
    return first == second || WRONG(gate, "%zu blocks of %zu bytes fitted, and then only %zu",
                                    first, layout.size, second);
}

static bool do_op(struct gate *gate, const struct arena_op *op)
{
    if (op->id >= gate->ids)
        gate->ids = op->id + 1;
    switch (op->kind) {
    case 'a':
        return do_alloc(gate, op->id, op->layout);
    case 'r':
        return do_realloc(gate, op->id, op->layout.size);
    case 'f':
        return do_free(gate, op->id);
    default:
        return do_exhaust(gate, op->layout);
    }
}

static bool replay(struct gate *gate)
{
    struct arena_op op;
    enum error error;
    while ((error = arena_next(&gate->reader, &op)) == OK) {
        gate->result->op = gate->reader.op;
        if (!do_op(gate, &op))
            return false;
        if (gate->reader.op % CHECK_INTERVAL == 0)
            allocator_check(gate->allocator);
    }
    if (error != ERR_NOT_FOUND)
        return WRONG(gate, "line %zu of the trace cannot be read", gate->reader.line);
    for (size_t id = 0; id < gate->ids; id++)
        if (gate->blocks[id].data != NULL && !do_free(gate, id))
            return false;
    allocator_check(gate->allocator);
    size_t live = gate->shared ? 0 : allocator_statistics(gate->allocator).live;
    return live == 0 || WRONG(gate, "%zu blocks are live at the end", live);
}

void arena_gate_into(struct arena_result *result, const struct arena_trace *trace,
                     struct allocator *allocator, const void *start, const void *end,
                     struct arena_block *blocks, bool shared)
{
    struct gate gate = {
        .trace = trace,
        .allocator = allocator,
        .start = (uintptr_t)start,
        .end = (uintptr_t)end,
        .blocks = blocks,
        .reader = { .next = trace->text },
        .result = result,
        .shared = shared,
    };
    memset(blocks, 0, ARENA_BLOCKS * sizeof *blocks);
    *result = (struct arena_result){ 0 };
    result->passed = replay(&gate);
    if (result->passed)
        format_buffer(result->words, sizeof result->words, "%s: %zu operations", trace->name,
                      gate.reader.op);
}

struct arena_result arena_gate(const struct arena_trace *trace, struct allocator *allocator,
                               const void *start, const void *end, struct arena_block *blocks)
{
    struct arena_result result;
    arena_gate_into(&result, trace, allocator, start, end, blocks, false);
    return result;
}
