/*
 * Hostile guests: calls to the firmware. Acts 1 to 8 and 15 to 18; the guests are in
 * test_guest_sbi.S.
 */
// smp: 1 2 4
#include "guest_fixture.h"

#include <smp/harts.h>
#include <trap/timer.h>

enum { NOT_SUPPORTED = -2, INVALID = -3 };

#define ACT(name) extern const uint8_t name[]
ACT(act_1);
ACT(act_2);
ACT(act_3);
ACT(act_4);
ACT(act_5);
ACT(act_6);
ACT(act_7);
ACT(act_8);
ACT(act_15);
ACT(act_16);
ACT(act_16_storm);
ACT(act_17);
ACT(act_18);

/* A guest that goes on after all errors, and powers off. */
static void goes_on(const uint8_t *code, uint64_t argument)
{
    struct trial trial = { .code = code, .argument = argument };
    run_trial(&trial);
    CHECK_EQUAL(trial.end, VM_POWER_OFF);
}

static void act_1_unknown_extensions_are_not_supported(void)
{
    enum { N = NOT_SUPPORTED };
    goes_on(act_1, 0);
    CHECK_SAW(0, N, 0, N, 0, N, 0, N, 0,                 /* unknown */
              N, 0, N, 0, N, 0, N, 0, N, 0,              /* legacy 3 to 7 */
              0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1); /* probes: BASE and 8 are there */
}

static void act_2_unknown_functions_are_not_supported(void)
{
    enum { N = NOT_SUPPORTED };
    goes_on(act_2, 0);
    CHECK_SAW(0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0);
}

static void act_3_a_console_buffer_outside_of_ram_is_refused(void)
{
    enum { I = INVALID };
    goes_on(act_3, 0);
    CHECK_SAW(0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0);
}

static void act_4_lengths_do_not_wrap(void)
{
    enum { I = INVALID };
    goes_on(act_4, 0);
    CHECK_SAW(0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0);
}

static void act_5_a_buffer_over_the_end_is_refused(void)
{
    goes_on(act_5, 0);
    CHECK_SAW(0, INVALID, 0, INVALID, 0, INVALID, 0, 0, 8, 0, 0);
}

static void act_6_the_high_word_of_an_address_must_be_zero(void)
{
    goes_on(act_6, 0);
    CHECK_SAW(0, INVALID, 0, INVALID, 0);
}

static void act_7_a_call_writes_256_bytes_at_most(void)
{
    goes_on(act_7, 0);
    console_printf("\n");
    CHECK_SAW(0, INVALID, 0, 0, 256);
}

static void act_8_a_line_without_an_end(void)
{
    goes_on(act_8, trial_cases(2'000));
    console_printf("\n");
    CHECK_SAW(0, 0);
}

static void act_15_fences_of_everything_are_bounded(void)
{
    goes_on(act_15, 0);
    CHECK_SAW(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}

static void act_16_a_timer_may_be_now_or_never(void)
{
    goes_on(act_16, 0);
    CHECK_SAW(0, 0, 0, 0, 0, 1, 2); /* one interrupt, none more for never, and another one */
}

/* Where they share one hart the other one has had turns of its own, which the clock ended. */
static void act_16_a_storm_of_timers_takes_no_more_than_its_turns(void)
{
    struct trial trial = { .code = act_16_storm,
                           .endless = true,
                           .look_hz = 2, /* its looks end turns too */
                           .other_code = guest_worker,
                           .other_argument = timer_hz() / 5 };
    run_trial(&trial);
    CHECK_EQUAL(trial.end, VM_STOPPED);
    console_printf("# %llu interrupts, and %llu turns of 10 ms in 200 ms\n",
                   (unsigned long long)trial_words[0][0], (unsigned long long)trial.other_turns);
    CHECK(trial_words[0][0] > 100);
    CHECK(harts_known() > 1 || trial.other_turns >= 3);
}

static void act_17_only_its_own_machine_ends(void)
{
    enum { I = INVALID };
    static const struct {
        uint64_t argument; /* type | reason << 8 */
        enum vm_end end;
    } ends[] = { { 0, VM_POWER_OFF },
                 { 1, VM_REBOOT },
                 { 2, VM_REBOOT },
                 { 0x100, VM_FAILED },
                 { 0x101, VM_REBOOT } };
    for (size_t i = 0; i < ARRAY_LENGTH(ends); i++) {
        struct trial trial = { .code = act_17, .argument = ends[i].argument };
        run_trial(&trial);
        CHECK_EQUAL(trial.end, ends[i].end);
        CHECK_SAW(0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0);
    }
}

static void act_18_a_users_call_goes_to_its_kernel(void)
{
    goes_on(act_18, 0);
    CHECK_SAW(0, 8, 0, 8); /* environment call from user mode */
}

static const struct test tests[] = {
    TEST(the_machine_starts),
    TEST(act_1_unknown_extensions_are_not_supported),
    TEST(act_2_unknown_functions_are_not_supported),
    TEST(act_3_a_console_buffer_outside_of_ram_is_refused),
    TEST(act_4_lengths_do_not_wrap),
    TEST(act_5_a_buffer_over_the_end_is_refused),
    TEST(act_6_the_high_word_of_an_address_must_be_zero),
    TEST(act_7_a_call_writes_256_bytes_at_most),
    TEST(act_8_a_line_without_an_end),
    TEST(act_15_fences_of_everything_are_bounded),
    TEST(act_16_a_timer_may_be_now_or_never),
    TEST(act_16_a_storm_of_timers_takes_no_more_than_its_turns),
    TEST(act_17_only_its_own_machine_ends),
    TEST(act_18_a_users_call_goes_to_its_kernel),
};
TEST_IMAGE("guest_sbi", tests)
