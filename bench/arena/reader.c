/*
 * reader: lines of a trace. See arena.h.
 */
#include "arena.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* " 123": a blank and a decimal number. */
static bool number(const char **text, size_t *value)
{
    const char *at = *text;
    if (*at++ != ' ' || !is_digit(*at))
        return false;
    for (*value = 0; is_digit(*at); at++)
        if (__builtin_mul_overflow(*value, (size_t)10, value) ||
            __builtin_add_overflow(*value, (size_t)(*at - '0'), value))
            return false;
    *text = at;
    return true;
}

static bool read_op(const char **at, struct arena_op *op)
{
    switch (op->kind) {
    case 'a':
        return number(at, &op->id) && number(at, &op->layout.size) && number(at, &op->layout.align);
    case 'r':
        return number(at, &op->id) && number(at, &op->layout.size);
    case 'f':
        return number(at, &op->id);
    case 'x':
        return number(at, &op->layout.size) && number(at, &op->layout.align);
    default:
        return false;
    }
}

/* A trace asks for nothing that an allocator would have to refuse as invalid. */
static bool makes_sense(const struct arena_op *op)
{
    switch (op->kind) {
    case 'a':
        return op->id < ARENA_BLOCKS && layout_is_valid(op->layout);
    case 'r':
        return op->id < ARENA_BLOCKS && size_is_valid(op->layout.size);
    case 'x':
        return layout_is_valid(op->layout) && op->layout.size >= ARENA_FILL_LEAST &&
               op->layout.align >= ARENA_FILL_ALIGN;
    default:
        return op->id < ARENA_BLOCKS;
    }
}

enum error arena_next(struct arena_reader *reader, struct arena_op *op)
{
    const char *at = reader->next;
    for (; *at == '#' || *at == '\n'; at++) {
        while (*at != '\n' && *at != 0)
            at++;
        reader->line++;
        if (*at == 0)
            break;
    }
    reader->next = at;
    if (*at == 0)
        return ERR_NOT_FOUND;
    reader->line++;
    reader->op++;
    *op = (struct arena_op){ .kind = *at++ };
    if (!read_op(&at, op) || *at != '\n' || !makes_sense(op))
        return ERR_INVALID;
    reader->next = at + 1;
    return OK;
}
