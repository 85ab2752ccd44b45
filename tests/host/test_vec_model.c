/*
 * The vector against a model: random operations on a vector and on a plain array, compared after
 * each step, while one request in eight fails. Elements are 4 bytes, 1 byte, or 24 bytes.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_vec_model
 */
#include "vec_fixture.h"
#include "random.h"

#define LONGEST 300 /* elements in the model */

/* The functions of a model for elements of type T. */
#define MODEL(T, name)                                                                             \
    typedef VEC(T) name##_vec;                                                                     \
                                                                                                   \
    static T name##_model[2 * LONGEST];                                                            \
    static size_t name##_len;                                                                      \
                                                                                                   \
    static T name##_value(void)                                                                    \
    {                                                                                              \
        T value;                                                                                   \
        memset(&value, (int)below(256), sizeof value);                                             \
        return value;                                                                              \
    }                                                                                              \
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
    static void name##_model_remove(size_t index, size_t count)                                    \
    {                                                                                              \
        name##_len -= count;                                                                       \
        memmove(&name##_model[index], &name##_model[index + count],                                \
                (name##_len - index) * sizeof(T));                                                 \
    }                                                                                              \
                                                                                                   \
    /* One random operation on both; OK, or why the vector's failed. */                            \
    static enum error name##_step(name##_vec *v)                                                   \
    {                                                                                              \
        T value = name##_value(), out;                                                             \
        size_t len = name##_len, index = below(len + 1), from = below(len + 1);                    \
        size_t count = below(len - from + 1), room = LONGEST - len;                                \
        T *own = vec_data(v);                                                                      \
        enum error error;                                                                          \
        count = count < room ? count : room;                                                       \
        switch (below(17)) {                                                                       \
        case 0 ... 1:                                                                              \
            if (room == 0)                                                                         \
                return OK;                                                                         \
            error = vec_push(v, value);                                                            \
            if (error == OK)                                                                       \
                name##_model_insert(len, &value, 1);                                               \
            return error;                                                                          \
        case 2:                                                                                    \
            if (room == 0 || len == 0)                                                             \
                return OK;                                                                         \
            error = vec_push(v, *vec_at(v, index % len));                                          \
            if (error == OK)                                                                       \
                name##_model_insert(len, &name##_model[index % len], 1);                           \
            return error;                                                                          \
        case 3:                                                                                    \
            if (room == 0)                                                                         \
                return OK;                                                                         \
            error = vec_insert(v, index, value);                                                   \
            if (error == OK)                                                                       \
                name##_model_insert(index, &value, 1);                                             \
            return error;                                                                          \
        case 4:                                                                                    \
            error = vec_append(v, own == NULL ? NULL : own + from, count);                         \
            if (error == OK)                                                                       \
                name##_model_insert(len, &name##_model[from], count);                              \
            return error;                                                                          \
        case 5:                                                                                    \
            error = vec_insert_array(v, index, own == NULL ? NULL : own + from, count);            \
            if (error == OK)                                                                       \
                name##_model_insert(index, &name##_model[from], count);                            \
            return error;                                                                          \
        case 6 ... 7:                                                                              \
            assert_int_equal(vec_pop(v, &out), len != 0);                                          \
            if (len != 0)                                                                          \
                assert_memory_equal(&out, &name##_model[--name##_len], sizeof out);                \
            return OK;                                                                             \
        case 8:                                                                                    \
            if (index == len)                                                                      \
                return OK;                                                                         \
            vec_remove(v, index, &out);                                                            \
            assert_memory_equal(&out, &name##_model[index], sizeof out);                           \
            name##_model_remove(index, 1);                                                         \
            return OK;                                                                             \
        case 9:                                                                                    \
            if (index == len)                                                                      \
                return OK;                                                                         \
            vec_swap_remove(v, index, &out);                                                       \
            assert_memory_equal(&out, &name##_model[index], sizeof out);                           \
            name##_model[index] = name##_model[--name##_len];                                      \
            return OK;                                                                             \
        case 10:                                                                                   \
            raw_vec_remove_range(&v->raw, from, count, sizeof(T));                                 \
            name##_model_remove(from, count);                                                      \
            return OK;                                                                             \
        case 11:                                                                                   \
            if (below(8) == 0 || room == 0) {                                                      \
                vec_truncate(v, index);                                                            \
                name##_len = index;                                                                \
            }                                                                                      \
            return OK;                                                                             \
        case 12:                                                                                   \
            return vec_reserve(v, below(50));                                                      \
        case 13:                                                                                   \
            return vec_reserve_exact(v, below(50));                                                \
        case 14:                                                                                   \
            return vec_shrink_to_fit(v);                                                           \
        case 15: {                                                                                 \
            name##_vec copy;                                                                       \
            error = vec_clone(v, &copy);                                                           \
            if (error == OK) {                                                                     \
                vec_free(v);                                                                       \
                *v = copy;                                                                         \
            }                                                                                      \
            return error;                                                                          \
        }                                                                                          \
        default:                                                                                   \
            if (vec_capacity(v) > len && room != 0) {                                              \
                vec_push_within_capacity(v, value);                                                \
                name##_model_insert(len, &value, 1);                                               \
            }                                                                                      \
            return OK;                                                                             \
        }                                                                                          \
    }                                                                                              \
                                                                                                   \
    static void name##_against_its_model(void **state)                                             \
    {                                                                                              \
        (void)state;                                                                               \
        uint64_t cases = number_from("BUMPVISOR_CASES", 150'000);                                  \
        uint64_t seed = random_start(0x5eed), failures = 0;                                        \
        print_message("# %s: %llu cases, seed %llu\n", #name, (unsigned long long)cases,           \
                      (unsigned long long)seed);                                                   \
        name##_vec v = VEC_INIT(&heap.allocator);                                                  \
        for (uint64_t i = 0; i < cases; i++) {                                                     \
            test_allocator_fail_at(&heap, below(8) == 0);                                          \
            const struct raw_vec before = v.raw;                                                   \
            enum error error = name##_step(&v);                                                    \
            if (error != OK) {                                                                     \
                assert_int_equal(error, ERR_NO_MEMORY);                                            \
                assert_memory_equal(&before, &v.raw, sizeof before);                               \
                failures++;                                                                        \
            }                                                                                      \
            vec_check(&v);                                                                         \
            assert_int_equal(vec_len(&v), name##_len);                                             \
            if (name##_len != 0)                                                                   \
                assert_memory_equal(vec_data(&v), name##_model, name##_len * sizeof(T));           \
        }                                                                                          \
        assert_true(cases < 1000 || failures != 0);                                                \
        vec_free(&v);                                                                              \
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
    return cmocka_run_group_tests_name("vec_model", tests, NULL, NULL);
}
