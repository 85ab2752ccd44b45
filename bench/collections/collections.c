/*
 * collections: what an operation costs with 10, 1,000 and 100,000 elements in the collection.
 * `./run.sh bench collections` boots it under -icount shift=0 with the heap `bucket`, unchecked.
 *
 * Each operation is counted alone, so that the worst one shows; what reading the counter costs is
 * subtracted. Small collections are filled and emptied again until there are 10,000 operations.
 */
#include "bench/measure.h"

#include <base/assert.h>
#include <base/image.h>
#include <collections/box.h>
#include <collections/deque.h>
#include <collections/dlist.h>
#include <collections/vec.h>
#include <console/console.h>
#include <heap/heap.h>
#include <lib/memory.h>
#include <riscv/power.h>

enum { MOST = 100'000 };

/* --- A row: how often each cost was seen ------------------------------------------------------ */

enum { COSTS = 4096 }; /* the last: all that is more */
static uint32_t seen[COSTS];
static uint64_t total, count, worst;

static void add(uint64_t cost)
{
    cost -= measure_overhead;
    seen[cost < COSTS ? cost : COSTS - 1]++;
    total += cost;
    count++;
    worst = cost > worst ? cost : worst;
}

/* Count `...` as one operation of the row. */
#define COUNT(...)                                                                                 \
    do {                                                                                           \
        uint64_t count_start = instructions();                                                     \
        __VA_ARGS__;                                                                               \
        add(instructions() - count_start);                                                         \
    } while (0)

static uint64_t quantile(uint64_t percent)
{
    uint64_t left = count * percent / 100;
    for (size_t cost = 0; cost < COSTS - 1; cost++) {
        if (left < seen[cost])
            return cost;
        left -= seen[cost];
    }
    return worst;
}

/* Print the row and begin the next. */
static void row(const char *name, size_t elements)
{
    uint64_t hundredths = total * 100 / count;
    console_printf("%-28s %7zu %8llu.%02llu %8llu %8llu\n", name, elements,
                   (unsigned long long)hundredths / 100, (unsigned long long)hundredths % 100,
                   (unsigned long long)quantile(99), (unsigned long long)worst);
    memset(seen, 0, sizeof seen);
    total = count = worst = 0;
}

/* --- Numbers ---------------------------------------------------------------------------------- */

static uint64_t random_state = 88172645463325252;

/* xorshift64 (Marsaglia, "Xorshift RNGs", 2003). */
static uint64_t random64(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static int numbers[MOST];

/* The first n, in another order. */
static void shuffle(size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t other = random64() % i;
        int kept = numbers[i - 1];
        numbers[i - 1] = numbers[other];
        numbers[other] = kept;
    }
}

/* --- The collections ------------------------------------------------------------------------- */

typedef VEC(int) int_vec;

#define BINARY_HEAP_NAME         int_heap
#define BINARY_HEAP_VEC          int_vec
#define BINARY_HEAP_BEFORE(a, b) (*(a) < *(b))
#include <collections/binary_heap.h>

#define BTREE_NAME         int_set
#define BTREE_KEY          int
#define BTREE_BEFORE(a, b) (*(a) < *(b))
#include <collections/btree.h>

#define BTREE_NAME         int_map
#define BTREE_KEY          int
#define BTREE_VALUE        int
#define BTREE_BEFORE(a, b) (*(a) < *(b))
#include <collections/btree.h>

#define HASH_MAP_NAME            number_map
#define HASH_MAP_KEY             uint64_t
#define HASH_MAP_VALUE           uint64_t
#define HASH_MAP_HASH(seed, key) hash_u64((seed), *(key))
#define HASH_MAP_EQUAL(a, b)     (*(a) == *(b))
#include <collections/hash_map.h>

/* Operations that a benchmark cannot go on without. */
static void must(enum error error)
{
    if (unlikely(error != OK))
        panic("the heap is too small for the benchmark");
}

/* Fill and empty the collection of this section `rounds` times; print both rows. `in` and `out` see
   `i`, its number, and `n = numbers[i]`. */
#define FILL_AND_EMPTY(rounds, size, in_name, in, out_name, out)                                   \
    do {                                                                                           \
        for (int step = 0; step < 2; step++) {                                                     \
            for (size_t round = 0; round < (rounds); round++) {                                    \
                for (size_t i = 0; i < (size); i++) {                                              \
                    int n = numbers[i];                                                            \
                    if (step == 0)                                                                 \
                        COUNT(in);                                                                 \
                    else                                                                           \
                        in;                                                                        \
                }                                                                                  \
                shuffle(size);                                                                     \
                for (size_t i = 0; i < (size); i++) {                                              \
                    int n = numbers[i];                                                            \
                    (void)n;                                                                       \
                    if (step == 1)                                                                 \
                        COUNT(out);                                                                \
                    else                                                                           \
                        out;                                                                       \
                }                                                                                  \
            }                                                                                      \
            row(step == 0 ? (in_name) : (out_name), (size));                                       \
        }                                                                                          \
    } while (0)

static void bench_sequences(size_t size, size_t rounds)
{
    int out = 0;
    int_vec v = VEC_INIT(heap_default());
    FILL_AND_EMPTY(rounds, size, "vec push", must(vec_push(&v, n)), "vec pop",
                   (void)vec_pop(&v, &out));
    vec_free(&v);

    DEQUE(int) d = DEQUE_INIT(heap_default());
    FILL_AND_EMPTY(rounds, size, "deque push", must(deque_push_back(&d, n)), "deque pop",
                   (void)deque_pop_front(&d, &out));
    deque_free(&d);

    DLIST(int) l = DLIST_INIT(heap_default());
    FILL_AND_EMPTY(rounds, size, "dlist push", must(dlist_push_back(&l, n)), "dlist pop",
                   (void)dlist_pop_front(&l, &out));
    dlist_free(&l);

    struct int_heap h;
    int_heap_init(&h, heap_default());
    FILL_AND_EMPTY(rounds, size, "binary heap push", must(int_heap_push(&h, n)), "binary heap pop",
                   (void)int_heap_pop(&h, &out));
    int_heap_free(&h);
    OPAQUE(out);
}

static void bench_set(size_t size, size_t rounds)
{
    struct int_set s = BTREE_INIT(heap_default());
    bool found = false;
    FILL_AND_EMPTY(rounds, size, "btree set insert", must(int_set_insert(&s, n, NULL)),
                   "btree set remove", (void)int_set_remove(&s, n, NULL));
    for (size_t i = 0; i < size; i++)
        int_set_insert_or_panic(&s, numbers[i]);
    shuffle(size);
    for (size_t i = 0; i < rounds * size; i++)
        COUNT(found |= int_set_contains(&s, numbers[i % size]); OPAQUE(found));
    row("btree set lookup", size);
    struct int_set_cursor c = int_set_first(&s);
    for (size_t i = 0; i < rounds * size; i++)
        COUNT(int_set_next(&c); OPAQUE(c.key));
    row("btree set step", size);
    int_set_free(&s);
}

static void bench_map(size_t size, size_t rounds)
{
    struct int_map m = BTREE_INIT(heap_default());
    const int *value = NULL;
    FILL_AND_EMPTY(rounds, size, "btree map insert", must(int_map_insert(&m, n, 1, NULL, NULL)),
                   "btree map remove", (void)int_map_remove(&m, n, NULL, NULL));
    for (size_t i = 0; i < size; i++)
        int_map_insert_or_panic(&m, numbers[i], 1);
    shuffle(size);
    for (size_t i = 0; i < rounds * size; i++)
        COUNT(value = int_map_get(&m, numbers[i % size]); OPAQUE(value));
    row("btree map lookup", size);
    int_map_free(&m);
}

static void bench_hash_map(size_t size, size_t rounds)
{
    struct number_map m;
    const uint64_t *value = NULL;
    number_map_init(&m, heap_default(), 1);
    FILL_AND_EMPTY(rounds, size, "hash map insert",
                   must(number_map_insert(&m, (uint64_t)n, 1, NULL, NULL)), "hash map remove",
                   (void)number_map_remove(&m, (uint64_t)n, NULL, NULL));
    for (size_t i = 0; i < size; i++)
        number_map_insert_or_panic(&m, (uint64_t)numbers[i], 1);
    shuffle(size);
    for (size_t i = 0; i < rounds * size; i++)
        COUNT(value = number_map_get(&m, (uint64_t)numbers[i % size]); OPAQUE(value));
    row("hash map lookup hit", size);
    for (size_t i = 0; i < rounds * size; i++)
        COUNT(value = number_map_get(&m, (uint64_t)numbers[i % size] << 32); OPAQUE(value));
    row("hash map lookup miss", size);
    number_map_free(&m);
}

static void bench_box(void)
{
    typedef BOX(uint64_t) number_box;
    number_box b;
    for (int i = 0; i < 1000; i++)
        COUNT(must(box_new(&b, heap_default(), 1)); OPAQUE(b.raw.value); box_free(&b));
    row("box new and free", 1);
}

void main(uint64_t hart_id, const void *device_tree);
void main(uint64_t hart_id, const void *device_tree)
{
    (void)hart_id;
    (void)device_tree;
    console_init();
    console_printf("Booting hypervisor bench\n");
    ASSERT(heap_init_as((struct heap_choice){ "bucket", 6, false }, __heap, __heap_end) == OK);
    uint64_t before = instructions();
    measure_overhead = instructions() - before;
    for (size_t i = 0; i < MOST; i++)
        numbers[i] = (int)(random64() >> 33);
    console_printf("%-28s %7s %11s %8s %8s\n", "operation", "size", "mean", "p99", "worst");
    static const size_t sizes[] = { 10, 1'000, MOST };
    for (size_t k = 0; k < ARRAY_LENGTH(sizes); k++) {
        size_t rounds = sizes[k] < 10'000 ? 10'000 / sizes[k] : 1;
        bench_sequences(sizes[k], rounds);
        bench_set(sizes[k], rounds);
        bench_map(sizes[k], rounds);
        bench_hash_map(sizes[k], rounds);
    }
    bench_box();
    power_off(POWER_WELL);
}
