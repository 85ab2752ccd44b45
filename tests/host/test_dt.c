/*
 * The device-tree reader against libfdt on real and random trees, and against blobs that lie.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "tree.h"
#include "random.h"

#include <lib/dt.h>

static size_t cases(size_t otherwise)
{
    uint64_t seed = random_start(20'251'003);
    size_t count = number_from("BUMPVISOR_CASES", otherwise);
    printf("# %zu cases, seed %llu\n", count, (unsigned long long)seed);
    return count;
}

/* Walk both trees side by side: every node, depth, name, property name and value. */
static void assert_same_as_libfdt(const void *blob, size_t size)
{
    struct dt dt;
    assert_int_equal(dt_open(&dt, blob, size), OK);
    struct dt_node node = dt_root(&dt);
    int theirs = fdt_next_node(blob, -1, NULL), depth = 0;
    bool more = true;
    while (theirs >= 0) {
        assert_true(more);
        assert_int_equal(node.depth, depth);
        assert_string_equal(dt_name(&dt, node), fdt_get_name(blob, theirs, NULL));
        struct dt_property ours = { 0 };
        int property;
        fdt_for_each_property_offset(property, blob, theirs)
        {
            const char *name;
            int length;
            const void *value = fdt_getprop_by_offset(blob, property, &name, &length);
            assert_true(dt_next_property(&dt, node, &ours));
            assert_string_equal(ours.name, name);
            assert_int_equal(ours.size, length);
            assert_memory_equal(ours.data, value, (size_t)length);
            assert_ptr_equal(dt_property(&dt, node, name).data,
                             fdt_getprop(blob, theirs, name, NULL));
        }
        assert_false(dt_next_property(&dt, node, &ours));
        char path[4096];
        if (fdt_get_path(blob, theirs, path, sizeof path) == 0 && strchr(path, '@') == NULL) {
            struct dt_node found;
            assert_true(dt_find(&dt, path, &found));
        }
        theirs = fdt_next_node(blob, theirs, &depth);
        more = dt_next(&dt, &node);
        if (depth < 0) /* how libfdt says that the root has ended */
            break;
    }
    assert_false(more);
}

static void real_trees_agree_with_libfdt(void **state)
{
    (void)state;
    static const char *const sources[] = { "virt.dts", "bare.dts" };
    for (size_t i = 0; i < ARRAY_LENGTH(sources); i++) {
        size_t size;
        void *blob = tree_compile(sources[i], &size);
        assert_same_as_libfdt(blob, size);
        free(blob);
    }
}

static void grow_tree(void *buffer, unsigned depth)
{
    for (uint64_t n = random64() % 5; n > 0; n--) {
        char name[24];
        uint8_t value[40];
        snprintf(name, sizeof name, "p%llu-%llx", (unsigned long long)n,
                 (unsigned long long)random64() % 16);
        for (size_t i = 0; i < sizeof value; i++)
            value[i] = (uint8_t)random64();
        assert_int_equal(fdt_property(buffer, name, value, (int)(random64() % 40)), 0);
    }
    for (uint64_t n = depth < 9 ? random64() % 4 : 0; n > 0; n--) {
        char name[24];
        snprintf(name, sizeof name, "n%llu%s", (unsigned long long)n, random64() % 2 ? "@1f" : "");
        assert_int_equal(fdt_begin_node(buffer, name), 0);
        grow_tree(buffer, depth + 1);
        assert_int_equal(fdt_end_node(buffer), 0);
    }
}

static void random_trees_agree_with_libfdt(void **state)
{
    (void)state;
    static char buffer[1 << 20];
    for (size_t n = cases(300) / 100 + 200; n > 0; n--) {
        assert_int_equal(fdt_create(buffer, sizeof buffer), 0);
        assert_int_equal(fdt_finish_reservemap(buffer), 0);
        assert_int_equal(fdt_begin_node(buffer, ""), 0);
        grow_tree(buffer, 0);
        assert_int_equal(fdt_end_node(buffer), 0);
        assert_int_equal(fdt_finish(buffer), 0);
        if (random64() % 3 == 0) { /* holes of NOP tokens */
            int node = fdt_next_node(buffer, fdt_path_offset(buffer, "/"), NULL);
            if (node >= 0)
                assert_int_equal(fdt_nop_node(buffer, node), 0);
            int property = fdt_first_property_offset(buffer, 0);
            const char *name;
            if (property >= 0 && fdt_getprop_by_offset(buffer, property, &name, NULL) != NULL)
                assert_int_equal(fdt_nop_property(buffer, 0, name), 0);
        }
        size_t size = fdt_totalsize(buffer);
        void *blob = malloc(size); /* exact, for the sanitizer */
        memcpy(blob, buffer, size);
        assert_same_as_libfdt(blob, size);
        free(blob);
    }
}

