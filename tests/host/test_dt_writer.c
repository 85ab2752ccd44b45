/*
 * The device-tree writer: random trees against libfdt's writer, buffers of every size, and steps
 * in the wrong order.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <cmocka.h>
#include <libfdt.h>

#include "random.h"

#include <lib/dt.h>
#include <lib/dt_writer.h>

/* --- The same tree by both writers ------------------------------------------------------------ */

struct both {
    struct dt_writer ours;
    void *theirs;
};

static void both_property(struct both *both, const char *name)
{
    static const char *const texts[] = { "one", "", "three" };
    uint8_t bytes[41], mixed[12];
    uint32_t cells[10], big_endian[10];
    size_t count = below(10), length = below(sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)random64();
    for (size_t i = 0; i < ARRAY_LENGTH(cells); i++) {
        cells[i] = (uint32_t)random64();
        big_endian[i] = cpu_to_fdt32(cells[i]);
    }
    uint64_t wide = random64();
    int error = 0;
    switch (below(8)) {
    case 0:
        dt_writer_u32(&both->ours, name, cells[0]);
        error = fdt_property_u32(both->theirs, name, cells[0]);
        break;
    case 1:
        dt_writer_u64(&both->ours, name, wide);
        error = fdt_property_u64(both->theirs, name, wide);
        break;
    case 2:
        dt_writer_cells(&both->ours, name, cells, count);
        error = fdt_property(both->theirs, name, big_endian, (int)count * 4);
        break;
    case 3:
        dt_writer_string(&both->ours, name, "a string");
        error = fdt_property_string(both->theirs, name, "a string");
        break;
    case 4:
        dt_writer_strings(&both->ours, name, texts, ARRAY_LENGTH(texts));
        error = fdt_property(both->theirs, name, "one\0\0three", 11);
        break;
    case 5:
        dt_writer_bytes(&both->ours, name, bytes, length);
        error = fdt_property(both->theirs, name, bytes, (int)length);
        break;
    case 6:
        dt_writer_empty(&both->ours, name);
        error = fdt_property(both->theirs, name, NULL, 0);
        break;
    default: /* in pieces */
        dt_writer_begin_property(&both->ours, name);
        dt_writer_add_cell(&both->ours, cells[0]);
        dt_writer_add_text(&both->ours, "text, cut off", 4);
        dt_writer_add_bytes(&both->ours, bytes, 3);
        dt_writer_end_property(&both->ours);
        memcpy(mixed, big_endian, 4);
        memcpy(mixed + 4, "text", 5);
        memcpy(mixed + 9, bytes, 3);
        error = fdt_property(both->theirs, name, mixed, 12);
        break;
    }
    assert_int_equal(error, 0);
}

static void both_node(struct both *both, unsigned depth)
{
    for (size_t n = below(6); n > 0; n--) {
        char name[24];
        snprintf(name, sizeof name, "p%zu-%zx", n, below(16));
        both_property(both, name);
    }
    for (size_t n = depth < 8 ? below(4) : 0; n > 0; n--) {
        char name[40];
        uint64_t address = random64() >> below(64);
        snprintf(name, sizeof name, "n%zu", n);
        if (below(2)) {
            dt_writer_begin_unit(&both->ours, name, address);
            snprintf(name, sizeof name, "n%zu@%llx", n, (unsigned long long)address);
        } else {
            dt_writer_begin_node(&both->ours, name);
        }
        assert_int_equal(fdt_begin_node(both->theirs, name), 0);
        both_node(both, depth + 1);
        assert_int_equal(fdt_end_node(both->theirs), 0);
        dt_writer_end_node(&both->ours);
    }
}

/* Every node, name, depth, property name and value. */
static void assert_same(const void *ours, const void *theirs)
{
    int a = 0, b = 0, depth_a = 0, depth_b = 0;
    while (b >= 0 && depth_b >= 0) { /* a depth below 0 is the end */
        assert_int_equal(depth_a, depth_b);
        assert_string_equal(fdt_get_name(ours, a, NULL), fdt_get_name(theirs, b, NULL));
        int p = fdt_first_property_offset(ours, a), q = fdt_first_property_offset(theirs, b);
        while (q >= 0) {
            const char *name_p, *name_q;
            int length_p, length_q;
            const void *value_p = fdt_getprop_by_offset(ours, p, &name_p, &length_p);
            const void *value_q = fdt_getprop_by_offset(theirs, q, &name_q, &length_q);
            assert_non_null(value_p);
            assert_string_equal(name_p, name_q);
            assert_int_equal(length_p, length_q);
            assert_memory_equal(value_p, value_q, (size_t)length_q);
            p = fdt_next_property_offset(ours, p);
            q = fdt_next_property_offset(theirs, q);
        }
        assert_int_equal(p, q);
        a = fdt_next_node(ours, a, &depth_a);
        b = fdt_next_node(theirs, b, &depth_b);
    }
    assert_int_equal(depth_a, depth_b);
}

