/*
 * The interrupt controller of a guest: against a model of the specification with random operations,
 * at every offset of its registers, with hostile numbers, on several threads; and the bus.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_vplic
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake/panic.h"
#include "random.h"

#include <guest/device/vplic.h>
#include <riscv/hart.h>

/* --- The model: one struct for each source, and the rules as the specification says them ------ */

enum { SOURCES = 1024, CONTEXTS = 64 };
enum { AT_PENDING = 0x1000, AT_ENABLE = 0x2000, AT_CONTEXT = 0x200000 };

static struct source {
    unsigned priority;
    bool level, pending, in_service, enabled[CONTEXTS];
} model[SOURCES];
static unsigned thresholds[CONTEXTS];
static unsigned sources, contexts;

static struct vplic plic;
static bool lines[CONTEXTS]; /* what set_line said last */
static uint64_t calls;

static void set_line(void *owner, unsigned context, bool high)
{
    assert_ptr_equal(owner, lines);
    assert_true(context < contexts);
    assert_int_not_equal(lines[context], high); /* only when it changes */
    assert_true(fake_hart.interrupts_masked);
    lines[context] = high;
    calls++;
}

/* The highest priority above `floor`, and of those the lowest number. */
static unsigned best(unsigned c, unsigned floor)
{
    unsigned found = 0;
    for (unsigned s = sources; s >= 1; s--)
        if (model[s].pending && model[s].enabled[c] && model[s].priority > floor &&
            (found == 0 || model[s].priority >= model[found].priority))
            found = s;
    return found;
}

static void forward(unsigned s)
{
    if (model[s].level && !model[s].in_service)
        model[s].pending = true;
}

/* Which register is at an offset, and of which context or source. */
enum kind { NOTHING, PRIORITY, PENDING, ENABLE, THRESHOLD, CLAIM };
struct place {
    enum kind kind;
    unsigned context, source; /* the first source, of 32 */
};

static struct place place_at(uint64_t offset, unsigned width)
{
    struct place none = { .kind = NOTHING };
    if (width != 4 || (offset & 3))
        return none;
    if (offset < 0x1000)
        return (struct place){ PRIORITY, 0, (unsigned)(offset >> 2) };
    if (offset < 0x1080)
        return (struct place){ PENDING, 0, (unsigned)(offset - 0x1000) * 8 };
    if (offset >= 0x2000 && offset < 0x2000 + 0x80 * (uint64_t)contexts)
        return (struct place){ ENABLE, (unsigned)(offset - 0x2000) >> 7, (offset & 0x7f) * 8 };
    if (offset >= 0x200000 && offset < 0x200000 + ((uint64_t)contexts << 12)) {
        unsigned context = (unsigned)(offset - 0x200000) >> 12;
        if ((offset & 0xfff) == 0)
            return (struct place){ THRESHOLD, context, 0 };
        if ((offset & 0xfff) == 4)
            return (struct place){ CLAIM, context, 0 };
    }
    return none;
}

static uint64_t model_read(uint64_t offset, unsigned width)
{
    struct place place = place_at(offset, width);
    uint64_t value = 0;
    switch (place.kind) {
    case NOTHING:
        break;
    case PRIORITY:
        return model[place.source].priority;
    case PENDING:
    case ENABLE:
        for (unsigned i = 0; i < 32; i++) {
            const struct source *source = &model[place.source + i];
            bool bit = place.kind == PENDING ? source->pending : source->enabled[place.context];
            value |= (uint64_t)bit << i;
        }
        return value;
    case THRESHOLD:
        return thresholds[place.context];
    case CLAIM:
        value = best(place.context, 0);
        if (value != 0) {
            model[value].pending = false;
            model[value].in_service = true;
        }
        return value;
    }
    return 0;
}

static void model_write(uint64_t offset, unsigned width, uint64_t written)
{
    struct place place = place_at(offset, width);
    uint32_t value = (uint32_t)written;
    switch (place.kind) {
    case NOTHING:
    case PENDING:
        break;
    case PRIORITY:
        if (place.source >= 1 && place.source <= sources)
            model[place.source].priority = value % 8;
        break;
    case ENABLE:
        for (unsigned i = 0; i < 32; i++)
            if (place.source + i >= 1 && place.source + i <= sources)
                model[place.source + i].enabled[place.context] = value >> i & 1;
        break;
    case THRESHOLD:
        thresholds[place.context] = value % 8;
        break;
    case CLAIM:
        if (value >= 1 && value <= sources && model[value].enabled[place.context]) {
            model[value].in_service = false;
            forward(value);
        }
        break;
    }
}