static void cells_and_strings(void **state)
{
    (void)state;
    static const uint8_t bytes[] = { 0, 0, 0, 1, 0x80, 0, 0, 2, 0xff };
    struct dt_property p = { "p", bytes, 9 };
    uint64_t value = 77;
    assert_true(dt_cells(p, 0, 1, &value) && value == 1);
    assert_true(dt_cells(p, 0, 2, &value) && value == 0x1'8000'0002);
    assert_true(dt_cells(p, 1, 1, &value) && value == 0x8000'0002);
    value = 77;
    assert_false(dt_cells(p, 1, 2, &value));
    assert_false(dt_cells(p, 2, 1, &value));
    assert_false(dt_cells(p, 3, 1, &value));
    assert_false(dt_cells(p, SIZE_MAX, 1, &value));
    assert_false(dt_cells(p, 0, 0, &value));
    assert_false(dt_cells(p, 0, 3, &value));
    assert_false(dt_cells((struct dt_property){ 0 }, 0, 1, &value));
    assert_int_equal(value, 77);
    assert_null(dt_string(p));
    assert_null(dt_string((struct dt_property){ "p", bytes, 0 }));
    struct dt_property list = { "l", (const uint8_t *)"one\0two", 8 };
    assert_string_equal(dt_string(list), "one");
    assert_true(dt_has_string(list, "one") && dt_has_string(list, "two"));
    assert_false(dt_has_string(list, "tw"));
    assert_false(dt_has_string(list, "onetwo"));
    assert_false(dt_has_string(p, ""));
}

static void paths_children_and_compatible(void **state)
{
    (void)state;
    size_t size;
    void *blob = tree_compile("virt.dts", &size);
    struct dt dt;
    struct dt_node node, bus;
    uint64_t address = 0, length = 0;
    assert_int_equal(dt_open(&dt, blob, size), OK);
    assert_true(dt_find(&dt, "/", &node) && node.depth == 0);
    assert_true(dt_find(&dt, "/soc/serial", &node));
    assert_string_equal(dt_name(&dt, node), "serial@10000000");
    assert_true(dt_find(&dt, "/soc/serial@10000000/", &node));
    assert_false(dt_find(&dt, "/soc/serial@1", &node));
    assert_false(dt_find(&dt, "/soc/seria", &node));
    assert_false(dt_find(&dt, "/soc/serial/x", &node));
    assert_true(dt_find(&dt, "/soc", &bus));
    assert_true(dt_find(&dt, "/soc/serial", &node));
    assert_true(dt_reg(&dt, bus, node, &address, &length));
    assert_true(address == 0x10000000 && length == 0x100);
    assert_false(dt_reg(&dt, bus, bus, &address, &length)); /* it has no reg */
    size_t children = 0;
    for (node = bus; dt_next_child(&dt, bus, &node);)
        children++;
    assert_int_equal(children, 3);
    node.offset = UINT32_MAX;
    assert_true(dt_next_compatible(&dt, "syscon", &node));
    assert_string_equal(dt_name(&dt, node), "test@100000");
    assert_false(dt_next_compatible(&dt, "syscon", &node));
    node.offset = UINT32_MAX;
    assert_false(dt_next_compatible(&dt, "sys", &node));
    free(blob);
}

/* --- Blobs that lie ----------------------------------------------------------------------------
 */

static void put32(uint8_t *blob, size_t at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        blob[at + (size_t)i] = (uint8_t)(value >> (24 - 8 * i));
}

/* Read all that can be read; the sanitizer watches. */
static void walk(const struct dt *dt)
{
    struct dt_node node = dt_root(dt), found;
    size_t sum = 0;
    do {
        struct dt_property p = { 0 };
        uint64_t a, b;
        sum += strlen(dt_name(dt, node));
        while (dt_next_property(dt, node, &p)) {
            sum += strlen(p.name);
            for (uint32_t i = 0; i < p.size; i++)
                sum += p.data[i];
            sum += dt_has_string(p, "x");
        }
        sum += dt_reg(dt, node, node, &a, &b);
    } while (dt_next(dt, &node));
    sum += dt_find(dt, "/a/b", &found);
    assert_true(sum < SIZE_MAX);
}

static void headers_that_lie_are_refused(void **state)
{
    (void)state;
    size_t size;
    uint8_t *blob = tree_compile("virt.dts", &size);
    struct dt dt;
    static const struct {
        size_t at;
        uint32_t value;
    } lies[] = {
        { 0, 0xd00dfeee },  { 4, UINT32_MAX }, { 4, 39 },  { 4, 0 },           { 4, 0x80000000 },
        { 8, UINT32_MAX },  { 8, 0x7ffffffc }, { 8, 41 },  { 12, UINT32_MAX }, { 12, 0x7fffffff },
        { 20, 16 },         { 20, 0 },         { 24, 18 }, { 32, UINT32_MAX }, { 32, 0 },
        { 36, UINT32_MAX }, { 36, 0 },         { 36, 3 },  { 36, 0xfffffff8 },
    };
    for (size_t i = 0; i < ARRAY_LENGTH(lies); i++) {
        uint8_t *copy = malloc(size);
        memcpy(copy, blob, size);
        put32(copy, lies[i].at, lies[i].value);
        assert_int_equal(dt_open(&dt, copy, size), ERR_INVALID);
        free(copy);
    }
    put32(blob, 4, (uint32_t)size + 1); /* larger than what may be read */
    assert_int_equal(dt_open(&dt, blob, size), ERR_INVALID);
    assert_int_equal(dt_open(&dt, NULL, size), ERR_INVALID);
    assert_int_equal(dt_open(&dt, blob + 4, size - 4), ERR_INVALID); /* not aligned to 8 */
    free(blob);
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    size_t size;
    uint8_t *blob = tree_compile("virt.dts", &size);
    struct dt dt;
    for (size_t length = 0; length < size; length++) {
        uint8_t *copy = malloc(length == 0 ? 1 : length);
        memcpy(copy, blob, length);
        assert_int_equal(dt_open(&dt, copy, length), ERR_INVALID);
        if (length >= 40) { /* the header says that it is whole: then its blocks are not */
            put32(copy, 4, (uint32_t)length);
            if (dt_open(&dt, copy, length) == OK)
                walk(&dt);
        }
        free(copy);
    }
    free(blob);
}

/* A structure block of our own making, in a blob with the strings "a" and "" and an open end. */
static enum error open_tokens(const uint32_t *tokens, size_t count)
{
    size_t size = 40 + count * 4 + 4;
    uint8_t *blob = calloc(1, size);
    struct dt dt;
    put32(blob, 0, 0xd00dfeed);
    put32(blob, 4, (uint32_t)size);
    put32(blob, 8, 40);
    put32(blob, 12, (uint32_t)(40 + count * 4));
    put32(blob, 20, 17);
    put32(blob, 24, 16);
    put32(blob, 32, 4);
    put32(blob, 36, (uint32_t)(count * 4));
    for (size_t i = 0; i < count; i++)
        put32(blob, 40 + i * 4, tokens[i]);
    memcpy(blob + size - 4, "a\0zz", 4); /* the last string does not end */
    enum error error = dt_open(&dt, blob, size);
    if (error == OK)
        walk(&dt);
    free(blob);
    return error;
}
#define OPEN(...)                                                                                  \
    open_tokens((const uint32_t[]){ __VA_ARGS__ },                                                 \
                sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

static void structures_that_lie_are_refused(void **state)
{
    (void)state;
    assert_int_equal(OPEN(1, 0, 2, 9), OK);
    assert_int_equal(OPEN(4, 1, 0, 4, 3, 0, 0, 4, 2, 4, 9), OK); /* with NOPs */
    assert_int_equal(OPEN(1, 0, 3, 4, 0, 7, 2, 9), OK);
    assert_int_equal(OPEN(9), ERR_INVALID);                   /* no root */
    assert_int_equal(OPEN(1, 0, 2), ERR_INVALID);             /* no END */
    assert_int_equal(OPEN(1, 0, 9), ERR_INVALID);             /* root does not end */
    assert_int_equal(OPEN(2, 9), ERR_INVALID);                /* ends before it begins */
    assert_int_equal(OPEN(1, 0, 2, 1, 0, 2, 9), ERR_INVALID); /* two roots */
    assert_int_equal(OPEN(1, 0x61626364), ERR_INVALID);       /* a name without its NUL */
    assert_int_equal(OPEN(1, 0, 7, 2, 9), ERR_INVALID);       /* unknown token */
    assert_int_equal(OPEN(3, 0, 0, 1, 0, 2, 9), ERR_INVALID); /* a property of nobody */
    assert_int_equal(OPEN(1, 0, 1, 0x61000000, 2, 3, 0, 0, 2, 9), ERR_INVALID); /* after a child */
    assert_int_equal(OPEN(1, 0, 3, 0), ERR_INVALID); /* half a property */
    assert_int_equal(OPEN(1, 0, 3, 13, 0, 7, 2, 9), ERR_INVALID);
    assert_int_equal(OPEN(1, 0, 3, UINT32_MAX, 0, 2, 9), ERR_INVALID);
    assert_int_equal(OPEN(1, 0, 3, UINT32_MAX - 2, 0, 2, 9), ERR_INVALID);
    assert_int_equal(OPEN(1, 0, 3, 0, 2, 2, 9), ERR_INVALID); /* a name that does not end */
    assert_int_equal(OPEN(1, 0, 3, 0, 4, 2, 9), ERR_INVALID); /* a name beyond the strings */
    assert_int_equal(OPEN(1, 0, 3, 0, UINT32_MAX, 2, 9), ERR_INVALID);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    static const size_t depths[] = { DT_MAX_DEPTH - 1, DT_MAX_DEPTH, DT_MAX_DEPTH + 1, 100'000 };
    for (size_t i = 0; i < ARRAY_LENGTH(depths); i++) {
        size_t count = depths[i] * 3 + 1;
        uint32_t *tokens = calloc(count, sizeof *tokens);
        for (size_t n = 0; n < depths[i]; n++) {
            tokens[2 * n] = 1;
            tokens[2 * depths[i] + n] = 2;
        }
        tokens[count - 1] = 9;
        assert_int_equal(open_tokens(tokens, count), depths[i] <= DT_MAX_DEPTH ? OK : ERR_INVALID);
        free(tokens);
    }
}

/* #address-cells and #size-cells may be any number: only 1 and 2 are read, and no size at all. */
static void cells_that_lie_give_no_reg(void **state)
{
    (void)state;
    static const struct {
        uint32_t address_cells, size_cells;
        bool there;
    } cases[] = {
        { 0, 0, false },          { 0, 1, false }, { 1, 0, true },
        { 2, 0, true },           { 1, 1, true },  { 2, 2, true },
        { 2, 3, false },          { 3, 1, false }, { UINT32_MAX, 2, false },
        { 2, UINT32_MAX, false }, { 1, 2, true },  { UINT32_MAX, UINT32_MAX, false },
    };
    static uint8_t blob[512] __attribute__((aligned(8)));
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        assert_int_equal(fdt_create(blob, sizeof blob), 0);
        assert_int_equal(fdt_finish_reservemap(blob), 0);
        assert_int_equal(fdt_begin_node(blob, ""), 0);
        assert_int_equal(fdt_property_u32(blob, "#address-cells", cases[i].address_cells), 0);
        assert_int_equal(fdt_property_u32(blob, "#size-cells", cases[i].size_cells), 0);
        assert_int_equal(fdt_begin_node(blob, "child"), 0);
        assert_int_equal(fdt_property(blob, "reg", "\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4", 16), 0);
        assert_int_equal(fdt_end_node(blob), 0);
        assert_int_equal(fdt_end_node(blob), 0);
        assert_int_equal(fdt_finish(blob), 0);
        struct dt dt;
        struct dt_node child;
        uint64_t address = 77, size = 78;
        assert_int_equal(dt_open(&dt, blob, fdt_totalsize(blob)), OK);
        assert_true(dt_find(&dt, "/child", &child));
        assert_int_equal(dt_reg(&dt, dt_root(&dt), child, &address, &size), cases[i].there);
        assert_true(cases[i].there ? address == 1 || address == 0x1'0000'0002
                                   : address == 77 && size == 78);
    }
}

static void random_damage_never_reads_outside(void **state)
{
    (void)state;
    size_t size, opened = 0, count = cases(50'000);
    uint8_t *blob = tree_compile("virt.dts", &size);
    for (size_t n = 0; n < count; n++) {
        uint8_t *copy = malloc(size); /* exact, for the sanitizer */
        memcpy(copy, blob, size);
        for (uint64_t damage = 1 + random64() % 4; damage > 0; damage--) {
            size_t at = random64() % size;
            if (random64() % 2)
                copy[at] = (uint8_t)random64();
            else
                put32(copy, at / 4 * 4 < size - 4 ? at / 4 * 4 : 0, (uint32_t)(random64() % 10));
        }
        struct dt dt;
        if (dt_open(&dt, copy, size) == OK) {
            opened++;
            walk(&dt);
        }
        free(copy);
    }
    printf("# %zu of %zu damaged trees could still be opened\n", opened, count);
    assert_true(opened > 0 && opened < count);
    free(blob);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_trees_agree_with_libfdt),
        cmocka_unit_test(random_trees_agree_with_libfdt),
        cmocka_unit_test(cells_and_strings),
        cmocka_unit_test(paths_children_and_compatible),
        cmocka_unit_test(headers_that_lie_are_refused),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(structures_that_lie_are_refused),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(cells_that_lie_give_no_reg),
        cmocka_unit_test(random_damage_never_reads_outside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