static void assert_names_are_there_once(const void *blob)
{
    const char *first = (const char *)blob + fdt_off_dt_strings(blob);
    const char *end = first + fdt_size_dt_strings(blob);
    for (const char *one = first; one < end; one += strlen(one) + 1)
        for (const char *other = one + strlen(one) + 1; other < end; other += strlen(other) + 1)
            assert_string_not_equal(one, other);
}

static void random_trees_agree_with_libfdt(void **state)
{
    (void)state;
    uint64_t seed = random_start(20'251'121);
    size_t count = number_from("BUMPVISOR_CASES", 0) / 100 + 300, bytes = 0;
    static char theirs[1 << 20];
    for (size_t n = 0; n < count; n++) {
        uint8_t *buffer = malloc(sizeof theirs);
        struct both both = { .theirs = theirs };
        memset(buffer, 0xa5, sizeof theirs);
        dt_writer_init(&both.ours, buffer, sizeof theirs - below(16)); /* ends anywhere */
        assert_int_equal(fdt_create(theirs, sizeof theirs), 0);
        size_t reserved = below(4);
        for (size_t i = 0; i < reserved; i++) {
            dt_writer_reserve(&both.ours, 0x1'0000'0000 * i + 7, UINT64_MAX - i);
            assert_int_equal(
                fdt_add_reservemap_entry(theirs, 0x1'0000'0000 * i + 7, UINT64_MAX - i), 0);
        }
        assert_int_equal(fdt_finish_reservemap(theirs), 0);
        dt_writer_begin_node(&both.ours, "");
        assert_int_equal(fdt_begin_node(theirs, ""), 0);
        both_node(&both, 0);
        assert_int_equal(fdt_end_node(theirs), 0);
        dt_writer_end_node(&both.ours);
        assert_int_equal(fdt_finish(theirs), 0);
        size_t size = 0;
        assert_int_equal(dt_writer_finish(&both.ours, &size), OK);

        uint8_t *blob = malloc(size); /* exact, for the sanitizer */
        memcpy(blob, buffer, size);
        assert_int_equal(fdt_totalsize(blob), size);
        assert_int_equal(fdt_check_full(blob, size), 0);
        assert_int_equal(fdt_boot_cpuid_phys(blob), 0);
        assert_int_equal(fdt_num_mem_rsv(blob), (int)reserved);
        for (size_t i = 0; i < reserved; i++) {
            uint64_t address, length;
            assert_int_equal(fdt_get_mem_rsv(blob, (int)i, &address, &length), 0);
            assert_true(address == 0x1'0000'0000 * i + 7 && length == UINT64_MAX - i);
        }
        assert_same(blob, theirs);
        assert_names_are_there_once(blob);
        struct dt dt;
        assert_int_equal(dt_open(&dt, blob, size), OK);
        assert_int_equal(dt_size(&dt), size);
        bytes += size;
        free(blob);
        free(buffer);
    }
    printf("# %zu trees, %zu bytes, seed %llu\n", count, bytes, (unsigned long long)seed);
    assert_true(bytes > count * 100);
}

/* --- Buffers that are too small, or very large ------------------------------------------------ */

static enum error write_example(void *buffer, size_t room, size_t *size)
{
    static const char *const texts[] = { "ab", "cde" };
    struct dt_writer tree;
    dt_writer_init(&tree, buffer, room);
    dt_writer_reserve(&tree, 1, 2);
    dt_writer_begin_node(&tree, "");
    dt_writer_u32(&tree, "cell", 1);
    dt_writer_strings(&tree, "list", texts, ARRAY_LENGTH(texts));
    dt_writer_begin_unit(&tree, "child", 0x1f);
    dt_writer_u64(&tree, "reg", 3);
    dt_writer_u32(&tree, "cell", 4);
    dt_writer_bytes(&tree, "odd", "12345", 5);
    dt_writer_empty(&tree, "a-name-that-is-long");
    dt_writer_end_node(&tree);
    dt_writer_end_node(&tree);
    return dt_writer_finish(&tree, size);
}

static void every_smaller_buffer_fails(void **state)
{
    (void)state;
    uint8_t large[1024];
    size_t size = 0;
    assert_int_equal(write_example(large, sizeof large, &size), OK);
    assert_in_range(size, 200, 300);
    for (size_t room = 0; room <= size + 100; room++) { /* then names move by less than they have */
        uint8_t *exact = malloc(room == 0 ? 1 : room);  /* the sanitizer sees a byte too far */
        size_t written = 77;
        if (room >= 4)
            memcpy(exact, large, 4); /* a magic number of a tree before */
        if (room < size) {
            assert_int_equal(write_example(exact, room, &written), ERR_NO_MEMORY);
            assert_int_equal(written, 77);
            assert_true(room < 40 || fdt_check_header(exact) != 0);
        } else {
            assert_int_equal(write_example(exact, room, &written), OK);
            assert_int_equal(written, size);
            assert_memory_equal(exact, large, size);
        }
        free(exact);
    }
}