/* --- Both together ---------------------------------------------------------------------------- */

static void start(unsigned source_count, unsigned context_count)
{
    memset(model, 0, sizeof model);
    memset(thresholds, 0, sizeof thresholds);
    memset(lines, 0, sizeof lines);
    memset(&plic, 0x5a, sizeof plic);
    sources = source_count;
    contexts = context_count;
    calls = 0;
    vplic_init(&plic, (struct gpa){ 0xc000000 }, sources, contexts, set_line, lines);
    assert_int_equal(plic.device.base.value, 0xc000000);
    assert_int_equal(plic.device.size, 0x4000000);
    vplic_check(&plic);
}

static uint64_t load(uint64_t offset, unsigned width)
{
    uint64_t value = UINT64_C(0xdeadbeefdeadbeef);
    assert_true(plic.device.read(&plic.device, offset, width, &value));
    assert_int_equal(value, model_read(offset, width));
    return value;
}

static void store(uint64_t offset, unsigned width, uint64_t value)
{
    assert_true(plic.device.write(&plic.device, offset, width, value));
    model_write(offset, width, value);
}

static void level(unsigned source, bool high)
{
    vplic_set_level(&plic, source, high);
    if (source >= 1 && source <= sources) {
        model[source].level = high;
        forward(source);
    }
}

static void compare_lines(void)
{
    for (unsigned c = 0; c < contexts; c++)
        assert_int_equal(lines[c], best(c, thresholds[c]) != 0);
    assert_false(fake_hart.interrupts_masked);
}

static void compare_all(void)
{
    compare_lines();
    vplic_check(&plic);
    for (uint64_t offset = 0; offset < 0x1080; offset += 4)
        (void)load(offset, 4);
    for (unsigned c = 0; c < contexts; c++) {
        for (uint64_t i = 0; i < 0x80; i += 4)
            (void)load(AT_ENABLE + c * UINT64_C(0x80) + i, 4);
        (void)load(AT_CONTEXT + c * UINT64_C(0x1000), 4);
    }
}

static uint64_t enable_at(unsigned c, unsigned source)
{
    return AT_ENABLE + c * UINT64_C(0x80) + source / 32 * 4;
}

static uint64_t context_at(unsigned c, unsigned reg)
{
    return AT_CONTEXT + c * UINT64_C(0x1000) + reg;
}

static void enable(unsigned c, unsigned source)
{
    store(enable_at(c, source), 4, load(enable_at(c, source), 4) | UINT64_C(1) << source % 32);
}

static unsigned claim(unsigned c)
{
    return (unsigned)load(context_at(c, 4), 4);
}

static void complete(unsigned c, unsigned source)
{
    store(context_at(c, 4), 4, source);
}

/* --- Tests ------------------------------------------------------------------------------------ */

/* An offset near a register more often than not. */
static uint64_t some_offset(void)
{
    unsigned source = (unsigned)below(sources + 2), c = (unsigned)below(contexts + 1);
    uint64_t offset = 0;
    switch (below(8)) {
    case 0:
    case 1:
        offset = source * UINT64_C(4);
        break;
    case 2:
    case 3:
        offset = enable_at(c, source);
        break;
    case 4:
        offset = AT_PENDING + source / 32 * 4;
        break;
    case 5:
    case 6:
        offset = context_at(c, below(3) == 0 ? 0 : 4);
        break;
    default:
        offset = random64() >> below(64);
    }
    return below(30) == 0 ? offset + below(9) - 4 : offset;
}

static void one_operation(void)
{
    static const unsigned widths[] = { 1, 2, 8, 0, 3, 5, 16, 0xffffffff };
    unsigned c = (unsigned)below(contexts), s = (unsigned)below(sources + 1);
    unsigned width = below(20) != 0 ? 4 : widths[below(8)];
    switch (below(10)) {
    case 0:
    case 1:
    case 2:
        level(below(50) == 0 ? (unsigned)random64() : s, below(2) != 0);
        break;
    case 3:
    case 4:
        (void)claim(c);
        break;
    case 5:
    case 6: /* what is in service, or anything */
        for (unsigned tries = 0; tries < 20 && !model[s].in_service; tries++)
            s = (unsigned)below(sources + 1);
        complete(c, s);
        break;
    case 7:
        (void)load(some_offset(), width);
        break;
    default:
        store(some_offset(), width, below(4) != 0 ? random64() : below(9));
    }
}

