/*
 * The heap on the host: the bump allocator against a model, the lock around it, the default heap,
 * and every row of misuse that a bump can notice.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "fake/panic.h"
#include "random.h"

#include <heap/bump.h>
#include <heap/heap.h>
#include <heap/locked.h>

#define REGION_SIZE 65'536
static _Alignas(4096) char region[REGION_SIZE];

static struct bump fresh(void)
{
    struct bump bump = { 0 };
    assert_int_equal(bump_init(&bump, region, region + REGION_SIZE), OK);
    return bump;
}

static void bad_bounds_are_refused_and_change_nothing(void **state)
{
    (void)state;
    struct bump bump = { 0 };
    struct bump zero = { 0 };
    assert_int_equal(bump_init(&bump, NULL, region), ERR_INVALID);
    assert_int_equal(bump_init(&bump, region + 64, region), ERR_INVALID);
    assert_int_equal(bump_init(&bump, region, region), ERR_INVALID);
    assert_int_equal(bump_init(&bump, region, region + 15), ERR_INVALID);
    assert_int_equal(bump_init(&bump, region + 1, region + 31), ERR_INVALID);
    assert_int_equal(bump_init(&bump, (void *)(UINTPTR_MAX - 3), (void *)UINTPTR_MAX), ERR_INVALID);
    assert_memory_equal(&bump, &zero, sizeof bump);
    assert_int_equal(bump_init(&bump, region + 1, region + 47), OK);
    assert_int_equal(allocator_statistics(&bump.allocator).left_bytes, 16);
    assert_int_equal(bump.start, (uintptr_t)region + 16);
}

static void init_twice_is_refused(void **state)
{
    (void)state;
    struct bump bump = fresh();
    void *block = bump_alloc(&bump, (struct layout){ 8, 8 });
    assert_int_equal(bump_init(&bump, region, region + 64), ERR_STATE);
    assert_int_equal(allocator_statistics(&bump.allocator).live, 1);
    bump_dealloc(&bump, block, (struct layout){ 8, 8 });
}

static void before_init_everything_is_refused(void **state)
{
    (void)state;
    struct bump bump = { .allocator = { .ops = &bump_ops } };
    assert_null(allocator_alloc(&bump.allocator, (struct layout){ 1, 1 }));
    assert_int_equal(bump.allocator.last_error, ERR_STATE);
    assert_null(heap_alloc((struct layout){ 1, 1 }));
    assert_int_equal(heap_default()->last_error, ERR_STATE);
    EXPECT_PANIC("not in its present state", heap_alloc_or_oom((struct layout){ 1, 1 }));
}

static void invalid_layouts_are_refused(void **state)
{
    (void)state;
    struct bump bump = fresh();
    struct allocator *a = &bump.allocator;
    static const size_t aligns[] = { 0, 3, 6, 7, 12, SIZE_MAX, SIZE_MAX - 1, (size_t)3 << 62 };
    for (size_t i = 0; i < ARRAY_LENGTH(aligns); i++) {
        assert_null(allocator_alloc(a, (struct layout){ 8, aligns[i] }));
        assert_int_equal(a->last_error, ERR_INVALID);
        assert_null(allocator_alloc_zeroed(a, (struct layout){ 8, aligns[i] }));
    }
    size_t refused = a->failed;
    for (size_t back = 0; back <= 64; back++)
        for (unsigned shift = 0; shift < 64; shift++) {
            struct layout layout = { SIZE_MAX - back, (size_t)1 << shift };
            assert_null(allocator_alloc(a, layout));
            assert_int_equal(a->last_error, ERR_OVERFLOW);
            layout.size = (size_t)PTRDIFF_MAX - back;
            assert_null(allocator_alloc(a, layout));
            assert_int_equal(a->last_error, ERR_NO_MEMORY);
        }
    assert_int_equal(a->failed - refused, 2 * 65 * 64);
    assert_null(allocator_alloc(a, (struct layout){ 1, (size_t)1 << 63 }));
    assert_null(alloc_array(a, uint64_t, SIZE_MAX / 8 + 1)); /* count x size */
    assert_int_equal(a->last_error, ERR_OVERFLOW);
    assert_int_equal(allocator_statistics(a).used_bytes, 0);
}

