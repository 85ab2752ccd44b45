/*
 * Hostile guests: no rest. Acts 34 and 35, guests that end in the midst of everything, a thousand
 * one after the other, and such as cannot be made; the guests are in test_guest_unrest.S.
 */
// smp: 1 2 4
#include "guest_fixture.h"

#include <guest/boot/guest.h>
#include <guest/run/run.h>
#include <heap/heap.h>
#include <mmu/frames.h>
#include <trap/timer.h>

#define ACT(name) extern const uint8_t name[]
ACT(act_34_sleeps);
ACT(act_34_calls_itself);
ACT(act_34_calls_all);
ACT(act_34_falls);
ACT(act_34_falls_inside);
ACT(act_35);
ACT(sleeps_for_ever);
ACT(ends_in_the_midst);

/* The other one comes to its end all the same, and only then this one is stopped. */
static void act_34_who_never_rests_is_preempted(void)
{
    static const struct {
        const uint8_t *code;
        size_t vcpus;
    } acts[] = { { act_34_sleeps, 1 }, { act_34_calls_itself, 1 }, { act_34_calls_all, 4 },
                 { act_34_falls, 1 },  { act_34_falls_inside, 1 }, { sleeps_for_ever, 1 } };
    for (size_t i = 0; i < ARRAY_LENGTH(acts); i++) {
        struct trial trial = {
            .code = acts[i].code, .vcpus = acts[i].vcpus, .other_argument = 400, .endless = true
        };
        run_trial(&trial);
        CHECK_EQUAL(trial.end, VM_STOPPED);
        CHECK(trial_words[0][0] != 0); /* it was there */
    }
}

static void act_35_semihosting_is_a_breakpoint(void)
{
    struct trial trial = { .code = act_35 };
    run_trial(&trial);
    CHECK_EQUAL(trial.end, VM_POWER_OFF);
    CHECK_EQUAL(trial_words[0][0], 3); /* stval is 0, or where it was */
    CHECK(trial_words[0][1] == 0 || trial_words[0][2] == 0);
}

/* The embedded guest, at the beginning of a RAM of 64 KiB. */
static void run_hello(unsigned levels)
{
    struct vm *vm = NULL;
    CHECK_EQUAL(
        vm_create(
            (struct vm_wish){ .number = 1, .memory_bytes = 0x10000, .vcpus = 1, .levels = levels },
            run_kick, &vm),
        OK);
    CHECK_EQUAL(guest_write(&vm->memory, (struct gpa){ GUEST_RAM_BASE }, guest_wish_hello().image,
                            guest_wish_hello().image_bytes),
                OK);
    vm->vcpus[0].start_pc = GUEST_RAM_BASE;
    run_start(&vm->vcpus[0]);
    run_vms(&vm, 1);
    CHECK_EQUAL(vm->end, VM_POWER_OFF);
    vm_destroy(vm);
}

static void guest_after_guest_leaves_nothing(void)
{
    uint64_t cases = trial_cases(20);
    const uint64_t frames = allocator_statistics(frames_default()).used_bytes;
    const size_t blocks = heap_statistics().live, bytes = heap_statistics().used_bytes;
    for (uint64_t i = 0; i < cases; i++) {
        run_hello(3);
        CHECK_EQUAL(allocator_statistics(frames_default()).used_bytes, frames);
    }
    CHECK_EQUAL(heap_statistics().live, blocks);
    CHECK_EQUAL(heap_statistics().used_bytes, bytes);
    console_printf("# %llu guests\n", (unsigned long long)cases);
}

/* One hart ends it, at another moment each time, while the others call for all they can. */
static void a_guest_may_end_at_any_moment(void)
{
    uint64_t cases = trial_cases(20);
    for (uint64_t i = 0; i < cases; i++) {
        struct trial trial = { .code = ends_in_the_midst,
                               .vcpus = 4,
                               .argument = timer_hz() / 5'000 * (i % 50),
                               .other_argument = 1 };
        run_trial(&trial);
        CHECK_EQUAL(trial.end, VM_POWER_OFF);
        CHECK_SAW(0, 0, 0);
    }
}

/* More often than there are VMIDs, of which none may be lost. */
static void a_guest_that_cannot_be_made_takes_nothing(void)
{
    enum { TIMES = 150 };
    static const struct vm_wish wishes[] = {
        { 1, 0x10000, 0, 3 },
        { 1, 0x10000, 65, 3 },
        { 1, 0x10000, 1, 2 },
        { 1, 0x10000, 1, 6 },
        { 1, 0, 1, 3 },
        { 1, 0x10001, 1, 3 },
        { 1, 1, 1, 3 },
        { 1, UINT64_C(1) << 30, 1, 3 },
        { 1, UINT64_MAX - 4095, 1, 3 },
        { 1, UINT64_C(1) << 63, 1, 5 },
        { 1, UINT64_MAX, 1, 3 },
        { 1, 0x10000, SIZE_MAX, 3 },
    };
    const uint64_t frames = allocator_statistics(frames_default()).used_bytes;
    for (size_t times = 0; times < TIMES; times++)
        for (size_t i = 0; i < ARRAY_LENGTH(wishes); i++) {
            struct vm *vm = NULL;
            CHECK(vm_create(wishes[i], run_kick, &vm) != OK);
            CHECK(vm == NULL);
        }
    CHECK_EQUAL(allocator_statistics(frames_default()).used_bytes, frames);
    run_hello(3);
}

/* Harts ignore a second stage that they do not have, and the one before would stay: or none at all,
   and all memory would be the guest's. */
static void levels_that_the_hart_does_not_have_are_refused(void)
{
    const uint64_t frames = allocator_statistics(frames_default()).used_bytes;
    for (unsigned levels = 3; levels <= 5; levels++) {
        struct vm *vm = NULL;
        enum error error = vm_create((struct vm_wish){ 1, 0x10000, 1, levels }, run_kick, &vm);
        console_printf("# %u levels: %s\n", levels, error_name(error));
        if (error == OK) {
            vm_destroy(vm);
            run_hello(levels);
        } else {
            CHECK_EQUAL(error, ERR_NOT_SUPPORTED);
        }
        CHECK_EQUAL(allocator_statistics(frames_default()).used_bytes, frames);
    }
}

static const struct test tests[] = {
    TEST(the_machine_starts),
    TEST(act_34_who_never_rests_is_preempted),
    TEST(act_35_semihosting_is_a_breakpoint),
    TEST(a_guest_may_end_at_any_moment),
    TEST(guest_after_guest_leaves_nothing),
    TEST(levels_that_the_hart_does_not_have_are_refused),
    TEST(a_guest_that_cannot_be_made_takes_nothing),
};
TEST_IMAGE("guest_unrest", tests)
