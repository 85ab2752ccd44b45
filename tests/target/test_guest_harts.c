/*
 * Hostile guests: harts that they do not have, and those that they have. Acts 9 to 14, and fences
 * between harts; the guests are in test_guest_harts.S.
 */
// smp: 1 2 4
#include "guest_fixture.h"

#include <base/image.h>
#include <lib/memory.h>
#include <trap/timer.h>

enum { INVALID = -3, BAD_ADDRESS = -5, AVAILABLE = -6, SSIP = 2 };

#define ACT(name) extern const uint8_t name[]
ACT(act_9);
ACT(act_10);
ACT(act_11);
ACT(act_11_itself);
ACT(act_12);
ACT(act_13);
ACT(act_13_of_64);
ACT(act_14);
ACT(wake_up);
ACT(remote_fence);
ACT(to_the_stopped);
ACT(crowd);

static void powers_off(struct trial trial)
{
    run_trial(&trial);
    CHECK_EQUAL(trial.end, VM_POWER_OFF);
}

static void act_9_harts_that_are_not_there(void)
{
    enum { I = INVALID, STOPPED = 1 };
    powers_off((struct trial){ .code = act_9, .vcpus = 2 });
    CHECK_SAW(0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I,
              0, /* 2 .. -1 */
              0, STOPPED);
}

static void give_addresses(struct trial *trial)
{
    struct leaf leaf = { 0 };
    CHECK(space_find(&trial->other->memory.space, (struct hva){ GUEST_CODE }, &leaf));
    trial->inputs[0] = (uintptr_t)__heap_end;
    trial->inputs[1] = leaf.to.value;
    CHECK(trial->inputs[0] >= GUEST_RAM_END && trial->inputs[1] >= GUEST_RAM_END);
}

static void act_10_a_hart_does_not_begin_outside_of_ram(void)
{
    enum { A = BAD_ADDRESS, I = INVALID, STOPPED = 1 };
    powers_off((struct trial){ .code = act_10, .vcpus = 2, .prepare = give_addresses });
    CHECK_SAW(0, A, 0, A, 0, A, 0, A, 0, A, 0, A, 0, A, 0, A, 0, /* 0 .. 0x80000001 */
              A, 0, A, 0, 0, STOPPED, A, 0, I, 0, I, 0, A, 0, I, 0);
}

static void act_11_a_running_hart_is_not_started(void)
{
    powers_off((struct trial){ .code = act_11_itself });
    CHECK_SAW(0, AVAILABLE, 0);
}

static void act_11_of_two_that_start_one_hart_one_does(void)
{
    int64_t rounds = (int64_t)trial_cases(20);
    powers_off((struct trial){ .code = act_11, .vcpus = 3, .argument = (uint64_t)rounds });
    CHECK_SAW(0, 0, rounds, rounds, 0, rounds);
    CHECK_EQUAL(trial_words[2][0], 0); /* stopping returned never */
}

static void act_12_when_the_last_hart_stops_the_guest_is_over(void)
{
    struct trial trial = { .code = act_12, .vcpus = 2 };
    run_trial(&trial);
    CHECK_EQUAL(trial.end, VM_STOPPED);
    static const char why[] = "its last vCPU has stopped";
    CHECK(trial.why != NULL && memcmp(trial.why, why, sizeof why) == 0);
    CHECK_SAW(0, 0);
    CHECK_EQUAL(trial_words[1][0], 0);
}

static void act_13_masks_beyond_its_harts_are_refused(void)
{
    powers_off((struct trial){ .code = act_13, .vcpus = 3 });
    enum { REFUSED = 11, ALLOWED = 2, EACH = REFUSED + ALLOWED };
    for (size_t i = 0; i < 2 * EACH; i++) { /* of IPI, and of RFENCE */
        CHECK_EQUAL(trial_words[0][2 * i], i % EACH < REFUSED ? INVALID : 0);
        CHECK_EQUAL(trial_words[0][2 * i + 1], 0);
    }
}

static void act_13_of_64_harts_all_are_there(void)
{
    enum { I = INVALID };
    powers_off((struct trial){ .code = act_13_of_64, .vcpus = GUEST_VCPUS_MAX });
    CHECK_SAW(0, 0, 0, 0, 0, 0, 0, I, 0, I, 0, I, 0, 0, 0, 0, 0, 0, 0, I, 0, I, 0, I);
}

/* That the other guest got none, run_trial checks: its third word. */
static void act_14_all_harts_are_its_own(void)
{
    powers_off((struct trial){ .code = act_14, .vcpus = 3 });
    CHECK_SAW(0, 0, 0, SSIP);
    CHECK_SAW(1, SSIP);
    CHECK_SAW(2, SSIP);
}

static void what_wakes_a_hart_is_pending_when_it_begins_anew(void)
{
    powers_off((struct trial){ .code = wake_up, .vcpus = 2 });
    CHECK_SAW(0, 0, 0x1234, SSIP, SSIP, 1);
    CHECK_SAW(1, 0);
}

static void an_interrupt_for_a_stopped_hart_is_nobodys(void)
{
    powers_off((struct trial){ .code = to_the_stopped, .vcpus = 2 });
    CHECK_SAW(0, 0, 0);
    CHECK_SAW(1, 100);
}

static void a_fence_reaches_the_other_hart(void)
{
    static const uint64_t sizes[] = { 4096, UINT64_MAX, UINT64_MAX - 1 };
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        powers_off((struct trial){ .code = remote_fence, .vcpus = 2, .argument = sizes[i] });
        CHECK_SAW(0, 0, 0, 0xb);
    }
}

/* Who had a hart for itself shares it when others come to have more vCPUs than there are harts. */
static void all_guests_share_when_harts_are_few(void)
{
    struct trial trial = { .code = crowd,
                           .vcpus = 4,
                           .endless = true,
                           .look_hz = 2, /* its looks end turns too */
                           .other_code = guest_worker,
                           .other_argument = timer_hz() / 4 };
    run_trial(&trial);
    CHECK_SAW(0, 0, 0, 0);
    console_printf("# %llu turns of 10 ms in 250 ms\n", (unsigned long long)trial.other_turns);
    CHECK(trial.other_turns >= 2);
}

static const struct test tests[] = {
    TEST(the_machine_starts),
    TEST(act_9_harts_that_are_not_there),
    TEST(act_10_a_hart_does_not_begin_outside_of_ram),
    TEST(act_11_a_running_hart_is_not_started),
    TEST(act_11_of_two_that_start_one_hart_one_does),
    TEST(act_12_when_the_last_hart_stops_the_guest_is_over),
    TEST(act_13_masks_beyond_its_harts_are_refused),
    TEST(act_13_of_64_harts_all_are_there),
    TEST(act_14_all_harts_are_its_own),
    TEST(what_wakes_a_hart_is_pending_when_it_begins_anew),
    TEST(an_interrupt_for_a_stopped_hart_is_nobodys),
    TEST(all_guests_share_when_harts_are_few),
    TEST(a_fence_reaches_the_other_hart),
};
TEST_IMAGE("guest_harts", tests)