static void zero_bytes_are_null_and_no_failure(void **state)
{
    (void)state;
    struct bump bump = fresh();
    assert_null(allocator_alloc(&bump.allocator, (struct layout){ 0, 8 }));
    assert_null(allocator_alloc_zeroed(&bump.allocator, (struct layout){ 0, 8 }));
    assert_null(allocator_alloc_or_oom(&bump.allocator, (struct layout){ 0, 8 }));
    allocator_dealloc(&bump.allocator, NULL, (struct layout){ 0, 8 });
    assert_int_equal(bump.allocator.failed, 0);
}

static void exhaustion_changes_nothing(void **state)
{
    (void)state;
    struct bump bump = fresh();
    struct allocator *a = &bump.allocator;
    char *first = allocator_alloc(a, (struct layout){ 100, 1 });
    struct bump before = bump;
    assert_null(allocator_alloc(a, (struct layout){ REGION_SIZE - 99, 1 }));
    assert_null(allocator_alloc(a, (struct layout){ REGION_SIZE - 111, 16 })); /* with padding */
    assert_null(allocator_realloc(a, first, (struct layout){ 100, 1 }, REGION_SIZE + 1));
    assert_int_equal(a->failed, 3);
    assert_int_equal(a->last_error, ERR_NO_MEMORY);
    before.allocator = bump.allocator;
    assert_memory_equal(&bump, &before, sizeof bump);
    void *rest = allocator_alloc(a, (struct layout){ REGION_SIZE - 100, 1 });
    assert_non_null(rest);
    assert_int_equal(allocator_statistics(a).left_bytes, 0);
}

static void the_last_block_can_be_freed_grown_and_shrunk(void **state)
{
    (void)state;
    struct bump bump = fresh();
    struct allocator *a = &bump.allocator;
    char *keep = allocator_alloc(a, (struct layout){ 16, 8 });
    char *last = allocator_alloc(a, (struct layout){ 16, 8 });
    assert_ptr_equal(allocator_realloc(a, last, (struct layout){ 16, 8 }, 4000), last);
    assert_ptr_equal(allocator_realloc(a, last, (struct layout){ 4000, 8 }, 8), last);
    assert_int_equal(allocator_statistics(a).used_bytes, 24);
    assert_int_equal(allocator_statistics(a).high_water_bytes, 4016);
    allocator_dealloc(a, last, (struct layout){ 8, 8 });
    assert_int_equal(allocator_statistics(a).used_bytes, 16);
    assert_ptr_equal(allocator_alloc(a, (struct layout){ 16, 8 }), last);
    /* Not the last: shrinks where it is, grows elsewhere with its bytes. */
    memcpy(keep, "0123456789abcdef", 16);
    assert_ptr_equal(allocator_realloc(a, keep, (struct layout){ 16, 8 }, 10), keep);
    char *moved = allocator_realloc(a, keep, (struct layout){ 10, 8 }, 32);
    assert_ptr_not_equal(moved, keep);
    assert_memory_equal(moved, "0123456789", 10);
    allocator_dealloc(a, moved, (struct layout){ 32, 8 });
    allocator_dealloc(a, last, (struct layout){ 16, 8 });
    assert_int_equal(allocator_statistics(a).used_bytes, 0);
    allocator_check(a);
}

static void realloc_from_null_and_to_zero(void **state)
{
    (void)state;
    struct bump bump = fresh();
    struct allocator *a = &bump.allocator;
    void *block = allocator_realloc(a, NULL, (struct layout){ 0, 64 }, 10);
    assert_int_equal((uintptr_t)block % 64, 0);
    assert_null(allocator_realloc(a, block, (struct layout){ 10, 64 }, SIZE_MAX));
    assert_int_equal(a->last_error, ERR_OVERFLOW);
    assert_null(allocator_realloc(a, block, (struct layout){ 10, 64 }, 0));
    assert_int_equal(a->failed, 1);
    assert_int_equal(allocator_statistics(a).live, 0);
}

