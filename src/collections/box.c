/* box: see collections/box.h. */
#include <collections/box.h>
#include <lib/memory.h>

enum error raw_box_new(struct raw_box *b, struct allocator *alloc, const void *value,
                       struct layout element)
{
    *b = (struct raw_box){ NULL, alloc };
    void *block = allocator_alloc(alloc, element);
    if (block == NULL)
        return ERR_NO_MEMORY;
    memcpy(block, value, element.size);
    b->value = block;
    return OK;
}

void raw_box_new_or_panic(struct raw_box *b, struct allocator *alloc, const void *value,
                          struct layout element)
{
    if (raw_box_new(b, alloc, value, element) != OK)
        allocator_oom(alloc, element, __builtin_return_address(0));
}

enum error raw_box_clone(const struct raw_box *b, struct raw_box *out, struct layout element,
                         element_clone *clone)
{
    *out = (struct raw_box){ NULL, b->alloc };
    if (b->value == NULL)
        return OK;
    enum error error = raw_box_new(out, b->alloc, b->value, element);
    if (error == OK && clone != NULL) {
        error = clone(b->value, out->value);
        if (error != OK) /* it has bytes that own nothing */
            raw_box_free(out, NULL, element);
    }
    return error;
}

bool raw_box_equal(const struct raw_box *b, const struct raw_box *c, element_equal *equal)
{
    if (b->value == NULL || c->value == NULL)
        return b->value == c->value;
    return equal(b->value, c->value);
}

bool raw_box_debug_next(void *cursor, struct debug_entry *entry)
{
    struct raw_box_cursor *c = cursor;
    entry->value = c->value;
    c->value = NULL;
    return entry->value != NULL;
}

bool raw_box_take(struct raw_box *b, void *out, struct layout element)
{
    if (b->value == NULL)
        return false;
    memcpy(out, b->value, element.size);
    raw_box_free(b, NULL, element);
    return true;
}

void raw_box_free(struct raw_box *b, element_release *release, struct layout element)
{
    void *value = b->value;
    if (value == NULL)
        return;
    b->value = NULL; /* first, so that a destructor that comes here again finds nothing */
    if (release != NULL)
        release(value);
    allocator_dealloc(b->alloc, value, element);
}

void raw_box_panic_empty(void)
{
    panic("the box is empty (asked by %p)", __builtin_return_address(0));
}
