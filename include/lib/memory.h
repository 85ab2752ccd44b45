/*
 * memory: the functions that the compiler may call by itself.
 *
 * GCC and clang require memcpy, memmove, memset and memcmp to exist even under -ffreestanding
 * (GCC manual, "Language Standards Supported by GCC"); strlen is ours to have beside them.
 * Contracts are those of ISO C17 7.24. Overlap is allowed for memmove only.
 * Cost: a few instructions per 8 bytes where both sides can be aligned together, else per byte.
 */
#pragma once

#include <base/types.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *left, const void *right, size_t size);
size_t strlen(const char *text);
