/*
 * arc: the operations that are not in line. See collections/arc.h for the orders of memory.
 *
 * "Acquire" is a load of the count rather than a fence: the same on RISC-V, and a tool that looks
 * for races understands it.
 */
#include <collections/arc.h>

static void acquire(const size_t *count)
{
    (void)__atomic_load_n(count, __ATOMIC_ACQUIRE);
}

void raw_arc_weak_clone(struct rc_block *block)
{
    size_t before = __atomic_fetch_add(&block->weak, 1, __ATOMIC_RELAXED);
    if ((ptrdiff_t)before < 0 || before == PTRDIFF_MAX)
        raw_rc_panic_count();
}

void raw_arc_weak_drop(struct rc_block **weak, struct layout element)
{
    struct rc_block *block = *weak;
    *weak = NULL;
    if (block == NULL || __atomic_fetch_sub(&block->weak, 1, __ATOMIC_RELEASE) != 1)
        return;
    acquire(&block->weak);
    raw_rc_free(block, element);
}

void raw_arc_end(struct rc_block *block, struct layout element)
{
    acquire(&block->strong);
    if (block->destroy != NULL)
        block->destroy(raw_rc_value(block, element.align));
    raw_arc_weak_drop(&block, element);
}

bool raw_arc_try_unwrap(struct rc_block **r, void *out, struct layout element)
{
    struct rc_block *block = *r;
    size_t one = 1;
    if (!__atomic_compare_exchange_n(&block->strong, &one, 0, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED))
        return false;
    *r = NULL;
    raw_rc_move_out(block, out, element);
    raw_arc_weak_drop(&block, element);
    return true;
}

bool raw_arc_upgrade(struct rc_block *block, struct rc_block **r)
{
    *r = NULL;
    if (block == NULL)
        return false;
    size_t strong = __atomic_load_n(&block->strong, __ATOMIC_RELAXED);
    do {
        if (strong == 0)
            return false;
        if (strong >= PTRDIFF_MAX)
            raw_rc_panic_count();
    } while (!__atomic_compare_exchange_n(&block->strong, &strong, strong + 1, true,
                                          __ATOMIC_ACQUIRE, __ATOMIC_RELAXED));
    *r = block;
    return true;
}
