/*
 * bad: an image that lies to the runner, in the way that `kind=...` asks for. Each must be judged
 * a failure; if one is not, the runner is broken and no other result means anything.
 */
#include <base/assert.h>
#include <console/console.h>
#include <lib/machine.h>
#include <lib/memory.h>
#include <riscv/hart.h>
#include <riscv/power.h>
#include <riscv/sbi.h>

static void banner(void)
{
    console_printf("Booting hypervisor test: bad\n");
}

static void all_well(void)
{
    banner();
    console_printf("1..1\nok 1 - the only one\n");
}

static void bad_hang(void)
{
    all_well();
    hart_halt();
}

static void bad_silence(void)
{
    power_off(POWER_WELL);
}

static void bad_early_exit0(void)
{
    all_well();
    sbi_shutdown();
}

static void bad_reboot(void)
{
    all_well();
    (void)sbi_call(SBI_EXT_SRST, 0, 1 /* cold reboot */, 0, 0);
}

static void bad_two_banners(void)
{
    banner();
    all_well();
    power_off(POWER_WELL);
}

static void bad_missing_plan(void)
{
    banner();
    console_printf("ok 1 - the only one\n");
    power_off(POWER_WELL);
}

static void bad_short_plan(void)
{
    banner();
    console_printf("1..2\nok 1 - the first of two\n");
    power_off(POWER_WELL);
}

/* As a guest might: more results than the plan has. */
static void bad_fake_tap(void)
{
    all_well();
    console_printf("ok 2 - a fake\n");
    power_off(POWER_WELL);
}

static void bad_not_ok(void)
{
    banner();
    console_printf("1..1\nnot ok 1 - it failed\n");
    power_off(POWER_WELL);
}

static void bad_wrong_code(void)
{
    all_well();
    power_off(POWER_TEST_FAILED);
}

static void bad_panic(void)
{
    all_well();
    panic("on purpose");
}

/* The text of a panic, and then a good code. */
static void bad_panic_text(void)
{
    all_well();
    console_printf("PANIC on hart 0: not really\n");
    power_off(POWER_WELL);
}

static const struct {
    char name[16];
    void (*run)(void);
} kinds[] = {
    { "hang", bad_hang },
    { "silence", bad_silence },
    { "early_exit0", bad_early_exit0 },
    { "reboot", bad_reboot },
    { "two_banners", bad_two_banners },
    { "missing_plan", bad_missing_plan },
    { "short_plan", bad_short_plan },
    { "fake_tap", bad_fake_tap },
    { "not_ok", bad_not_ok },
    { "wrong_code", bad_wrong_code },
    { "panic", bad_panic },
    { "panic_text", bad_panic_text },
};

void main(uint64_t hart_id, const void *device_tree);
void main(uint64_t hart_id, const void *device_tree)
{
    (void)hart_id;
    struct dt dt;
    struct machine machine;
    console_init();
    ASSERT(dt_open(&dt, device_tree, 1 << 20) == OK);
    machine_read(&machine, &dt);
    struct machine_word kind = machine_bootarg(&machine, "kind");
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++)
        if (kind.text != NULL && strlen(kinds[i].name) == kind.length &&
            memcmp(kinds[i].name, kind.text, kind.length) == 0)
            kinds[i].run();
    /* No kind: be good, to show that the runner can say yes. */
    all_well();
    power_off(POWER_WELL);
}
