/*
 * memory: see lib/memory.h.
 *
 * Copies go by words of 8 bytes where both sides have the same offset within a word, else by
 * bytes: this machine may trap, slowly, on a word that is not aligned. The loops must stay loops:
 * the Makefile forbids the compiler to recognise memcpy in memcpy.
 */
#include <lib/memory.h>

/* A word that may stand for the bytes of any object (GCC manual, "may_alias"). */
typedef uint64_t __attribute__((may_alias)) word;
enum {
    WORD = sizeof(word),
    LINE = 8 * WORD
}; /* long ones go by lines: a loop's end costs as much
      as a word */

static bool is_aligned(const void *pointer)
{
    return (uintptr_t)pointer % WORD == 0;
}

/* From the end to the start: right when `to` lies above `from` and they overlap. */
static void copy_down(unsigned char *to, const unsigned char *from, size_t size)
{
    unsigned char *t = to + size;
    const unsigned char *f = from + size;
    if (((uintptr_t)t - (uintptr_t)f) % WORD == 0) {
        for (; size > 0 && !is_aligned(t); size--)
            *--t = *--f;
        for (; size >= WORD; size -= WORD) {
            t -= WORD;
            f -= WORD;
            *(word *)(void *)t = *(const word *)(const void *)f;
        }
    }
    for (; size > 0; size--)
        *--t = *--f;
}

/* Word by word from the first on, so that `t` may lie below `f` and overlap it. */
static inline void copy_line(word *t, const word *f)
{
    t[0] = f[0];
    t[1] = f[1];
    t[2] = f[2];
    t[3] = f[3];
    t[4] = f[4];
    t[5] = f[5];
    t[6] = f[6];
    t[7] = f[7];
}

/* From the start to the end: right when `to` lies below `from`. */
static void copy_up(unsigned char *t, const unsigned char *f, size_t size)
{
    if (((uintptr_t)t - (uintptr_t)f) % WORD == 0) {
        for (; size > 0 && !is_aligned(t); size--)
            *t++ = *f++;
        for (; size >= LINE; size -= LINE, t += LINE, f += LINE)
            copy_line((word *)(void *)t, (const word *)(const void *)f);
        for (; size >= WORD; size -= WORD, t += WORD, f += WORD)
            *(word *)(void *)t = *(const word *)(const void *)f;
    }
    for (; size > 0; size--)
        *t++ = *f++;
}

void *memcpy(void *restrict to, const void *restrict from, size_t size)
{
    copy_up(to, from, size);
    return to;
}

void *memmove(void *to, const void *from, size_t size)
{
    if ((uintptr_t)to - (uintptr_t)from >= size) /* below, or not overlapping */
        copy_up(to, from, size);
    else
        copy_down(to, from, size);
    return to;
}

void *memset(void *to, int byte, size_t size)
{
    unsigned char *t = to;
    word pattern = (unsigned char)byte * (word)0x0101'0101'0101'0101;
    for (; size > 0 && !is_aligned(t); size--)
        *t++ = (unsigned char)byte;
    for (; size >= LINE; size -= LINE, t += LINE) {
        word *line = (word *)(void *)t;
        line[0] = line[1] = line[2] = line[3] = pattern;
        line[4] = line[5] = line[6] = line[7] = pattern;
    }
    for (; size >= WORD; size -= WORD, t += WORD)
        *(word *)(void *)t = pattern;
    for (; size > 0; size--)
        *t++ = (unsigned char)byte;
    return to;
}

int memcmp(const void *left, const void *right, size_t size)
{
    const unsigned char *l = left, *r = right;
    for (; size > 0; size--, l++, r++)
        if (*l != *r)
            return *l - *r;
    return 0;
}

size_t strlen(const char *text)
{
    const char *end = text;
    while (*end != '\0')
        end++;
    return (size_t)(end - text);
}