static void a_buffer_larger_than_a_tree_can_be(void **state)
{
    (void)state;
    size_t room = (UINT64_C(1) << 32) + 64, size = 0; /* 64 in 32 bits */
    void *buffer = mmap(NULL, room, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_ptr_not_equal(buffer, MAP_FAILED);
    assert_int_equal(write_example(buffer, room, &size), OK);
    assert_int_equal(fdt_check_full(buffer, size), 0);
    munmap(buffer, room);
}

/* --- Steps that are wrong --------------------------------------------------------------------- */

static uint8_t space[1024];

static struct dt_writer begun(void)
{
    struct dt_writer tree;
    dt_writer_init(&tree, space, sizeof space);
    dt_writer_begin_node(&tree, "");
    return tree;
}

/* End it as well as it goes; the first failure must still be known. */
static enum error ended(struct dt_writer *tree)
{
    size_t size = 77;
    dt_writer_begin_node(tree, "after");
    dt_writer_u32(tree, "x", 1);
    dt_writer_end_node(tree);
    dt_writer_end_node(tree);
    enum error error = dt_writer_finish(tree, &size);
    assert_true((error == OK) == (size != 77));
    return error;
}

static void steps_out_of_order_are_refused(void **state)
{
    (void)state;
    size_t size = 77;
    struct dt_writer t = begun();
    assert_int_equal(ended(&t), OK);
    assert_int_equal(dt_writer_finish(&t, &size), ERR_STATE); /* twice */

    t = begun(), dt_writer_end_node(&t), dt_writer_begin_node(&t, "second");
    assert_int_equal(ended(&t), ERR_STATE);
    t = begun(), dt_writer_end_node(&t), dt_writer_end_node(&t);
    assert_int_equal(dt_writer_finish(&t, &size), ERR_STATE);
    t = begun(), dt_writer_reserve(&t, 1, 1);
    assert_int_equal(ended(&t), ERR_STATE);
    t = begun(), dt_writer_begin_node(&t, "n"), dt_writer_end_node(&t);
    dt_writer_empty(&t, "after-a-child");
    assert_int_equal(ended(&t), ERR_STATE);
    t = begun(), dt_writer_begin_property(&t, "p"), dt_writer_begin_node(&t, "within");
    dt_writer_end_property(&t);
    assert_int_equal(ended(&t), ERR_STATE);
    t = begun(), dt_writer_begin_property(&t, "p"), dt_writer_u32(&t, "within", 1);
    assert_int_equal(ended(&t), ERR_STATE);
    t = begun(), dt_writer_begin_property(&t, "p"), dt_writer_end_node(&t);
    assert_int_equal(dt_writer_finish(&t, &size), ERR_STATE);
    t = begun(), dt_writer_end_property(&t);
    assert_int_equal(ended(&t), ERR_STATE);
    t = begun(), dt_writer_add_cell(&t, 1);
    assert_int_equal(ended(&t), ERR_STATE);
    t = begun(); /* and does not end */
    assert_int_equal(dt_writer_finish(&t, &size), ERR_STATE);

    dt_writer_init(&t, space, sizeof space);
    dt_writer_u32(&t, "before-the-root", 1);
    assert_int_equal(dt_writer_finish(&t, &size), ERR_STATE);
    dt_writer_init(&t, space, sizeof space);
    assert_int_equal(dt_writer_finish(&t, &size), ERR_STATE); /* nothing at all */
    assert_int_equal(size, 77);
}

static void names_that_are_wrong_are_refused(void **state)
{
    (void)state;
    struct dt_writer t = begun();
    dt_writer_begin_node(&t, ""), dt_writer_end_node(&t);
    assert_int_equal(ended(&t), ERR_INVALID);
    dt_writer_init(&t, space, sizeof space);
    dt_writer_begin_node(&t, "root");
    assert_int_equal(ended(&t), ERR_INVALID);
    char name[64] = { 0 };
    memset(name, 'n', 61); /* @1 makes it 63 */
    t = begun(), dt_writer_begin_unit(&t, name, 1), dt_writer_end_node(&t);
    assert_int_equal(ended(&t), OK);
    t = begun(), dt_writer_begin_unit(&t, name, 0x10), dt_writer_end_node(&t);
    assert_int_equal(ended(&t), ERR_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_trees_agree_with_libfdt),
        cmocka_unit_test(every_smaller_buffer_fails),
        cmocka_unit_test(a_buffer_larger_than_a_tree_can_be),
        cmocka_unit_test(steps_out_of_order_are_refused),
        cmocka_unit_test(names_that_are_wrong_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
