/*
 * hash_fixture: what the tests of the hash map share: a map of numbers whose hash can be told to be
 * bad, and to lie, and the other kinds of keys and values.
 */
#pragma once

#include "vec_fixture.h"
#include "random.h"

#include <collections/hash.h>

enum hash_kind {
    HASH_GOOD,
    HASH_CONSTANT, /* all keys at home in one slot, the first */
    HASH_LAST,     /* in the last, so that the way goes round the end */
    HASH_FOUR,     /* in four */
    HASH_NO_MARK,  /* not in few slots, but all marks are equal */
    HASH_LIES,     /* in four, each time another */
    HASH_KINDS,
};
static enum hash_kind hash_kind;
static bool equal_lies;

static uint64_t number_hash(uint64_t seed, const uint64_t *key)
{
    switch (hash_kind) {
    case HASH_CONSTANT:
        return 0;
    case HASH_LAST:
        return UINT64_MAX;
    case HASH_FOUR:
        return *key << 62;
    case HASH_NO_MARK:
        return hash_u64(seed, *key) >> 56 << 56;
    case HASH_LIES:
        return random64() << 62; /* few, so that some are found */
    default:
        return hash_u64(seed, *key);
    }
}

static bool number_equal(const uint64_t *a, const uint64_t *b)
{
    return equal_lies ? below(2) == 0 : *a == *b;
}

#define HASH_MAP_NAME            number_map
#define HASH_MAP_KEY             uint64_t
#define HASH_MAP_VALUE           int
#define HASH_MAP_HASH(seed, key) number_hash((seed), (key))
#define HASH_MAP_EQUAL(a, b)     number_equal((a), (b))
#include <collections/hash_map.h>

#define HASH_MAP_NAME            number_set
#define HASH_MAP_KEY             uint64_t
#define HASH_MAP_HASH(seed, key) number_hash((seed), (key))
#define HASH_MAP_EQUAL(a, b)     number_equal((a), (b))
#include <collections/hash_map.h>

static char shown[128];
[[maybe_unused]] static void show(struct format_sink *sink, const char *bytes, size_t length)
{
    (void)sink;
    strncat(shown, bytes, length);
}

[[maybe_unused]] static bool same_int(const int *a, const int *b)
{
    return *a == *b;
}