static void misuse_panics_with_the_values(void **state)
{
    (void)state;
    static struct bump bump;
    bump = fresh();
    struct allocator *a = &bump.allocator;
    const struct layout layout = { 16, 8 };
    char *block = allocator_alloc(a, layout);
    EXPECT_PANIC("not a block of this heap", allocator_dealloc(a, region - 16, layout));
    EXPECT_PANIC("not a block of this heap", allocator_dealloc(a, region + 4096, layout));
    EXPECT_PANIC("not a block of this heap",
                 allocator_dealloc(a, block, (struct layout){ 4096, 8 }));
    EXPECT_PANIC("not aligned to 8", allocator_dealloc(a, block + 1, (struct layout){ 8, 8 }));
    EXPECT_PANIC("invalid layout", allocator_dealloc(a, block, (struct layout){ 16, 3 }));
    EXPECT_PANIC("invalid layout", allocator_dealloc(a, block, (struct layout){ 0, 8 }));
    EXPECT_PANIC("invalid layout", allocator_realloc(a, block, (struct layout){ 16, 0 }, 8));
    EXPECT_PANIC("not a block of this heap", allocator_realloc(a, region + 4096, layout, 64));
    allocator_dealloc(a, block, layout);
    EXPECT_PANIC("given back before", allocator_dealloc(a, block, layout));
    bump.next += 8;
    EXPECT_PANIC("self->next == self->start", allocator_check(a));
}