static void random_operations(void **state)
{
    (void)state;
    static const unsigned shapes[][2] = { { 31, 1 },  { 95, 4 },  { 95, 8 },    { 1, 1 },
                                          { 32, 2 },  { 63, 64 }, { 1023, 64 }, { 1023, 3 },
                                          { 992, 5 }, { 64, 2 } };
    uint64_t seed = random_start(13), cases = number_from("BUMPVISOR_CASES", 50000);
    printf("# seed %llu, %llu cases\n", (unsigned long long)seed, (unsigned long long)cases);
    uint64_t changes = 0;
    for (uint64_t i = 0; i < cases; i++) {
        if (i % (cases / 20 + 1) == 0) {
            changes += calls;
            size_t shape = i * 20 / cases % 10;
            start(shapes[shape][0], shapes[shape][1]);
            for (unsigned s = 0; s < sources; s++) /* else nothing ever is */
                store(s * UINT64_C(4), 4, below(8));
        }
        one_operation();
        compare_lines();
        if (i % 512 == 0)
            compare_all();
    }
    compare_all();
    assert_true(changes > cases / 50);
}

/* Each byte where registers may be, and places in the rest, with each width; most of it is nothing.
 */
static void every_offset_and_width(void **state)
{
    (void)state;
    (void)random_start(17);
    start(95, 4);
    for (unsigned s = 1; s <= sources; s += 1 + (unsigned)below(3)) {
        level(s, true);
        enable((unsigned)below(contexts), s);
        store(s * UINT64_C(4), 4, below(8));
    }
    store(context_at(2, 0), 4, 5);
    for (uint64_t offset = 0; offset < 0x240000; offset++)
        for (unsigned width = 1; width <= 8; width *= 2)
            (void)load(offset, width);
    compare_all();
    for (uint64_t offset = 0x240000; offset < VPLIC_SIZE; offset += 4 + below(600))
        for (unsigned width = 1; width <= 8; width *= 2)
            (void)load(offset, width);
    for (uint64_t offset = 0; offset < 0x210000; offset += 1 + below(3))
        for (unsigned width = 1; width <= 8; width *= 2)
            store(offset, width, random64());
    compare_all();
    for (unsigned i = 0; i < 64; i++) { /* beyond the device, which the bus never lets through */
        (void)load((uint64_t)-4 >> i << 2, 4);
        store((uint64_t)-4 >> i << 2, 4, UINT64_MAX);
    }
    compare_all();
}

static void a_level_pends_until_it_is_served(void **state)
{
    (void)state;
    start(31, 1);
    store(10 * 4, 4, 1);
    enable(0, 10);
    level(10, true);
    assert_true(lines[0]);
    level(10, true); /* already */
    assert_int_equal(claim(0), 10);
    assert_false(lines[0]);
    assert_int_equal(claim(0), 0); /* none until it is completed */
    level(10, true);
    assert_false(lines[0]);
    complete(0, 10);
    assert_true(lines[0]); /* still high: again */
    assert_int_equal(claim(0), 10);
    level(10, false);
    complete(0, 10);
    assert_false(lines[0]); /* low: no more */
    assert_int_equal(calls, 4);

    level(10, true);
    level(10, false);
    assert_true(lines[0]); /* a request cannot be taken back */
    assert_int_equal(claim(0), 10);
    level(10, true);
    level(10, false);
    complete(0, 10);
    assert_false(lines[0]); /* up and down while it was served: nothing was forwarded */
    compare_all();
}

static void priorities_and_thresholds(void **state)
{
    (void)state;
    start(95, 1);
    static const unsigned order[] = { 64, 33, 90, 5, 40 }; /* as they must be claimed */
    static const unsigned priority[] = { 7, 4, 4, 2, 1 };
    for (unsigned i = 0; i < 5; i++) {
        enable(0, order[i]);
        level(order[i], true);
        assert_false(lines[0]); /* priority 0: never */
    }
    assert_int_equal(claim(0), 0);
    store(context_at(0, 0), 4, 7);
    for (unsigned i = 0; i < 5; i++)
        store(order[i] * UINT64_C(4), 4, priority[i]);
    assert_false(lines[0]); /* none is greater than the threshold */
    store(context_at(0, 0), 4, 6);
    assert_true(lines[0]);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(claim(0), order[i]); /* the threshold does not hold a claim back */
        assert_false(lines[0]);
    }
    assert_int_equal(claim(0), 0);
    store(context_at(0, 0), 4, 0xfffffff8); /* 0 .. 7 are kept */
    assert_int_equal(load(context_at(0, 0), 4), 0);
    store(64 * 4, 4, 15);
    assert_int_equal(load(64 * 4, 4), 7);
    compare_all();
}

