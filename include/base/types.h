/*
 * types: the words that every other chapter uses.
 *
 * Only the compiler's own freestanding headers are included here (ISO C 4p6: <stdint.h>,
 * <stddef.h>, <stdbool.h>, <stdarg.h> exist without a C library).
 *
 * Read next: base/error.h, base/assert.h.
 */
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A host physical address: what goes over the memory bus. It has a type of its own so that it
 * cannot be mistaken for a pointer, nor for a guest's address.
 */
struct hpa {
    uint64_t value;
};

/*
 * A host virtual address: what the hypervisor's own loads and stores mean, by its page tables. A
 * pointer is one; the type is for arithmetic on addresses that are not objects.
 */
struct hva {
    uint64_t value;
};

/*
 * A guest physical address: what a guest takes for a physical one. The second stage of
 * translation makes a host physical address of it.
 */
struct gpa {
    uint64_t value;
};

/* A guest virtual address: what a guest's own page tables translate, to a guest physical one. */
struct gva {
    uint64_t value;
};

/* The struct of type `type` whose member `member` is at `pointer`. */
#define container_of(pointer, type, member) ((type *)((char *)(pointer)-offsetof(type, member)))

/* The number of elements of an array; a pointer in its place does not compile. */
#define ARRAY_LENGTH(a)                                                                            \
    (sizeof(a) / sizeof((a)[0]) +                                                                  \
     0 * sizeof(struct {                                                                           \
         int not_an_array : __builtin_types_compatible_p(typeof(a), typeof(&(a)[0])) ? -1 : 1;     \
     }))

/*
 * Before a function that only panics, but must be reached by a jump, so that the return address
 * still says who called the caller: the compiler may not look into it, or it learns that it never
 * returns and calls it. (GCC; clang jumps all the same.)
 */
#if __has_attribute(noipa)
#define REACHED_BY_JUMP __attribute__((cold, noipa))
#else
#define REACHED_BY_JUMP __attribute__((cold, noinline))
#endif

#define likely(condition)   __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)
