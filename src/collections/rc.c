/*
 * rc: making and ending a counted value. See collections/rc.h.
 */
#include <collections/rc.h>
#include <lib/memory.h>

void raw_rc_panic_count(void)
{
    panic("a count of handles would exceed PTRDIFF_MAX: some are cloned and never dropped");
}

/* The block and the value, as one piece of memory; its size does not overflow for any type. */
static struct layout whole(struct layout element)
{
    size_t align =
        element.align > _Alignof(struct rc_block) ? element.align : _Alignof(struct rc_block);
    size_t offset = (sizeof(struct rc_block) + (element.align - 1)) & -element.align;
    return (struct layout){ offset + element.size, align };
}

enum error raw_rc_new(struct rc_block **r, struct allocator *allocator, element_release *destroy,
                      const void *value, struct layout element)
{
    struct rc_block *block = allocator_alloc(allocator, whole(element));
    *r = block;
    if (block == NULL)
        return ERR_NO_MEMORY;
    *block = (struct rc_block){ .strong = 1, .weak = 1, .alloc = allocator, .destroy = destroy };
    memcpy(raw_rc_value(block, element.align), value, element.size);
    return OK;
}

void raw_rc_free(struct rc_block *block, struct layout element)
{
    allocator_dealloc(block->alloc, block, whole(element));
}

void raw_rc_move_out(struct rc_block *block, void *out, struct layout element)
{
    memcpy(out, raw_rc_value(block, element.align), element.size);
}

void raw_rc_weak_clone(struct rc_block *block)
{
    ptrdiff_t count = (ptrdiff_t)(block->weak + 1);
    if (count <= 0)
        raw_rc_panic_count();
    block->weak = (size_t)count;
}

void raw_rc_weak_drop(struct rc_block **weak, struct layout element)
{
    struct rc_block *block = *weak;
    *weak = NULL;
    if (block != NULL && --block->weak == 0)
        raw_rc_free(block, element);
}

void raw_rc_end(struct rc_block *block, struct layout element)
{
    if (block->destroy != NULL)
        block->destroy(raw_rc_value(block, element.align));
    raw_rc_weak_drop(&block, element);
}

bool raw_rc_try_unwrap(struct rc_block **r, void *out, struct layout element)
{
    struct rc_block *block = *r;
    if (block->strong != 1)
        return false;
    *r = NULL;
    block->strong = 0;
    raw_rc_move_out(block, out, element);
    raw_rc_weak_drop(&block, element);
    return true;
}

bool raw_rc_upgrade(struct rc_block *block, struct rc_block **r)
{
    *r = NULL;
    if (block == NULL || block->strong == 0)
        return false;
    raw_rc_clone(block);
    *r = block;
    return true;
}