static void running_out_goes_to_the_handler(void **state)
{
    (void)state;
    static struct bump bump;
    bump = fresh();
    EXPECT_PANIC("out of memory: 70000 bytes aligned to 8",
                 allocator_alloc_or_oom(&bump.allocator, (struct layout){ 70'000, 8 }));
    EXPECT_PANIC("65536 bytes left",
                 allocator_alloc_or_oom(&bump.allocator, (struct layout){ 70'000, 8 }));
}

static size_t oom_size;
static void note_oom(struct allocator *self, struct layout layout, const void *caller)
{
    assert_non_null(self);
    assert_non_null(caller);
    oom_size = layout.size;
}

static void the_handler_can_be_replaced(void **state)
{
    (void)state;
    static struct bump bump;
    bump = fresh();
    oom_handler before = allocator_set_oom_handler(note_oom);
    EXPECT_PANIC("handler returned",
                 allocator_alloc_or_oom(&bump.allocator, (struct layout){ 70'001, 8 }));
    assert_int_equal(oom_size, 70'001);
    assert_ptr_equal(allocator_set_oom_handler(NULL), note_oom);
    assert_ptr_equal(allocator_set_oom_handler(before), before);
    void *block = allocator_alloc_or_oom(&bump.allocator, (struct layout){ 8, 8 });
    bump_dealloc(&bump, block, (struct layout){ 8, 8 });
}

static void typed_helpers(void **state)
{
    (void)state;
    struct bump bump = fresh();
    struct point {
        _Alignas(64) int x, y;
    };
    struct point *one = alloc_new(&bump.allocator, struct point);
    struct point *many = alloc_array(&bump.allocator, struct point, 10);
    assert_int_equal((uintptr_t)one % 64, 0);
    assert_int_equal((uintptr_t)many % 64, 0);
    many[9].y = 1;
    alloc_free_array(&bump.allocator, many, 10);
    alloc_free(&bump.allocator, one);
    assert_int_equal(allocator_statistics(&bump.allocator).live, 0);
}

/* --- Random operations against a model ----------------------------------------------------- */

struct model_block {
    unsigned char *bytes;
    struct layout layout;
    unsigned char fill;
};

static void assert_filled(const struct model_block *block, size_t size)
{
    for (size_t i = 0; i < size; i++)
        assert_int_equal(block->bytes[i], block->fill);
}

static void random_operations_agree_with_a_model(void **state)
{
    (void)state;
    size_t cases = number_from("BUMPVISOR_CASES", 200'000);
    uint64_t seed = random_start(20'251'001);
    printf("# %zu operations, seed %llu\n", cases, (unsigned long long)seed);

    struct bump bump = fresh();
    struct allocator *a = &bump.allocator;
    struct model_block live[256];
    size_t count = 0, handed_out = 0, peak = 0, high_water = 0;
    for (size_t step = 0; step < cases; step++) {
        unsigned what = (unsigned)(random64() % 8);
        if (what < 4 && count < ARRAY_LENGTH(live)) {
            struct model_block block = {
                .layout = { 1 + random64() % 600, (size_t)1 << random64() % 10 },
                .fill = (unsigned char)random64(),
            };
            bool zeroed = what == 0;
            block.bytes =
                zeroed ? allocator_alloc_zeroed(a, block.layout) : allocator_alloc(a, block.layout);
            if (block.bytes != NULL) {
                assert_int_equal((uintptr_t)block.bytes % block.layout.align, 0);
                assert_true((char *)block.bytes >= region &&
                            (char *)block.bytes + block.layout.size <= region + REGION_SIZE);
                for (size_t i = 0; zeroed && i < block.layout.size; i++)
                    assert_int_equal(block.bytes[i], 0);
                memset(block.bytes, block.fill, block.layout.size);
                live[count++] = block;
                handed_out++;
            }
        } else if (count > 0) {
            /* Mostly the newest, so that the tape goes back and forth; any other sometimes. */
            size_t i = what % 2 ? count - 1 : random64() % count;
            struct model_block *block = &live[i];
            assert_filled(block, block->layout.size);
            if (what < 6) {
                allocator_dealloc(a, block->bytes, block->layout);
                *block = live[--count];
            } else {
                size_t size = 1 + random64() % 600, old = block->layout.size;
                struct heap_statistics before = allocator_statistics(a);
                void *moved = allocator_realloc(a, block->bytes, block->layout, size);
                if (moved != NULL) {
                    handed_out += moved != block->bytes;
                    block->bytes = moved;
                    block->layout.size = size;
                    assert_filled(block, size < old ? size : old);
                    memset(block->bytes, block->fill, size);
                } else {
                    assert_int_equal(allocator_statistics(a).used_bytes, before.used_bytes);
                    assert_filled(block, old);
                }
            }
        }
        allocator_check(a);
        struct heap_statistics now = allocator_statistics(a);
        peak = now.live > peak ? now.live : peak;
        high_water = now.used_bytes > high_water ? now.used_bytes : high_water;
        assert_int_equal(now.live, count);
        assert_int_equal(now.count, handed_out);
        assert_true(now.peak >= peak && now.peak <= peak + 1); /* a moving realloc holds two */
        assert_true(now.high_water_bytes >= high_water);
        assert_int_equal(now.used_bytes + now.left_bytes, REGION_SIZE);
        if (random64() % 4096 == 0) /* now and then all go: the heap must be whole again */
            while (count > 0) {
                count--;
                assert_filled(&live[count], live[count].layout.size);
                allocator_dealloc(a, live[count].bytes, live[count].layout);
            }
    }
    while (count > 0) {
        count--;
        allocator_dealloc(a, live[count].bytes, live[count].layout);
    }
    assert_int_equal(allocator_statistics(a).used_bytes, 0);
}

/* --- Locks ---------------------------------------------------------------------------------- */

enum { THREADS = 8, ROUNDS = 2000 };
static struct locked shared;

static void *hammer(void *argument)
{
    this_hart()->id = (uintptr_t)argument;
    for (size_t i = 0; i < ROUNDS; i++) {
        struct layout layout = { 8 + i % 32, 8 };
        volatile char *block =
            allocator_alloc(argument ? &shared.allocator : heap_default(), layout);
        if (block == NULL)
            continue;
        *block = (char)i;
        allocator_dealloc(argument ? &shared.allocator : heap_default(), (void *)block, layout);
    }
    return NULL;
}

static void many_threads_share_a_locked_bump(void **state)
{
    (void)state;
    struct bump bump = fresh();
    locked_init(&shared, &bump.allocator);
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, hammer, (void *)(i + 1));
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    struct heap_statistics statistics = allocator_statistics(&shared.allocator);
    assert_int_equal(statistics.live, 0);
    assert_int_equal(statistics.count + statistics.failed, THREADS * ROUNDS);
    allocator_check(&shared.allocator);
}

static void locked_passes_every_operation_on(void **state)
{
    (void)state;
    struct bump bump = fresh();
    locked_init(&shared, &bump.allocator);
    struct allocator *a = &shared.allocator;
    const struct layout layout = { 32, 8 };
    char *block = allocator_alloc_zeroed(a, layout);
    assert_int_equal(block[31], 0);
    block = allocator_realloc(a, block, layout, 64);
    assert_null(allocator_alloc(a, (struct layout){ REGION_SIZE, 8 }));
    assert_int_equal(a->last_error, ERR_NO_MEMORY);
    assert_null(allocator_alloc(a, (struct layout){ 1, 5 }));
    assert_int_equal(allocator_statistics(a).failed, 2);
    allocator_dealloc(a, block, (struct layout){ 64, 8 });
    assert_int_equal(allocator_statistics(a).live, 0);
    assert_false(this_hart()->interrupts_masked);
}

static void the_lock_masks_interrupts_and_knows_its_holder(void **state)
{
    (void)state;
    static struct spinlock lock = SPINLOCK_INIT;
    uint64_t interrupts = spinlock_lock(&lock, (void *)0x1234);
    assert_true(this_hart()->interrupts_masked);
    assert_ptr_equal(lock.holder, this_hart());
    assert_ptr_equal(lock.site, (void *)0x1234);
    EXPECT_PANIC("second take of a lock by the same hart", spinlock_lock(&lock, NULL));
    assert_non_null(strstr(panic_text, "taken at 0x1234"));
    spinlock_unlock(&lock, interrupts);
    assert_false(this_hart()->interrupts_masked);
    EXPECT_PANIC("does not hold it", spinlock_unlock(&lock, interrupts));
    this_hart()->interrupts_masked = false;
}

static void a_lock_that_is_never_released_is_told(void **state)
{
    (void)state;
    static struct hart other = { .id = 7 };
    static struct spinlock lock = { &other, (void *)0xabc };
    EXPECT_PANIC("waited too long for a lock", spinlock_lock(&lock, NULL));
    assert_non_null(strstr(panic_text, "held by hart 7, taken at 0xabc"));
    this_hart()->interrupts_masked = false;
}

/* The fast paths of the default heap give way to a lock that another hart holds, and wait. */
static void the_fast_paths_wait_for_another_hart(void **state)
{
    (void)state;
    static struct hart other = { .id = 8 };
    static char *block;
    const struct layout layout = { 24, 8 };
    struct locked *locked = container_of(heap_default(), struct locked, allocator);
    block = heap_alloc(layout);
    locked->lock.holder = &other;
    EXPECT_PANIC("held by hart 8", heap_alloc(layout));
    EXPECT_PANIC("held by hart 8", heap_dealloc(block, layout));
    EXPECT_PANIC("held by hart 8", heap_realloc(block, layout, 48));
    locked->lock.holder = NULL;
    this_hart()->interrupts_masked = false;
    heap_dealloc(block, layout);
}

static void an_allocation_inside_the_lock_panics(void **state)
{
    (void)state;
    struct bump bump = fresh();
    locked_init(&shared, &bump.allocator);
    uint64_t interrupts = spinlock_lock(&shared.lock, (void *)0x5678);
    EXPECT_PANIC("second take", allocator_alloc(&shared.allocator, (struct layout){ 8, 8 }));
    spinlock_unlock(&shared.lock, interrupts);
}

/* --- The default heap ------------------------------------------------------------------------ */

static void the_default_heap(void **state)
{
    (void)state;
    const struct layout layout = { 24, 8 };
    assert_int_equal(heap_init(region, region), ERR_INVALID);
    assert_int_equal(heap_init(region, region + REGION_SIZE), OK);
    EXPECT_PANIC("heap_init a second time", heap_init(region, region + REGION_SIZE));

    char *first = heap_alloc(layout), *second = allocator_alloc(heap_default(), layout);
    assert_non_null(first);
    assert_non_null(second);
    heap_dealloc(first, layout); /* not the last: the slow path */
    assert_ptr_equal(heap_realloc(second, layout, 100), second);
    assert_ptr_equal(allocator_realloc(heap_default(), second, (struct layout){ 100, 8 }, 50),
                     second);
    char *zeroed = heap_alloc_zeroed((struct layout){ 10, 1 });
    assert_int_equal(zeroed[9], 0);
    char *sure = heap_alloc_or_oom(layout);
    assert_null(heap_alloc((struct layout){ REGION_SIZE, 1 }));
    assert_null(heap_realloc(zeroed, (struct layout){ 10, 1 }, REGION_SIZE));
    assert_null(heap_alloc((struct layout){ 1, 0 }));
    heap_dealloc(NULL, layout);
    EXPECT_PANIC("invalid layout", heap_dealloc(sure, (struct layout){ 24, 5 }));
    assert_null(heap_realloc(second, (struct layout){ 50, 8 }, 0));
    heap_dealloc(sure, layout);
    heap_dealloc(zeroed, (struct layout){ 10, 1 });
    assert_int_equal(heap_statistics().live, 0);
    assert_int_equal(heap_statistics().used_bytes, 0);
    allocator_check(heap_default());

    pthread_t threads[THREADS];
    size_t before = heap_statistics().count, failed = heap_statistics().failed;
    for (size_t i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, hammer, NULL);
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(heap_statistics().live, 0);
    assert_int_equal(heap_statistics().count - before + heap_statistics().failed - failed,
                     THREADS * ROUNDS);

    /* The fast paths give way when the lock is held. Here it is held by ourselves: the panic
       proves that they did not go ahead. */
    char *block = heap_alloc(layout);
    struct locked *locked = container_of(heap_default(), struct locked, allocator);
    uint64_t interrupts = spinlock_lock(&locked->lock, NULL);
    EXPECT_PANIC("second take", heap_alloc(layout));
    EXPECT_PANIC("second take", heap_dealloc(block, layout));
    EXPECT_PANIC("second take", heap_realloc(block, layout, 48));
    spinlock_unlock(&locked->lock, interrupts);
    heap_dealloc(block, layout);
}

static void errors_have_names(void **state)
{
    (void)state;
    for (int error = OK; error <= ERR_IO; error++)
        assert_string_not_equal(error_name((enum error)error), "unknown error");
    assert_string_equal(error_name((enum error)99), "unknown error");
    assert_string_equal(error_name((enum error) - 1), "unknown error");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_bounds_are_refused_and_change_nothing),
        cmocka_unit_test(init_twice_is_refused),
        cmocka_unit_test(before_init_everything_is_refused),
        cmocka_unit_test(invalid_layouts_are_refused),
        cmocka_unit_test(zero_bytes_are_null_and_no_failure),
        cmocka_unit_test(exhaustion_changes_nothing),
        cmocka_unit_test(the_last_block_can_be_freed_grown_and_shrunk),
        cmocka_unit_test(realloc_from_null_and_to_zero),
        cmocka_unit_test(misuse_panics_with_the_values),
        cmocka_unit_test(running_out_goes_to_the_handler),
        cmocka_unit_test(the_handler_can_be_replaced),
        cmocka_unit_test(typed_helpers),
        cmocka_unit_test(random_operations_agree_with_a_model),
        cmocka_unit_test(many_threads_share_a_locked_bump),
        cmocka_unit_test(locked_passes_every_operation_on),
        cmocka_unit_test(the_lock_masks_interrupts_and_knows_its_holder),
        cmocka_unit_test(an_allocation_inside_the_lock_panics),
        cmocka_unit_test(a_lock_that_is_never_released_is_told),
        cmocka_unit_test(the_default_heap),
        cmocka_unit_test(the_fast_paths_wait_for_another_hart),
        cmocka_unit_test(errors_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
