/*
 * Hostile guests: registers of others, and registers that are nobody's. Acts 32 and 33; the guests
 * are in test_guest_registers.S.
 */
// smp: 1 2 4
#include "guest_fixture.h"

#include <guest/run/run.h>

#define ACT(name) extern const uint8_t name[]
ACT(act_32);
ACT(act_32_fresh);
ACT(act_32_off);
ACT(act_33);
ACT(act_33_more);

enum { HARTS = 5 }; /* of each guest of act 32: more than real ones, so they take turns */

static void give_inputs(struct trial *trial)
{
    trial->inputs[0] = trial_cases(500);
    trial->inputs[1] = HARTS;
    trial->inputs[2] = vcpu_has_sstc;
    CHECK_EQUAL(guest_write(&trial->other->memory, (struct gpa){ GUEST_INPUTS }, trial->inputs,
                            sizeof trial->inputs),
                OK);
}

static void check_rounds(uint64_t words[TRIAL_VCPUS][GUEST_WORDS], size_t harts)
{
    for (size_t hart = 0; hart < harts; hart++) {
        CHECK_EQUAL(words[hart][0], trial_cases(500));
        CHECK_EQUAL(words[hart][1], 0);
        CHECK_EQUAL(words[hart][2], 0);
    }
}

static void act_32_registers_are_their_own(void)
{
    struct trial trial = { .code = act_32,
                           .vcpus = HARTS,
                           .argument = 1,
                           .other_code = act_32,
                           .other_argument = 2,
                           .other_vcpus = HARTS,
                           .prepare = give_inputs };
    uint64_t before = run_turns;
    run_trial(&trial);
    CHECK_EQUAL(trial.end, VM_POWER_OFF);
    check_rounds(trial_words, HARTS);
    check_rounds(other_words, HARTS);
    console_printf("# %llu turns\n", (unsigned long long)(run_turns - before));
    CHECK(run_turns - before > trial_cases(500)); /* they did take turns */
}

static void act_32_who_begins_sees_nothing(void)
{
    struct trial trial = { .code = act_32,
                           .vcpus = HARTS,
                           .argument = 3,
                           .other_code = act_32_fresh,
                           .prepare = give_inputs };
    run_trial(&trial);
    check_rounds(trial_words, HARTS);
    CHECK_EQUAL(other_words[0][0], 0); /* no integer register, */
    CHECK_EQUAL(other_words[0][1], 0); /* no CSR, */
    CHECK_EQUAL(other_words[0][2], 0); /* no floating point */
}

static void goes_on(const uint8_t *code)
{
    struct trial trial = { .code = code };
    run_trial(&trial);
    CHECK_EQUAL(trial.end, VM_POWER_OFF);
}

static void act_32_what_is_off_is_illegal(void)
{
    goes_on(act_32_off);
    CHECK_SAW(0, 2, 0, 0, 2, 0, 2, 0);
}

/* `count` times an illegal instruction, which stval shows. */
static void check_illegal(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        CHECK_EQUAL(trial_words[0][2 * i], 2);
        CHECK_EQUAL(trial_words[0][2 * i + 1], 0);
    }
}

static void act_33_it_has_no_hypervisor_of_its_own(void)
{
    enum { READS = 9 + 7, READS_AND_WRITES = 6, MORE = 5, UNSHOWN = 4 };
    goes_on(act_33);
    check_illegal(READS + 2 * READS_AND_WRITES);
    goes_on(act_33_more);
    check_illegal(MORE);
    for (size_t i = MORE; i < MORE + UNSHOWN; i++) /* QEMU's stval shows an older one */
        CHECK_EQUAL(trial_words[0][2 * i], 2);
    CHECK_EQUAL(trial_words[0][2 * (MORE + UNSHOWN)], 1);
}

static const struct test tests[] = {
    TEST(the_machine_starts),
    TEST(act_32_registers_are_their_own),
    TEST(act_32_who_begins_sees_nothing),
    TEST(act_32_what_is_off_is_illegal),
    TEST(act_33_it_has_no_hypervisor_of_its_own),
};
TEST_IMAGE("guest_registers", tests)
