/*
 * element: how a typed collection speaks of its elements to a core that does not know their type.
 *
 * A typed collection C of T is a union of its core and a pointer that is never read:
 *
 *     union { struct raw_c raw; T *type; }
 *
 * From an expression `c` that points to one, the macros here make what a core wants: a layout, the
 * address of a value, an erased function; the compiler has checked the type of each by then.
 * Nothing of this is for users of a collection: its header has the operations.
 *
 * Elements are trivially movable: their bytes are moved, and nobody is told. So a `clone` copies
 * bytes; where elements own something, `clone_each` is told how one is cloned, and how one is
 * released again where a later one fails. A clone function that fails leaves nothing to release.
 *
 * Read next: collections/vec.h, the model of all of them.
 */
#pragma once

#include <heap/allocator.h>

/* The type of an element, its size and layout; an element of no size does not compile. */
#define ELEMENT_T(c) typeof(*(c)->type)
#define ELEMENT_SIZE(c)                                                                            \
    (sizeof(ELEMENT_T(c)) + 0 * sizeof(struct {                                                    \
                                _Static_assert(sizeof(ELEMENT_T(c)) != 0,                          \
                                               "elements must not be of size zero");               \
                                int member;                                                        \
                            }))
#define ELEMENT_LAYOUT(c) ((struct layout){ ELEMENT_SIZE(c), _Alignof(ELEMENT_T(c)) })

/* The same of two collections that must have the same element. */
#define ELEMENT_LAYOUT_OF_BOTH(c, d)                                                               \
    ((struct layout){ ELEMENT_SIZE(c) + ELEMENT_SAME_TYPE(c, d), _Alignof(ELEMENT_T(c)) })
#define ELEMENT_SAME_TYPE(c, d)                                                                    \
    (0 * sizeof(struct {                                                                           \
         _Static_assert(__builtin_types_compatible_p(ELEMENT_T(c), ELEMENT_T(d)),                  \
                        "two collections of different element types");                             \
         int member;                                                                               \
     }))

/* A pointer to a value of the element's type (the designator keeps "x" from being a char), and a
   checked pointer. */
#define ELEMENT_VALUE(c, ...)       ((ELEMENT_T(c)[1]){ [0] = __VA_ARGS__ })
#define ELEMENT_POINTER(c, p)       ((ELEMENT_T(c) *){ (p) })
#define ELEMENT_CONST_POINTER(c, p) ((const ELEMENT_T(c) *){ (p) })

/*
 * Typed functions pass the core as these. All pointers to objects are passed alike on every machine
 * this is built for; ISO C alone would not promise that the call works.
 */
typedef int element_compare(const void *, const void *);
typedef bool element_equal(const void *, const void *);
typedef void element_release(void *);
typedef enum error element_clone(const void *, void *);
#define ELEMENT_COMPARE(c, f)                                                                      \
    ((element_compare *)(int (*)(const ELEMENT_T(c) *, const ELEMENT_T(c) *)){ (f) })
#define ELEMENT_EQUAL(c, f)                                                                        \
    ((element_equal *)(bool (*)(const ELEMENT_T(c) *, const ELEMENT_T(c) *)){ (f) })
#define ELEMENT_RELEASE(c, f) ((element_release *)(void (*)(ELEMENT_T(c) *)){ (f) })
#define ELEMENT_CLONE(c, f)                                                                        \
    ((element_clone *)(enum error(*)(const ELEMENT_T(c) *, ELEMENT_T(c) *)){ (f) })
#define ELEMENT_PRINTER(c, f)                                                                      \
    ((debug_element *)(void (*)(const ELEMENT_T(c) *, struct format_sink *)){ (f) })

/*
 * The capacity to grow to, from `cap` elements of `size_bytes`, where `needed` must fit: twice as
 * many, and at first a cache line or a handful, so that n pushes copy less than 2n elements. Only
 * `needed` where twice as many would exceed PTRDIFF_MAX bytes; `needed` itself may.
 */
size_t element_grown_capacity(size_t cap, size_t needed, size_t size_bytes);

/*
 * Copy one element. -ffreestanding stops gcc from expanding memcpy, and RV64 has no unaligned
 * access to rely on: only the builtin, told the alignment, becomes a plain load and store. The
 * switch is gone after inlining; it is there because clang takes the alignment as a literal only.
 */
[[gnu::always_inline]] static inline void element_copy(void *to, const void *from,
                                                       struct layout element)
{
    switch (element.align) {
    case 1:
        __builtin_memcpy(to, from, element.size);
        return;
    case 2:
        __builtin_memcpy(__builtin_assume_aligned(to, 2), __builtin_assume_aligned(from, 2),
                         element.size);
        return;
    case 4:
        __builtin_memcpy(__builtin_assume_aligned(to, 4), __builtin_assume_aligned(from, 4),
                         element.size);
        return;
    default:
        __builtin_memcpy(__builtin_assume_aligned(to, 8), __builtin_assume_aligned(from, 8),
                         element.size);
    }
}

/* Checked builds overwrite elements that are no more, so that a stale pointer reads nonsense. */
[[gnu::always_inline]] static inline void element_poison([[maybe_unused]] void *from,
                                                         [[maybe_unused]] size_t size_bytes)
{
#ifdef BUMPVISOR_CHECKED
    if (size_bytes != 0)
        __builtin_memset(from, 0xdb, size_bytes);
#endif
}
