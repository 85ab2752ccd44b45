/*
 * Random operations on a string and on a plain buffer of the C library's side by side. After each
 * step the two are equal and the string's invariants hold; one request in eight is refused, and
 * then nothing may have changed.
 */
#include "fake/panic.h"
#include "fake/test_allocator.h"
#include "random.h"

#include <base/assert.h>
#include <collections/str.h>
#include <collections/utf8.h>
#include <cmocka.h>

#define LONGEST 400

static struct test_allocator heap;
static struct str s;
static char model[4 * LONGEST];
static size_t model_len;

static uint32_t random_scalar(void)
{
    static const uint32_t limits[] = { 0x80, 0x80, 0x80, 0x800, 0x1'0000, 0x11'0000 };
    for (;;) {
        const uint32_t scalar = (uint32_t)below(limits[below(ARRAY_LENGTH(limits))]);
        if (utf8_is_scalar(scalar))
            return scalar;
    }
}

static size_t random_boundary(void)
{
    size_t at = below(model_len + 1);
    while (at < model_len && utf8_is_continuation(model[at]))
        at++;
    return at;
}

/* Some text: foreign, or a part of the string itself. */
static struct str_view random_text(char *room)
{
    if (below(3) == 0) {
        size_t from = random_boundary(), to = random_boundary();
        const struct str_slice_result slice =
            str_slice(str_view(&s), from < to ? from : to, from < to ? to : from);
        assert_int_equal(slice.error, OK);
        return slice.view;
    }
    size_t len = 0;
    for (size_t count = below(12); count != 0; count--)
        len += utf8_encode(random_scalar(), room + len);
    return (struct str_view){ room, len };
}

static void model_insert(size_t at, struct str_view text)
{
    char copy[2 * LONGEST];
    memcpy(copy, text.data, text.len);
    memmove(model + at + text.len, model + at, model_len - at);
    memcpy(model + at, copy, text.len);
    model_len += text.len;
}

static void model_remove(size_t from, size_t to)
{
    memmove(model + from, model + to, model_len - to);
    model_len -= to - from;
}

/* One operation that may be refused. The model is changed first, and changed back on refusal. */
static enum error grow_somehow(void)
{
    char room[64];
    const struct str_view text = random_text(room);
    size_t at = model_len;
    const uint32_t scalar = random_scalar();
    switch (below(6)) {
    case 0:
    case 1:
        model_insert(at, text);
        return str_append(&s, text);
    case 2:
        at = random_boundary();
        model_insert(at, text);
        return str_insert(&s, at, text);
    case 3:
        model_insert(at, (struct str_view){ room, utf8_encode(scalar, room) });
        return str_push(&s, scalar);
    case 4: {
        const size_t from = random_boundary();
        char line[3 * LONGEST];
        const int length = snprintf(line, sizeof line, "[%s,%u]", str_cstr(&s) + from, scalar);
        model_insert(at, (struct str_view){ line, (size_t)length });
        return str_format(&s, "[%s,%u]", str_cstr(&s) + from, scalar);
    }
    default:
        switch (below(3)) {
        case 0:
            return str_reserve(&s, below(100));
        case 1:
            return str_reserve_exact(&s, below(100));
        default:
            return str_shrink_to_fit(&s);
        }
    }
}

static void shrink_somehow(void)
{
    size_t from = random_boundary(), to = random_boundary();
    uint32_t scalar;
    struct str other;
    switch (below(7)) {
    case 0:
        str_remove_range(&s, from < to ? from : to, from < to ? to : from);
        model_remove(from < to ? from : to, from < to ? to : from);
        break;
    case 1:
        str_truncate(&s, from);
        model_len = from;
        break;
    case 2:
        if (from < model_len) {
            scalar = str_remove(&s, from);
            char bytes[4];
            const size_t len = utf8_encode(scalar, bytes);
            assert_memory_equal(bytes, model + from, len);
            model_remove(from, from + len);
        }
        break;
    case 3:
        if (str_pop(&s, &scalar)) {
            char bytes[4];
            model_len -= utf8_encode(scalar, bytes);
        }
        break;
    case 4:
        other = str_take(&s);
        assert_int_equal(str_len(&s), 0);
        s = other;
        break;
    case 5:
        if (below(10) == 0) {
            str_clear(&s);
            model_len = 0;
        }
        break;
    default:
        if (str_clone(&s, &other) == OK) {
            str_free(&s);
            s = other;
        }
        break;
    }
}

static void test_random_operations(void **state)
{
    (void)state;
    const size_t count = number_from("BUMPVISOR_CASES", 200'000);
    const uint64_t seed = random_start(0x5eed);
    print_message("# str model: %zu operations, seed %llu\n", count, (unsigned long long)seed);
    test_allocator_init(&heap);
    s = (struct str)STR_INIT(&heap.allocator);
    size_t refused = 0, longest = 0;
    for (size_t i = 0; i < count; i++) {
        if (model_len < LONGEST / 2 ? below(3) != 0 : below(4) == 0 && model_len < LONGEST) {
            const struct str before = s;
            const size_t len_before = model_len;
            char copy[sizeof model];
            memcpy(copy, model, model_len);
            test_allocator_fail_at(&heap, below(8) == 0);
            const enum error error = grow_somehow();
            test_allocator_fail_at(&heap, 0);
            if (error) {
                refused++;
                assert_int_equal(error, ERR_NO_MEMORY);
                assert_memory_equal(&s, &before, sizeof s);
                model_len = len_before;
                memcpy(model, copy, model_len);
            }
        } else {
            shrink_somehow();
        }
        str_check(&s);
        assert_int_equal(str_len(&s), model_len);
        if (model_len != 0 && memcmp(str_cstr(&s), model, model_len) != 0)
            fail_msg("operation %zu: the string is not what it should be", i);
        longest = model_len > longest ? model_len : longest;
    }
    print_message("str model: longest %zu bytes, %zu operations refused\n", longest, refused);
    str_free(&s);
    test_allocator_check_empty(&heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_random_operations) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
