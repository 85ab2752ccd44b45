/*
 * The guest's counters (SBI, PMU): hostile arguments, counts of what was done, and that what is
 * counted is the guest's own. The guests are in test_guest_pmu.S.
 */
// smp: 1 2 4
#include "guest_fixture.h"

#include <guest/sbi/vsbi.h>
#include <smp/harts.h>
#include <trap/timer.h>

enum { N = VSBI_NOT_SUPPORTED, I = VSBI_INVALID_PARAM, RUNS = VSBI_ALREADY_STARTED };
enum { STANDS = VSBI_ALREADY_STOPPED, NO_SHMEM = VSBI_NO_SHMEM };
enum { VIRTUAL_INSTRUCTION = 22 };

#define GUEST(name) extern const uint8_t name[]
GUEST(pmu_absent);
GUEST(pmu_numbers);
GUEST(pmu_sets);
GUEST(pmu_flags);
GUEST(pmu_events);
GUEST(pmu_counts);
GUEST(pmu_states);
GUEST(pmu_all);
GUEST(pmu_harts);
GUEST(pmu_started);
GUEST(pmu_hart);
GUEST(pmu_alone);

/* Whatever the firmware has: none of these needs it. */
static void give_pmu(struct trial *trial)
{
    CHECK_EQUAL(trial->vm->has_pmu, sbi_probe_extension(SBI_EXT_PMU));
    trial->vm->has_pmu = true;
}

static void take_pmu(struct trial *trial)
{
    trial->vm->has_pmu = false;
}

static void goes_on(const uint8_t *code, size_t vcpus)
{
    struct trial trial = { .code = code, .vcpus = vcpus, .prepare = give_pmu };
    run_trial(&trial);
    CHECK_EQUAL(trial.end, VM_POWER_OFF);
}

static void where_it_is_not_offered_it_is_not_there(void)
{
    struct trial trial = { .code = pmu_absent, .prepare = take_pmu };
    run_trial(&trial);
    CHECK_EQUAL(trial.end, VM_POWER_OFF);
    CHECK_SAW(0, 0, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0);
}

static void counters_are_numbered(void)
{
    const int64_t width = 63 << 12, event = INT64_MIN | width;
    goes_on(pmu_numbers, 1);
    CHECK_SAW(0, 0, 1, 0, 17, 0, 0xc00 | width, 0, 0xc02 | width, 0, event, 0, event, /* there */
              I, 0, I, 0, I, 0, I, 0, I, 0,                                           /* not */
              0, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0,                               /* read */
              0, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, N, 0, N, 0, N, 0);
}

static void sets_with_other_counters_are_refused(void)
{
    goes_on(pmu_sets, 1);
    CHECK_SAW(0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, /* each of three functions */
              I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0,    /* the same */
              I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0, I, 0);
}

static void flags_that_are_none_are_refused(void)
{
    goes_on(pmu_flags, 1);
    CHECK_SAW(0, I, 0, I, 0, N, 0, N, 0,           /* config */
              I, 0, I, 0, I, 0, NO_SHMEM, 0, 0, 0, /* start */
              I, 0, NO_SHMEM, 0, STANDS, 0, 0, 0); /* stop */
}

static void events_that_nobody_counts_are_refused(void)
{
    goes_on(pmu_events, 1);
    CHECK_SAW(0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0,
              N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, N, 0, STANDS, 0);
}

static void what_happened_is_counted(void)
{
    goes_on(pmu_counts, 1);
    CHECK_SAW(0, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8,       /* their numbers */
              2, 0, 2, 0, 5, 0x1000, 7, 0x1000, 7, 0x1008, /* the exceptions */
              0, 2, 0, 1, 0, 2, 0, 5, 0, 0, 0, 0, 0, 0);
}

static void a_counter_is_free_taken_or_runs(void)
{
    goes_on(pmu_states, 1);
    CHECK_SAW(0, 0, 3, RUNS, 0, 0, 0, STANDS, 0, 2, 0, 0, 0, /* what stands does not count */
              0, 0, 2, 0, 0, 101, 0, 0, 0, 0,                /* from 100 on */
              STANDS, 0, 0, 3, 2, 0, 0, 101,                 /* another event */
              I, 0, 0, 0, I, 0, 0, 101,                      /* free, and the value stays */
              0, 3, 0, 0);
}

static void there_is_one_for_each_event(void)
{
    goes_on(pmu_all, 1);
    CHECK_SAW(0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, N, 0);
}

static void what_is_sent_is_received(void)
{
    goes_on(pmu_harts, 2);
    CHECK_SAW(0, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 3, 0, 2, 0, 1, 0, 4, 0, 0);
    CHECK_SAW(1, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 3, 0, 2, 0, 1, 0, 4, 0, 0);
}

static void a_started_hart_has_none(void)
{
    goes_on(pmu_started, 2);
    CHECK_SAW(1, 0, 0, 0, 3, STANDS, 0, STANDS, 0, I, 0, 1);
}

static void look_at_reads(struct trial *trial)
{
    const struct vcpu *vcpu = &trial->vm->vcpus[0];
    CHECK_EQUAL(vcpu->exits[VIRTUAL_INSTRUCTION], 13); /* 11 reads of instret, two of cycle */
    CHECK_EQUAL(vcpu->frame.x[0], 0);                  /* one of them into x0 */
}

static void a_taken_instret_is_its_own(void)
{
    struct trial trial = { .code = pmu_hart, .prepare = give_pmu, .inspect = look_at_reads };
    run_trial(&trial);
    CHECK_EQUAL(trial.end, VM_POWER_OFF);
    CHECK_SAW(0, 0, 2, 0, 1,                /* taken, and the other is not */
              0, 0, 1, 1, 1,                /* it runs from 1000 */
              0, 0, 0, 0, 0, 0, 2, 0, 2, 0, /* it stands, and cannot be written */
              2, 0, 8, 0,                   /* its user */
              STANDS, 0, 1, 0, 0, 1);       /* the hart's; and cycle */
}

/* QEMU's cycle and instret are one clock where instructions are not counted, so the two words can
   be compared. */
static void it_stands_while_another_has_the_hart(void)
{
    struct trial trial = { .code = pmu_alone,
                           .prepare = give_pmu,
                           .argument = timer_hz() / 5,
                           .other_code = guest_worker,
                           .other_argument = timer_hz() / 4 };
    run_trial(&trial);
    CHECK_EQUAL(trial.end, VM_POWER_OFF);
    uint64_t own = trial_words[0][3], all = trial_words[0][4];
    console_printf("# %llu of the hart's %llu\n", (unsigned long long)own, (unsigned long long)all);
    CHECK_EQUAL(trial_words[0][2], 1);
    CHECK(harts_known() > 1 || own < all / 4);
}

static const struct test tests[] = {
    TEST(the_machine_starts),
    TEST(where_it_is_not_offered_it_is_not_there),
    TEST(counters_are_numbered),
    TEST(sets_with_other_counters_are_refused),
    TEST(flags_that_are_none_are_refused),
    TEST(events_that_nobody_counts_are_refused),
    TEST(what_happened_is_counted),
    TEST(a_counter_is_free_taken_or_runs),
    TEST(there_is_one_for_each_event),
    TEST(what_is_sent_is_received),
    TEST(a_started_hart_has_none),
    TEST(a_taken_instret_is_its_own),
    TEST(it_stands_while_another_has_the_hart),
};
TEST_IMAGE("guest_pmu", tests)
