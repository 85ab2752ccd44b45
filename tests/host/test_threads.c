/*
 * Eight threads, each a hart, on one heap: every allocator of the family inside the lock, and the
 * caches above it. Blocks keep their contents, and nothing is lost.
 *
 * `make thread-tests` builds this with ThreadSanitizer, which reports every access that no lock
 * orders, whether or not it did harm this time. To show that it would, BUMPVISOR_UNLOCKED=1 leaves
 * the lock out, and the run must fail.
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

#include <heap/family.h>
#include <heap/hart_caches.h>
#include <heap/locked.h>
#include <riscv/hart.h>

enum { THREADS = 8, SLOTS = 32, REGION = 8 * 1024 * 1024 };

static _Alignas(4096) unsigned char region[REGION];
static union any_heap heap;
static struct locked locked;
static struct hart_caches hart_caches;
static struct allocator *shared;
static size_t rounds = 3000;

static void *work(void *argument)
{
    size_t number = (size_t)argument;
    fake_hart.id = 100 + number;
    fake_hart.index = number;
    uint64_t random = 88172645463325252 + number;
    struct {
        unsigned char *block;
        struct layout layout;
    } slots[SLOTS] = { 0 };
    size_t wrong = 0;
    for (size_t i = 0; i < rounds; i++) {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        size_t s = random % SLOTS;
        if (slots[s].block == NULL) {
            slots[s].layout = (struct layout){ 1 + (random >> 8) % 700, 8 };
            slots[s].block = allocator_alloc(shared, slots[s].layout);
            if (slots[s].block != NULL)
                memset(slots[s].block, (int)(number + s), slots[s].layout.size);
            continue;
        }
        for (size_t b = 0; b < slots[s].layout.size; b++)
            wrong += slots[s].block[b] != (unsigned char)(number + s);
        allocator_dealloc(shared, slots[s].block, slots[s].layout);
        slots[s].block = NULL;
    }
    for (size_t s = 0; s < SLOTS; s++)
        if (slots[s].block != NULL)
            allocator_dealloc(shared, slots[s].block, slots[s].layout);
    return (void *)wrong;
}

static void on_all_threads(const char *name)
{
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, (void *)i), 0);
    for (size_t i = 0; i < THREADS; i++) {
        void *wrong;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        assert_null(wrong);
    }
    allocator_check(shared);
    assert_int_equal(allocator_statistics(shared).live, 0);
    printf("# %s: %d threads, %zu rounds each\n", name, THREADS, rounds);
}

static void set_up(const struct family_member *member)
{
    memset(&heap, 0, sizeof heap);
    assert_int_equal(member->init(&heap, region, region + REGION), OK);
    locked_init(&locked, &heap.allocator);
    shared = getenv("BUMPVISOR_UNLOCKED") == NULL ? &locked.allocator : &heap.allocator;
}

static void every_allocator_inside_the_lock(void **state)
{
    (void)state;
    for (size_t i = 0; i < family_size; i++) {
        if (!family[i].gives)
            continue;
        set_up(&family[i]);
        on_all_threads(family[i].name);
    }
}

static void the_caches_above_the_lock(void **state)
{
    (void)state;
    set_up(family_find("tlsf", 4));
    hart_caches_init(&hart_caches, shared);
    shared = &hart_caches.allocator;
    on_all_threads("hart_caches");
}

int main(void)
{
    const char *cases = getenv("BUMPVISOR_CASES");
    if (cases != NULL)
        rounds = strtoull(cases, NULL, 0) / 10;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocator_inside_the_lock),
        cmocka_unit_test(the_caches_above_the_lock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