static void a_completion_must_fit(void **state)
{
    (void)state;
    start(95, 3);
    store(70 * 4, 4, 3);
    enable(0, 70);
    enable(2, 70);
    level(70, true);
    assert_true(lines[0] && !lines[1] && lines[2]);
    complete(0, 70); /* of what nobody claimed */
    assert_int_equal(claim(2), 70);
    assert_true(!lines[0] && !lines[2]); /* it was one request */
    assert_int_equal(claim(0), 0);
    complete(1, 70); /* not enabled there */
    complete(0, 0);
    complete(0, 69);
    complete(0, 96);
    complete(0, 1024);
    complete(0, 0xffffffff);
    assert_true(!lines[0] && !lines[2]);
    complete(0, 70); /* another context's, but enabled */
    assert_true(lines[0] && lines[2]);
    store(enable_at(2, 70), 4, 0);
    assert_true(lines[0] && !lines[2]);
    compare_all();
}

/* Each request is claimed once, whoever asks; levels rise and fall from yet another thread. */
enum { THREADS = 3, SHARED = 8 };
static bool serving[SHARED + 1];
static uint64_t served, rounds;

static void no_line(void *owner, unsigned context, bool high)
{
    (void)owner;
    (void)context;
    (void)high;
}

static void *serve(void *argument)
{
    unsigned c = (unsigned)(uintptr_t)argument;
    fake_hart.id = c + 1;
    struct device *device = &plic.device;
    const char *wrong = NULL;
    for (uint64_t i = 0; i < rounds; i++) {
        if (c == 0) {
            vplic_set_level(&plic, 1 + i % SHARED, i % 3 != 0);
            continue;
        }
        uint64_t source;
        (void)device->read(device, context_at(c, 4), 4, &source);
        if (source == 0)
            continue;
        if (source > SHARED || __atomic_exchange_n(&serving[source], true, __ATOMIC_RELAXED))
            wrong = "claimed twice";
        __atomic_add_fetch(&served, 1, __ATOMIC_RELAXED);
        __atomic_store_n(&serving[source], false, __ATOMIC_RELAXED);
        (void)device->write(device, context_at(c, 4), 4, source);
    }
    return (void *)wrong;
}

static void on_threads(void **state)
{
    (void)state;
    rounds = number_from("BUMPVISOR_CASES", 50000);
    vplic_init(&plic, (struct gpa){ 0 }, SHARED, THREADS + 1, no_line, NULL);
    for (unsigned s = 1; s <= SHARED; s++)
        (void)plic.device.write(&plic.device, s * UINT64_C(4), 4, s);
    for (unsigned c = 0; c <= THREADS; c++)
        (void)plic.device.write(&plic.device, enable_at(c, 1), 4, UINT32_MAX);
    /* So that there is something, whoever runs first; not SHARED, whose priority of 8 is cut to 0.
     */
    vplic_set_level(&plic, SHARED - 1, true);
    pthread_t threads[THREADS + 1];
    for (size_t c = 0; c <= THREADS; c++)
        assert_int_equal(pthread_create(&threads[c], NULL, serve, (void *)c), 0);
    for (size_t c = 0; c <= THREADS; c++) {
        void *wrong;
        assert_int_equal(pthread_join(threads[c], &wrong), 0);
        assert_null(wrong);
    }
    vplic_check(&plic);
    assert_true(served > 0);
    printf("# %llu served by %d threads, %llu rounds each\n", (unsigned long long)served, THREADS,
           (unsigned long long)rounds);
}

