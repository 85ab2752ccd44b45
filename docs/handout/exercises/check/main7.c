/* main of the check of exercise 7: room, on an unpleasant allocator. */
#include <exercise7.h>
#include <watch.h>

void main(uint64_t hart_id, const void *device_tree);

static struct int_vec v = { .alloc = &watch };
static size_t answers;

/* Length and room are so, the block fits them, and the numbers are 0, 10, 20, ... */
static void look(const char *after, size_t len, size_t cap)
{
    if (v.len != len || v.cap != cap)
        mistake("%s: len is %zu and cap %zu, where %zu and %zu were wanted", after, v.len, v.cap,
                len, cap);
    if ((v.data == NULL) != (cap == 0))
        mistake("%s: data is %p with a cap of %zu", after, (void *)v.data, cap);
    if (watch_in_use != cap * sizeof(int))
        mistake("%s: %zu bytes of the allocator are in use, for a cap of %zu numbers", after,
                watch_in_use, cap);
    for (size_t i = 0; i < len; i++)
        if (v.data[i] != (int)i * 10)
            mistake("%s: number %zu is %d, but was %d", after, i, v.data[i], (int)i * 10);
    answers++;
}

static void fill(size_t len)
{
    for (; v.len < len; v.len++)
        v.data[v.len] = (int)v.len * 10;
}

static void expect(const char *call, enum error got, enum error wanted)
{
    if (got != wanted)
        mistake("%s says \"%s\", where \"%s\" was wanted", call, error_name(got),
                error_name(wanted));
}

static void reserve(size_t additional, enum error wanted, size_t cap)
{
    static const char after[] = "after exercise7_reserve";
    size_t len = v.len;
    enum error got = exercise7_reserve(&v, additional);
    if (got != wanted)
        mistake("exercise7_reserve(v, %zu) with len %zu says \"%s\", where \"%s\" was wanted",
                additional, len, error_name(got), error_name(wanted));
    look(after, len, cap);
}

static void shrink(const char *call, enum error wanted, size_t cap)
{
    size_t len = v.len;
    expect(call, exercise7_shrink(&v), wanted);
    look(call, len, cap);
}

/* Sizes that do not fit, in every way that there is. The allocator is not asked. */
static void overflows(void)
{
    size_t cap = v.cap, before = watch_asked;
    for (size_t below = 0; below <= 8; below++) {
        reserve(SIZE_MAX - below, ERR_OVERFLOW, cap);
        for (size_t part = 2; part <= 4; part *= 2)
            reserve(SIZE_MAX / part - below, ERR_OVERFLOW, cap);
    }
    for (size_t wraps = 1; wraps < 4; wraps++) /* 4 times this is a small number again */
        for (size_t small = 0; small < 8; small++)
            reserve((wraps << 62) + small - v.len, ERR_OVERFLOW, cap);
    reserve(PTRDIFF_MAX / sizeof(int) + 1 - v.len, ERR_OVERFLOW, cap);
    if (watch_asked != before)
        mistake("more than PTRDIFF_MAX bytes: the allocator was asked all the same");
    reserve(PTRDIFF_MAX / sizeof(int) - v.len, ERR_NO_MEMORY, cap);
}

void main(uint64_t hart_id, const void *device_tree)
{
    console_init();
    reserve(0, OK, 0);
    shrink("exercise7_shrink of a vector that never had memory", OK, 0);
    reserve(3, OK, 3);
    fill(3);
    reserve(5, OK, 8);
    size_t before = watch_asked;
    reserve(5, OK, 8);
    reserve(2, OK, 8);
    reserve(0, OK, 8);
    if (watch_asked != before)
        mistake("exercise7_reserve: there was room already, and yet the allocator was asked");
    fill(7);
    overflows();
    watch_refuses = true;
    reserve(100, ERR_NO_MEMORY, 8);
    shrink("exercise7_shrink where the allocator refuses", ERR_NO_MEMORY, 8);
    watch_refuses = false;
    shrink("exercise7_shrink", OK, 7);
    before = watch_asked;
    shrink("exercise7_shrink where nothing is to spare", OK, 7);
    if (watch_asked != before)
        mistake("exercise7_shrink: nothing was to spare, and yet the allocator was asked");
    reserve(1, OK, 8);
    v.len = 0;
    watch_refuses = true; /* nothing is asked for where the block is given back */
    shrink("exercise7_shrink of a vector without numbers", OK, 0);
    watch_refuses = false;
    overflows();
    reserve(1, OK, 1);
    fill(1);
    shrink("exercise7_shrink where nothing is to spare", OK, 1);
    console_printf("all %zu answers are right\n", answers);
    power_off(POWER_WELL);
}
