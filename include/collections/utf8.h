/*
 * utf8: code points to bytes and back, and the question whether bytes are UTF-8 at all.
 *
 *     struct utf8_step step = utf8_decode(bytes, len);
 *     if (step.valid)
 *         use(step.scalar, step.length);
 *
 * Valid is what RFC 3629 section 4 and Table 3-7 of the Unicode Standard 15.0 (section 3.9) call
 * well-formed: no overlong form, no surrogate (U+D800 to U+DFFF), nothing above U+10FFFF. A code
 * point that may be encoded is called a scalar value, here `scalar`.
 *
 * Nothing here allocates, locks, or keeps state; every function may be called in any context.
 */
#pragma once

#include <base/types.h>

#define UTF8_REPLACEMENT 0xFFFDU   /* U+FFFD, what stands for bytes that are not UTF-8 */
#define UTF8_MAX_SCALAR  0x10FFFFU /* the last code point there is */
#define UTF8_MAX_LENGTH  4         /* the most bytes that one scalar takes */

/* What stands at the beginning of some bytes. */
struct utf8_step {
    uint32_t scalar; /* the scalar value, or UTF8_REPLACEMENT */
    uint8_t length;  /* how many bytes to step over; 0 iff there are none */
    bool valid;      /* false: these `length` bytes are not UTF-8, and stand for one U+FFFD */
};

/* True iff `scalar` may be encoded: at most U+10FFFF and no surrogate. */
static inline bool utf8_is_scalar(uint32_t scalar)
{
    return scalar <= UTF8_MAX_SCALAR && (scalar & ~0x7FFU) != 0xD800U;
}

/* True iff `byte` is the second to fourth of a sequence: a text may not be cut before it. */
static inline bool utf8_is_continuation(char byte)
{
    return ((unsigned char)byte & 0xC0U) == 0x80U;
}

/*
 * Read one scalar value from the `len` bytes at `bytes`, and no byte beyond them.
 * Where they do not begin with a valid sequence, the step covers what the Unicode Standard
 * (section 3.9, "U+FFFD Substitution of Maximal Subparts") and the WHATWG Encoding Standard
 * replace by one U+FFFD: the longest beginning of a valid sequence, or else one byte.
 * Cost: constant. Cannot fail: invalid input is an answer.
 */
struct utf8_step utf8_decode(const char *bytes, size_t len);

/*
 * Write `scalar` to `out`, which has room for UTF8_MAX_LENGTH bytes; no NUL is added.
 * Returns how many bytes it takes, 1 to 4; 0, and nothing is written, iff it is no scalar value.
 * Cost: constant.
 */
size_t utf8_encode(uint32_t scalar, char out[static UTF8_MAX_LENGTH]);

/*
 * The length of the longest beginning of the `len` bytes at `bytes` that is valid UTF-8: `len`
 * iff all of it is. Cost: linear; ASCII is read eight bytes at a time.
 */
size_t utf8_valid_up_to(const char *bytes, size_t len);
