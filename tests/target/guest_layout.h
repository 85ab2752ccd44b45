/*
 * guest_layout: where a tiny guest of the tests finds what, in its own RAM. For C and assembly.
 *
 *     0x80000000   RAM, empty
 *     0x80100000   what it saw: 64 words of 8 bytes for each of its harts. The test reads them
 *     0x80110000   words that the test gives it
 *     0x80120000   its page tables; from 0x80130000 on, what its harts share
 *     0x80200000   the code of all guests of this image, one of which begins
 *     0x80400000   the end, where a test asks for no other
 */
#pragma once

#define GUEST_RESULTS 0x80100000
#define GUEST_INPUTS  0x80110000
#define GUEST_TABLES  0x80120000
#define GUEST_SHARED  0x80130000
#define GUEST_CODE    0x80200000
#define GUEST_RAM_END 0x80400000

/* Words for each hart. */
#define GUEST_WORDS 64
