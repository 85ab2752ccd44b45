/*
 * instantiate: how a header becomes the functions of one type.
 *
 * A container that compares or hashes in its innermost loop cannot afford a call through a
 * pointer there, and a macro of a hundred lines cannot be debugged. So its header is a template:
 * who includes it first says for which types, by #define, and each inclusion makes one set of
 * functions, with real lines for the debugger and for the coverage.
 *
 *     #define BTREE_NAME       device_map
 *     #define BTREE_KEY        uint64_t
 *     ...
 *     #include <collections/btree.h>           makes struct device_map, device_map_insert, ...
 *
 * All functions made are static. Unused ones cost nothing; but two files that include the same
 * template have a copy each. Where that matters, one file includes it and offers functions.
 *
 * Read next: collections/binary_heap.h (the shortest template).
 */
#pragma once

/* INSTANTIATE(device_map, insert) is device_map_insert; both arguments are expanded first. */
#define INSTANTIATE(name, member)  INSTANTIATE_(name, member)
#define INSTANTIATE_(name, member) name##_##member

/* In front of every function that a template makes: nobody need use all of them. */
#define INSTANTIATED [[maybe_unused]] static

/* Refuse elements of no size, with the name of the container. */
#define INSTANTIATE_REFUSE_ZERO_SIZE(T, container)                                                 \
    _Static_assert(sizeof(T) != 0, container " must not be of size zero")
