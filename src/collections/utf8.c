/*
 * utf8: how a code point becomes one to four bytes.
 *
 *     U+0000  .. U+007F     0xxxxxxx
 *     U+0080  .. U+07FF     110xxxxx 10xxxxxx
 *     U+0800  .. U+FFFF     1110xxxx 10xxxxxx 10xxxxxx
 *     U+10000 .. U+10FFFF   11110xxx 10xxxxxx 10xxxxxx 10xxxxxx
 *
 * The table allows more than the standard does. What it allows too much can always be seen in the
 * second byte, given the first (Unicode 15.0, Table 3-7): E0 must not be followed by 80..9F nor
 * F0 by 80..8F (a shorter form exists), ED not by A0..BF (surrogates), F4 not by 90..BF (above
 * U+10FFFF); and C0, C1, F5..FF begin nothing. So the decoder keeps a range for the next byte,
 * narrow for the second, 80..BF for the others, and stops at the first byte outside of it. Where
 * it stops is also where the maximal subpart ends, so one function serves validation, iteration
 * and the lossy conversion.
 *
 * Shortcoming: text that is not ASCII is checked byte by byte, about ten instructions each. There
 * are faster ways with tables and vectors; a hypervisor's text is nearly all ASCII.
 *
 * Read next: collections/str.c, whose text is always UTF-8.
 */
#include <collections/utf8.h>

#define CONTINUATION_FIRST 0x80U
#define CONTINUATION_LAST  0xBFU

/* What a first byte promises: how many bytes follow it, and which the next one may be. */
struct promise {
    uint8_t following;
    uint8_t first, last;
};

/* following is 0 iff `lead` (not ASCII) begins nothing. */
static struct promise read_lead(unsigned int lead)
{
    struct promise promise = { 0, CONTINUATION_FIRST, CONTINUATION_LAST };
    if (lead >= 0xC2 && lead <= 0xDF) {
        promise.following = 1;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        promise.following = 2;
        if (lead == 0xE0)
            promise.first = 0xA0;
        else if (lead == 0xED)
            promise.last = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        promise.following = 3;
        if (lead == 0xF0)
            promise.first = 0x90;
        else if (lead == 0xF4)
            promise.last = 0x8F;
    }
    return promise;
}

struct utf8_step utf8_decode(const char *bytes, size_t len)
{
    struct utf8_step step = { UTF8_REPLACEMENT, 0, false };
    if (len == 0)
        return step;
    const uint32_t lead = (unsigned char)bytes[0];
    if (lead < CONTINUATION_FIRST)
        return (struct utf8_step){ lead, 1, true };

    struct promise promise = read_lead(lead);
    step.length = 1;
    if (promise.following == 0)
        return step;
    /* A lead with n followers keeps 6 - n bits of its own: 5, 4, 3. */
    uint32_t scalar = lead & (0x3FU >> promise.following);
    while (step.length <= promise.following) {
        if (step.length == len)
            return step;
        const uint32_t next = (unsigned char)bytes[step.length];
        if (next < promise.first || next > promise.last)
            return step;
        scalar = scalar << 6 | (next & 0x3FU);
        promise.first = CONTINUATION_FIRST;
        promise.last = CONTINUATION_LAST;
        step.length++;
    }
    return (struct utf8_step){ scalar, step.length, true };
}

size_t utf8_encode(uint32_t scalar, char out[static UTF8_MAX_LENGTH])
{
    if (scalar < 0x80) {
        out[0] = (char)scalar;
        return 1;
    }
    if (scalar < 0x800) {
        out[0] = (char)(0xC0 | scalar >> 6);
        out[1] = (char)(0x80 | (scalar & 0x3F));
        return 2;
    }
    if (!utf8_is_scalar(scalar))
        return 0;
    if (scalar < 0x1'0000) {
        out[0] = (char)(0xE0 | scalar >> 12);
        out[1] = (char)(0x80 | (scalar >> 6 & 0x3F));
        out[2] = (char)(0x80 | (scalar & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | scalar >> 18);
    out[1] = (char)(0x80 | (scalar >> 12 & 0x3F));
    out[2] = (char)(0x80 | (scalar >> 6 & 0x3F));
    out[3] = (char)(0x80 | (scalar & 0x3F));
    return 4;
}

/* How many of the `len` bytes at `bytes` are ASCII before the first that is not. */
static size_t ascii_prefix(const char *bytes, size_t len)
{
    const uint64_t high_bits = 0x8080'8080'8080'8080;
    size_t at = 0;
    while (at < len && (unsigned char)bytes[at] < CONTINUATION_FIRST) {
        if ((uintptr_t)&bytes[at] % sizeof(uint64_t) != 0 || len - at < sizeof(uint64_t)) {
            at++;
            continue;
        }
        uint64_t word;
        __builtin_memcpy(&word, __builtin_assume_aligned(&bytes[at], sizeof word), sizeof word);
        at += (word & high_bits) == 0 ? sizeof word : 1;
    }
    return at;
}

size_t utf8_valid_up_to(const char *bytes, size_t len)
{
    size_t at = 0;
    if (len == 0)
        return 0; /* `bytes` may be NULL then, to which nothing may be added */
    while ((at += ascii_prefix(bytes + at, len - at)) < len) {
        const struct utf8_step step = utf8_decode(bytes + at, len - at);
        if (!step.valid)
            break;
        at += step.length;
    }
    return at;
}
