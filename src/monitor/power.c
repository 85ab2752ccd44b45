/*
 * power: the monitor's commands that end it: panic, reboot, poweroff.
 */
#include <base/assert.h>
#include <console/console.h>
#include <riscv/power.h>

#include "commands.h"

static void run_panic(const struct words *words, const char *line)
{
    panic("%s", words->count > 1 ? line + words->rest[1] : "the monitor was told to");
}
const struct command command_panic = { "panic", "[TEXT]",  "end with a report",
                                       0,       WORDS_MAX, run_panic };

static void run_reboot(const struct words *words, const char *line)
{
    (void)words, (void)line;
    console_printf("Rebooting\n");
    power_reboot();
}
const struct command command_reboot = { "reboot", "", "boot again", 0, 0, run_reboot };

static void run_poweroff(const struct words *words, const char *line)
{
    (void)words, (void)line;
    console_printf("Powering off\n");
    power_off(POWER_WELL);
}
const struct command command_poweroff = { "poweroff", "", "end the machine", 0, 0, run_poweroff };
