/*
 * dt_format: what the reader (dt.c) and the writer (dt_writer.c) of flattened device trees both
 * know of the format. Source: Devicetree Specification 0.4, sections 5.2 (header) and 5.4 (tokens).
 */
#pragma once

#include <base/types.h>

enum { BEGIN_NODE = 1, END_NODE = 2, PROP = 3, NOP = 4, END = 9 };

/* The header: ten big-endian words. */
enum {
    MAGIC = 0,
    TOTALSIZE = 4,
    OFF_STRUCT = 8,
    OFF_STRINGS = 12,
    OFF_RESERVED = 16,
    VERSION = 20,
    LAST_COMPATIBLE = 24,
    BOOT_CPU = 28,
    SIZE_STRINGS = 32,
    SIZE_STRUCT = 36,
    HEADER_SIZE = 40,
};

#define DT_MAGIC UINT32_C(0xd00dfeed)

/* `at` is never NULL: dt_open refuses that, and the writer has its buffer. */
static inline uint32_t read32(const uint8_t *at)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline uint32_t align4(uint32_t offset)
{
    return (offset + 3) & ~UINT32_C(3);
}
