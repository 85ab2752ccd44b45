/*
 * checked_block: what a checked block looks like, and what is said when it does not. See
 * heap/checked.h.
 */
#include <base/assert.h>
#include <riscv/hart.h>

#include "checked_block.h"

_Static_assert(sizeof(struct checked_header) == 64, "so that 16-byte alignment costs nothing more");

#define CANARY UINT64_C(0xc5c5c5c5c5c5c5c5)

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

/* A payload is aligned to 16, so it is looked at by words; its bytes in the last, partial one: */
static uint64_t bits_of(size_t bytes)
{
    return ~(UINT64_MAX << 8 * bytes); /* the lowest bytes: little-endian */
}

static uint64_t *word_at(const struct checked_header *header, size_t byte)
{
    return (uint64_t *)checked_payload((struct checked_header *)header) + byte / 8;
}

/* The canary: the rest of the word in which the payload ends, if it ends inside one, and a word. */
static void write_canary(const struct checked_header *header)
{
    uint64_t *word = word_at(header, header->size), payload = bits_of(header->size % 8);
    word[0] = (word[0] & payload) | (CANARY & ~payload);
    if (payload != 0)
        word[1] = CANARY;
}

static bool canary_is_whole(const struct checked_header *header)
{
    const uint64_t *word = word_at(header, header->size);
    uint64_t payload = bits_of(header->size % 8);
    return ((word[0] ^ CANARY) & ~payload) == 0 && (payload == 0 || word[1] == CANARY);
}

/* Is every byte of the payload as it was filled when it was given back? */
static bool payload_is_poison(const struct checked_header *header)
{
    const uint64_t poison = CHECKED_FREED * UINT64_C(0x0101010101010101);
    const uint64_t *word = word_at(header, 0);
    size_t size = header->size;
    for (; size >= 32; size -= 32, word += 4) /* four words at a look */
        if (((word[0] ^ poison) | (word[1] ^ poison) | (word[2] ^ poison) | (word[3] ^ poison)) !=
            0)
            return false;
    for (; size >= 8; size -= 8, word++)
        if (*word != poison)
            return false;
    return ((*word ^ poison) & bits_of(size)) == 0;
}

void checked_seal_live(struct checked_header *header)
{
    header->seal = seal_of(header, SEAL_LIVE);
    write_canary(header);
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
    if (unlikely(!canary_is_whole(header)))
        misuse(header, asked, caller, "overflow: bytes behind the block were written");
}

void checked_look_at_freed(const struct checked_header *header, const void *caller)
{
    const struct layout own = { header->size, header->align };
    if (header->seal != seal_of(header, SEAL_FREED))
        misuse(header, own, caller, "write after free: the header was written");
    if (unlikely(!payload_is_poison(header)))
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
