/*
 * vector: letters, and a thousand numbers on a bump heap.
 *
 * The vector of numbers is the last block of the heap while it grows, so each growth happens in
 * place: the elements are never copied, and their address stays the same from first to last.
 */
#include <base/assert.h>
#include <collections/vec.h>
#include <console/console.h>
#include <demo/demo.h>

typedef VEC(char) char_vec;
typedef VEC(uint64_t) number_vec;

static void letters(struct allocator *allocator)
{
    char_vec v = VEC_INIT(allocator);
    for (int c = 'a'; c <= 'c'; c++)
        vec_push_or_panic(&v, (char)c);
    vec_debug(&v, console_sink(), "v", debug_char);
    console_printf("\n");
    vec_free(&v);
}

static void numbers(struct allocator *allocator)
{
    enum { N = 1000 };
    number_vec v = VEC_INIT(allocator);
    const void *first_place = NULL;
    size_t capacity = 0, moves = 0;

    console_printf("%d numbers, capacity as they are pushed:", N);
    for (uint64_t n = 0; n < N; n++) {
        vec_push_or_panic(&v, n);
        if (vec_capacity(&v) == capacity)
            continue;
        if (capacity != 0 && vec_data(&v) != first_place)
            moves++;
        capacity = vec_capacity(&v);
        first_place = vec_data(&v);
        console_printf(" %zu", capacity);
    }
    uint64_t sum = 0;
    vec_for_each (&v, n)
        sum += *n;
    console_printf("\n  sum %llu; moved %zu times while it grew%s: %p\n", (unsigned long long)sum,
                   moves, moves == 0 ? ", in place" : "", (void *)vec_data(&v));
    vec_free(&v);
}

void demo_vector(struct allocator *allocator)
{
    letters(allocator);
    numbers(allocator);
}
