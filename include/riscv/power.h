/*
 * power: the end of the machine, with an exit code.
 *
 * The firmware's shutdown call has no code: QEMU exits 0 even after a failure. QEMU's virt
 * machine also has a "test finisher", one register whose write ends QEMU with a code of ours
 * (QEMU source hw/misc/sifive_test.c; device tree: compatible "sifive,test0"). Success is a
 * code too, so that an end that nobody asked for, with code 0, is never taken for one.
 */
#pragma once

#include <base/types.h>

enum power_code {
    POWER_WELL = 33,        /* the demo is over, or every test passed */
    POWER_TEST_FAILED = 34, /* a test failed, and said which */
    POWER_PANIC = 35,       /* a panic, and its report is on the console */
    POWER_GUEST = 36,       /* a guest did not end well; a line on the console says how */
};

/* Where the finisher is, from the device tree. Until this is called: QEMU virt's address. */
void power_set_finisher(struct hpa address);

/* Boot again, through the firmware; where that fails the machine ends with POWER_PANIC. */
[[gnu::noreturn]] void power_reboot(void);

/* End the machine: through the finisher, else through the firmware, else halt. */
[[gnu::noreturn]] void power_off(enum power_code code);