static void wrong_use_panics(void **state)
{
    (void)state;
    const struct gpa base = { 0 };
    EXPECT_PANIC("sources >= 1", vplic_init(&plic, base, 0, 1, set_line, lines));
    EXPECT_PANIC("sources <=", vplic_init(&plic, base, 1024, 1, set_line, lines));
    EXPECT_PANIC("contexts >= 1", vplic_init(&plic, base, 31, 0, set_line, lines));
    EXPECT_PANIC("contexts <=", vplic_init(&plic, base, 31, 65, set_line, lines));
}

/* Break one thing at a time: the check must say so. It panics with the lock taken. */
#define EXPECT_FOUND(part, damage)                                                                 \
    do {                                                                                           \
        start(31, 2);                                                                              \
        store(9 * 4, 4, 2);                                                                        \
        damage;                                                                                    \
        EXPECT_PANIC(part, vplic_check(&plic));                                                    \
        fake_hart.interrupts_masked = false;                                                       \
    } while (0)

static void the_check_finds_damage(void **state)
{
    (void)state;
    EXPECT_FOUND("~sources_of", plic.pending[3] = 1);
    EXPECT_FOUND("pending[w] & vplic->claimed[w]", plic.pending[0] = plic.claimed[0] = 4);
    EXPECT_FOUND("level[w] & ~", plic.level[0] = 4);
    EXPECT_FOUND("busy >> w", plic.busy = 2);
    EXPECT_FOUND("priority[s] > p", plic.priority[9] = 3);
    EXPECT_FOUND("threshold", plic.context[2].threshold = 1);
    EXPECT_FOUND("targets[s] >> c", plic.targets[9] = 2);
    EXPECT_FOUND("lines >> c", plic.lines = 2);
}

/* --- The bus ---------------------------------------------------------------------------------- */

static struct device *find(const struct bus *bus, uint64_t address)
{
    return bus_find(bus, (struct gpa){ address });
}

static void the_bus_refuses_overlaps(void **state)
{
    (void)state;
    struct bus bus = { 0 };
    struct device a = { .name = "a", .base = { 0x1000 }, .size = 0x100 };
    assert_null(find(&bus, 0));
    assert_int_equal(bus_add(&bus, &a), OK);
    static const struct {
        uint64_t base, size;
        enum error expected;
    } more[] = {
        { 0x1000, 0x100, ERR_INVALID },
        { 0xfff, 2, ERR_INVALID },
        { 0x10ff, 1, ERR_INVALID },
        { 0x1040, 4, ERR_INVALID },
        { 0, UINT64_MAX, ERR_INVALID },
        { 0x5000, 0, ERR_INVALID },
        { UINT64_MAX, 2, ERR_OVERFLOW },
        { 0x5000, UINT64_MAX, ERR_OVERFLOW },
        { 0xffe, 2, OK },
        { 0x1100, 1, OK },
        { UINT64_MAX, 1, OK },
        { UINT64_MAX - 1, 2, ERR_INVALID },
        { UINT64_MAX - 0x10, 0x10, OK },
        { 0x1100, 1, ERR_INVALID },
    };
    struct device devices[ARRAY_LENGTH(more)] = { 0 };
    for (size_t i = 0; i < ARRAY_LENGTH(more); i++) {
        devices[i].base.value = more[i].base;
        devices[i].size = more[i].size;
        assert_int_equal(bus_add(&bus, &devices[i]), more[i].expected);
    }
    assert_int_equal(bus_add(&bus, &a), ERR_INVALID);
    assert_ptr_equal(find(&bus, 0x1000), &a);
    assert_ptr_equal(find(&bus, 0x10ff), &a);
    assert_null(find(&bus, 0xffd));
    assert_ptr_equal(find(&bus, 0xfff), &devices[8]);
    assert_ptr_equal(find(&bus, 0x1100), &devices[9]);
    assert_null(find(&bus, 0x1101));
    assert_ptr_equal(find(&bus, UINT64_MAX), &devices[10]);
    assert_ptr_equal(find(&bus, UINT64_MAX - 1), &devices[12]);
    assert_null(find(&bus, UINT64_MAX - 0x11));
    assert_null(find(&bus, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_operations),
        cmocka_unit_test(every_offset_and_width),
        cmocka_unit_test(a_level_pends_until_it_is_served),
        cmocka_unit_test(priorities_and_thresholds),
        cmocka_unit_test(a_completion_must_fit),
        cmocka_unit_test(on_threads),
        cmocka_unit_test(wrong_use_panics),
        cmocka_unit_test(the_check_finds_damage),
        cmocka_unit_test(the_bus_refuses_overlaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
