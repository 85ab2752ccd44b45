/*
 * guest_fixture: a guest that misbehaves, and beside it one that does not.
 *
 *     struct trial trial = { .code = act_1 };          the guest, in the image's .S file
 * (guest_asm.h) run_trial(&trial); CHECK_EQUAL(trial.end, VM_POWER_OFF);            how it ended,
 *     CHECK_SAW(0, -2, 0);                             and what its hart 0 wrote down, all of it
 *
 * run_trial itself checks what holds for every act: the other one counted to its end, was not
 * disturbed, and has powered off; all frames and all of the heap are back; nobody took too long.
 */
#pragma once

#include "guest_layout.h"
#include "tap.h"

#include <guest/vm/vm.h>

enum { TRIAL_VCPUS = 5 }; /* whose words are read */

struct trial {
    const uint8_t *code;       /* a symbol of the .S file */
    size_t vcpus;              /* 0: one */
    uint64_t memory_bytes;     /* 0: 4 MiB */
    uint64_t argument;         /* its a1 */
    const uint8_t *other_code; /* NULL: the well-behaved one, checked */
    uint64_t other_argument;   /* 0: as short as it can be */
    uint64_t look_hz;          /* how often the first hart is interrupted to look; 0: 200 */
    size_t other_vcpus;        /* 0: one */
    bool endless;              /* it is stopped when the other one has ended */
    void (*prepare)(struct trial *trial); /* before they run */
    void (*watch)(struct trial *trial);   /* at every look, in an interrupt of the first hart */
    void (*inspect)(struct trial *trial); /* when they are over */

    uint64_t inputs[16];   /* the words at GUEST_INPUTS, written after prepare */
    struct vm *vm, *other; /* from prepare to inspect */

    enum vm_end end;
    const char *why;
    uint64_t other_turns; /* how often a turn of the other one's hart 0 was ended by the clock */
};

/* The first test of each image: timers, harts, exits. */
void the_machine_starts(void);

void run_trial(struct trial *trial);

/* For other_code: it works for its argument of ticks, and writes nothing. */
extern const uint8_t guest_worker[];

/* The boot word cases=N, or `otherwise`. */
uint64_t trial_cases(uint64_t otherwise);

/* What the harts of the guest, and of the other one, wrote down in the last trial. */
extern uint64_t trial_words[TRIAL_VCPUS][GUEST_WORDS];
extern uint64_t other_words[TRIAL_VCPUS][GUEST_WORDS];

/* Hart `hart` saw these numbers, and wrote no other. */
#define CHECK_SAW(hart, ...)                                                                       \
    check_saw(__FILE__, __LINE__, trial_words[hart], (const int64_t[]){ __VA_ARGS__ },             \
              sizeof((const int64_t[]){ __VA_ARGS__ }) / sizeof(int64_t))
void check_saw(const char *file, int line, const uint64_t *words, const int64_t *expected,
               size_t count);
