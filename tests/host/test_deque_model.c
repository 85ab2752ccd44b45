/*
 * The deque against a model: random operations on a deque and on a plain array, compared after each
 * step, while one request in eight fails. Elements are 4 bytes, 1 byte, or 24 bytes.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_deque_model
 */
#include "vec_fixture.h"
#include "random.h"

#include <collections/deque.h>

#define LONGEST 150 /* elements in the model */

/* The functions of a model for elements of type T. */
#define MODEL(T, name)                                                                             \
    typedef DEQUE(T) name##_deque;                                                                 \
                                                                                                   \
    static T name##_model[2 * LONGEST];                                                            \
    static size_t name##_len;                                                                      \
                                                                                                   \
    static void name##_model_insert(size_t index, const T *from, size_t count)                     \
    {                                                                                              \
        static T copy[LONGEST];                                                                    \
        memcpy(copy, from, count * sizeof(T));                                                     \
        memmove(&name##_model[index + count], &name##_model[index],                                \
                (name##_len - index) * sizeof(T));                                                 \
        memcpy(&name##_model[index], copy, count * sizeof(T));                                     \
        name##_len += count;                                                                       \
    }                                                                                              \
                                                                                                   \
    static void name##_model_remove(size_t index, const T *out)                                    \
    {                                                                                              \
        assert_memory_equal(out, &name##_model[index], sizeof(T));                                 \
        name##_len--;                                                                              \
        memmove(&name##_model[index], &name##_model[index + 1], (name##_len - index) * sizeof(T)); \
    }                                                                                              \
                                                                                                   \
    /* One random operation on both; OK, or why the deque's failed. */                             \
    static enum error name##_step(name##_deque *d)                                                 \
    {                                                                                              \
        T value, out;                                                                              \
        size_t len = name##_len, index = below(len + 1), room = LONGEST - len, first = 0, n;       \
        memset(&value, (int)below(256), sizeof value);                                             \
        enum error error = OK;                                                                     \
        switch (below(16)) {                                                                       \
        case 0 ... 1:                                                                              \
            if (room != 0 && (error = deque_push_back(d, value)) == OK)                            \
                name##_model_insert(len, &value, 1);                                               \
            return error;                                                                          \
        case 2 ... 3:                                                                              \
            if (room != 0 && (error = deque_push_front(d, value)) == OK)                           \
                name##_model_insert(0, &value, 1);                                                 \
            return error;                                                                          \
        case 4 ... 5:                                                                              \
            if (room != 0 && (error = deque_insert(d, index, value)) == OK)                        \
                name##_model_insert(index, &value, 1);                                             \
            return error;                                                                          \
        case 6: /* a part of one of its own slices */                                              \
            if (below(2) == 0) {                                                                   \
                const T *own = deque_first_slice(d, &n);                                           \
                first = below(n + 1);                                                              \
                n = below((n - first < room ? n - first : room) + 1);                              \
                error = deque_append(d, own == NULL ? NULL : own + first, n);                      \
            } else {                                                                               \
                const T *own = deque_second_slice(d, &n);                                          \
                first = below(n + 1);                                                              \
                size_t count = below((n - first < room ? n - first : room) + 1);                   \
                error = deque_append(d, own == NULL ? NULL : own + first, count);                  \
                first += len - n;                                                                  \
                n = count;                                                                         \
            }                                                                                      \
            if (error == OK)                                                                       \
                name##_model_insert(len, &name##_model[first], n);                                 \
            return error;                                                                          \
        case 7 ... 8:                                                                              \
            assert_int_equal(deque_pop_back(d, &out), len != 0);                                   \
            if (len != 0)                                                                          \
                name##_model_remove(len - 1, &out);                                                \
            return OK;                                                                             \
        case 9 ... 10:                                                                             \
            assert_int_equal(deque_pop_front(d, &out), len != 0);                                  \
            if (len != 0)                                                                          \
                name##_model_remove(0, &out);                                                      \
            return OK;                                                                             \
        case 11:                                                                                   \
            if (index == len)                                                                      \
                return OK;                                                                         \
            deque_remove(d, index, &out);                                                          \
            name##_model_remove(index, &out);                                                      \
            return OK;                                                                             \
        case 12:                                                                                   \
            if (below(8) == 0 || room == 0) {                                                      \
                deque_truncate(d, index);                                                          \
                name##_len = index;                                                                \
            }                                                                                      \
            return OK;                                                                             \
        case 13:                                                                                   \
            return deque_reserve(d, below(50));                                                    \
        case 14:                                                                                   \
            deque_make_contiguous(d);                                                              \
            return OK;                                                                             \
        default:                                                                                   \
            return deque_shrink_to_fit(d);                                                         \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    static void name##_against_its_model(void **state)                                             \
    {                                                                                              \
        (void)state;                                                                               \
        uint64_t cases = number_from("BUMPVISOR_CASES", 150'000);                                  \
        uint64_t seed = random_start(0xdec), failures = 0;                                         \
        print_message("# %s: %llu cases, seed %llu\n", #name, (unsigned long long)cases,           \
                      (unsigned long long)seed);                                                   \
        name##_deque d = DEQUE_INIT(&heap.allocator);                                              \
        for (uint64_t i = 0; i < cases; i++) {                                                     \
            test_allocator_fail_at(&heap, below(8) == 0);                                          \
            const struct raw_deque before = d.raw;                                                 \
            enum error error = name##_step(&d);                                                    \
            if (error != OK) {                                                                     \
                assert_int_equal(error, ERR_NO_MEMORY);                                            \
                assert_memory_equal(&before, &d.raw, sizeof before);                               \
                failures++;                                                                        \
            }                                                                                      \
            deque_check(&d);                                                                       \
            size_t at = 0;                                                                         \
            deque_for_each (&d, p)                                                                 \
                assert_true(at < name##_len && memcmp(p, &name##_model[at++], sizeof(T)) == 0);    \
            assert_int_equal(at, name##_len);                                                      \
        }                                                                                          \
        assert_true(cases < 1000 || failures != 0);                                                \
        deque_free(&d);                                                                            \
    }

struct triple {
    uint64_t a, b, c;
};

MODEL(int, int_element)
MODEL(char, char_element)
MODEL(struct triple, triple_element)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(int_element_against_its_model),
        TEST(char_element_against_its_model),
        TEST(triple_element_against_its_model),
    };
    return cmocka_run_group_tests_name("deque_model", tests, NULL, NULL);
}
