/*
 * checked_block: what a checked block looks like, and what is said when it does not. See
 * heap/checked.h.
 */
#include <base/assert.h>
#include <lib/memory.h>
#include <riscv/hart.h>

#include "checked_block.h"

_Static_assert(sizeof(struct checked_header) == 64, "so that 16-byte alignment costs nothing more");

enum { CANARY = 0xc5 };

#define SEAL_LIVE  UINT64_C(0x6c69766562c9a7e1) /* odd secrets, far apart in many bits */
#define SEAL_FREED UINT64_C(0x93d1e5f00d3b5847)

void *checked_payload(struct checked_header *header)
{
    return header + 1;
}

static uint64_t seal_of(const struct checked_header *header, uint64_t secret)
{
    return secret ^ (uintptr_t)header ^ header->size << 20 ^ header->align << 7;
}

static size_t canary_length(const struct checked_header *header)
{
    struct layout inner = checked_inner_layout(header->size, header->align);
    return inner.size - checked_lead(header->align) - header->size;
}

/* The first byte of `size` at `place` that is not `fill`, or `size`. */
static size_t first_other(const unsigned char *place, size_t size, unsigned char fill)
{
    const uint64_t fills = fill * UINT64_C(0x0101010101010101);
    size_t i = 0;
    for (; i < size && (uintptr_t)(place + i) % 8 != 0; i++)
        if (place[i] != fill)
            return i;
    const uint64_t *words = (const uint64_t *)(const void *)(place + i);
    for (; i + 32 <= size; i += 32, words += 4) /* four words at a look */
        if (((words[0] ^ fills) | (words[1] ^ fills) | (words[2] ^ fills) | (words[3] ^ fills)) !=
            0)
            break;
    for (; i + 8 <= size && *words == fills; i += 8)
        words++;
    for (; i < size; i++)
        if (place[i] != fill)
            return i;
    return size;
}

void checked_seal_live(struct checked_header *header)
{
    header->seal = seal_of(header, SEAL_LIVE);
    memset((char *)checked_payload(header) + header->size, CANARY, canary_length(header));
}

/* One line: what, where, both sizes, all three places, and on which hart. */
[[gnu::noreturn, gnu::cold]] static void misuse(const struct checked_header *header,
                                                struct layout asked, const void *caller,
                                                const char *what)
{
    panic("heap misuse: %s: block %p of %zu bytes aligned to %zu (asked: %zu, %zu), number %llu, "
          "allocated by %p, freed by %p, noticed for %p on hart %llu",
          what, (const void *)(header + 1), header->size, header->align, asked.size, asked.align,
          (unsigned long long)header->number, header->allocated_by, header->freed_by, caller,
          (unsigned long long)this_hart()->id);
}

/* No seal before `payload`: a damaged header, a place inside a block, or no block at all. */
[[gnu::noreturn, gnu::cold]] static void no_block(const struct checked *self, const void *payload,
                                                  struct layout asked, const void *caller)
{
    const char *place = payload;
    for (struct checked_header *h = self->live.newest; h != NULL; h = h->older) {
        const char *start = checked_payload(h);
        if (place == start)
            misuse(h, asked, caller, "underflow: the header before the block is damaged");
        if (place > start && place < start + h->size)
            misuse(h, asked, caller, "interior pointer: it points into this block");
    }
    panic(
        "heap misuse: foreign pointer: %p (%zu bytes aligned to %zu) is no block of the heap from "
        "%p to %p, or was given back long ago; noticed for %p on hart %llu",
        payload, asked.size, asked.align, (void *)self->start, (void *)self->end, caller,
        (unsigned long long)this_hart()->id);
}

static void check_canary(const struct checked_header *header, struct layout asked,
                         const void *caller)
{
    const unsigned char *canary = (const unsigned char *)(header + 1) + header->size;
    if (first_other(canary, canary_length(header), CANARY) != canary_length(header))
        misuse(header, asked, caller, "overflow: bytes behind the block were written");
}

void checked_look_at_freed(const struct checked_header *header, const void *caller)
{
    const struct layout own = { header->size, header->align };
    if (header->seal != seal_of(header, SEAL_FREED))
        misuse(header, own, caller, "write after free: the header was written");
    if (first_other((const unsigned char *)(header + 1), header->size, CHECKED_FREED) !=
        header->size)
        misuse(header, own, caller, "write after free");
    check_canary(header, own, caller);
}

/* The header of a live block that is given back or resized with `asked`; or panics. */
struct checked_header *checked_live_header(const struct checked *self, void *payload,
                                           struct layout asked, const void *caller)
{
    struct checked_header *header = (struct checked_header *)payload - 1;
    uintptr_t address = (uintptr_t)payload;
    if (address % 16 != 0 || address < self->start + sizeof *header || address >= self->end)
        no_block(self, payload, asked, caller);
    if (unlikely(header->seal != seal_of(header, SEAL_LIVE))) {
        if (header->seal == seal_of(header, SEAL_FREED))
            misuse(header, asked, caller, "double free");
        no_block(self, payload, asked, caller);
    }
    if (unlikely(header->size != asked.size))
        misuse(header, asked, caller, "wrong size");
    if (unlikely(header->align != asked.align))
        misuse(header, asked, caller, "wrong alignment");
    check_canary(header, asked, caller);
    return header;
}

void checked_seal_freed(struct checked_header *header)
{
    header->seal = seal_of(header, SEAL_FREED);
}

void checked_look_at_live(const struct checked_header *header, const void *caller)
{
    const struct layout own = { header->size, header->align };
    if (header->seal != seal_of(header, SEAL_LIVE))
        misuse(header, own, caller, "underflow: the header before the block is damaged");
    check_canary(header, own, caller);
}
