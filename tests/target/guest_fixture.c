/* guest_fixture: see guest_fixture.h. */
#include "guest_fixture.h"

#include <base/assert.h>
#include <guest/exit/exit.h>
#include <guest/run/run.h>
#include <heap/heap.h>
#include <lib/memory.h>
#include <mmu/frames.h>
#include <riscv/hart.h>
#include <smp/harts.h>
#include <smp/ipi.h>
#include <trap/timer.h>

extern const uint8_t guests[], guests_end[], other[];

uint64_t trial_words[TRIAL_VCPUS][GUEST_WORDS], other_words[TRIAL_VCPUS][GUEST_WORDS];

enum { SECONDS_MAX = 60, LOOK_HZ = 200, ROUNDS = 10, TIMER_EXIT = 32 + INTERRUPT_TIMER };

static struct trial *current;
static uint64_t deadline;
static bool late;

uint64_t trial_cases(uint64_t otherwise)
{
    (void)machine_bootarg_number(&test_machine, "cases", &otherwise);
    return otherwise;
}

void the_machine_starts(void)
{
    timer_init(test_machine.timebase_hz);
    ipi_init();
    timer_enable();
    ipi_enable();
    hart_enable_interrupts();
    CHECK_EQUAL(harts_start(&test_machine), OK);
    CHECK_EQUAL(vcpu_enable_hart(), OK);
    exit_init();
}

static void stop(struct vm *vm)
{
    (void)vm_stop(&vm->vcpus[0], VM_STOPPED, "the test's time is over", (struct gpa){ 0 });
}

/* Every few milliseconds, while they run. */
static void look(struct timer *timer)
{
    (void)timer;
    if (current->watch != NULL)
        current->watch(current);
    if (current->endless && vm_is_over(current->other))
        stop(current->vm);
    if (timer_now() < deadline)
        return;
    late = true;
    stop(current->vm);
    stop(current->other);
}

static struct vm *create(unsigned number, size_t vcpus, uint64_t memory_bytes)
{
    struct vm *vm = NULL;
    enum error error = vm_create(
        (struct vm_wish){
            .number = number, .memory_bytes = memory_bytes, .vcpus = vcpus, .levels = 3 },
        run_kick, &vm);
    if (error)
        panic("no guest: %s", error_name(error));
    if (guest_write(&vm->memory, (struct gpa){ GUEST_CODE }, guests,
                    (uintptr_t)guests_end - (uintptr_t)guests) != OK)
        panic("the code does not fit into the guest");
    return vm;
}

static void start(struct vm *vm, const uint8_t *code, uint64_t argument)
{
    vm->vcpus[0].start_pc = GUEST_CODE + ((uintptr_t)code - (uintptr_t)guests);
    vm->vcpus[0].start_argument = argument;
    run_start(&vm->vcpus[0]);
}

static void run(struct trial *trial)
{
    static struct timer timer = { .function = look };
    current = trial;
    late = false;
    deadline = timer_now() + SECONDS_MAX * timer_hz();
    start(trial->vm, trial->code, trial->argument);
    start(trial->other, trial->other_code != NULL ? trial->other_code : other,
          trial->other_argument != 0 ? trial->other_argument : ROUNDS);
    timer_start_periodic(&timer, timer_hz() / (trial->look_hz != 0 ? trial->look_hz : LOOK_HZ));
    run_vms((struct vm *const[]){ trial->vm, trial->other }, 2);
    timer_cancel(&timer);
    CHECK(!late);
}

static void check_the_other(const struct trial *trial)
{
    CHECK_EQUAL(trial->other->end, VM_POWER_OFF);
    if (trial->other_code != NULL)
        return;
    CHECK_EQUAL(other_words[0][0], trial->other_argument != 0 ? trial->other_argument : ROUNDS);
    CHECK_EQUAL(other_words[0][1], 0); /* nothing was wrong */
    CHECK_EQUAL(other_words[0][2], 0); /* no interrupt pends that it did not ask for */
}

void run_trial(struct trial *trial)
{
    const uint64_t frames = allocator_statistics(frames_default()).used_bytes;
    const size_t blocks = heap_statistics().live, bytes = heap_statistics().used_bytes;
    const uint64_t memory = GUEST_RAM_END - GUEST_RAM_BASE;
    trial->vm = create(1, trial->vcpus != 0 ? trial->vcpus : 1,
                       trial->memory_bytes != 0 ? trial->memory_bytes : memory);
    trial->other = create(2, trial->other_vcpus != 0 ? trial->other_vcpus : 1, memory);
    if (trial->prepare != NULL)
        trial->prepare(trial);
    CHECK_EQUAL(guest_write(&trial->vm->memory, (struct gpa){ GUEST_INPUTS }, trial->inputs,
                            sizeof trial->inputs),
                OK);
    run(trial);
    trial->end = trial->vm->end;
    trial->why = trial->vm->why;
    trial->other_turns = trial->other->vcpus[0].exits[TIMER_EXIT];
    CHECK_EQUAL(guest_read(&trial->vm->memory, (struct gpa){ GUEST_RESULTS }, trial_words,
                           sizeof trial_words),
                OK);
    CHECK_EQUAL(guest_read(&trial->other->memory, (struct gpa){ GUEST_RESULTS }, other_words,
                           sizeof other_words),
                OK);
    check_the_other(trial);
    if (trial->inspect != NULL)
        trial->inspect(trial);
    vm_destroy(trial->vm);
    vm_destroy(trial->other);
    CHECK_EQUAL(allocator_statistics(frames_default()).used_bytes, frames);
    CHECK_EQUAL(heap_statistics().live, blocks);
    CHECK_EQUAL(heap_statistics().used_bytes, bytes);
}

void check_saw(const char *file, int line, const uint64_t *words, const int64_t *expected,
               size_t count)
{
    for (size_t i = 0; i < GUEST_WORDS; i++) {
        uint64_t wanted = i < count ? (uint64_t)expected[i] : 0;
        if (words[i] == wanted)
            continue;
        console_printf("# word %zu of what the guest saw:\n", i);
        tap_check_equal(words[i], wanted, file, line, "saw == expected");
    }
}
