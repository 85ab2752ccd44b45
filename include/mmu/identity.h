/*
 * identity: every address means itself, and now has rights.
 *
 * Without translation, code could be overwritten, data executed, and an overflowing stack would
 * eat .bss in silence. identity_map turns Sv39 on with three tables:
 *
 *     root    512 x 1 GiB   RW; the entry of our image's gigabyte leads to
 *     middle  512 x 2 MiB   RW; the entry of our image leads to
 *     leaves  512 x 4 KiB   .text R-X, .rodata R, guard page: nothing, all else RW
 *
 * Shortcomings: devices and RAM share one kind of page, the firmware's memory is mapped (it is
 * protected by PMP all the same), page 0 is mapped, and only the hart that calls is guarded.
 * A page-table walker with frames of its own replaces this chapter when guests come.
 */
#pragma once

#include <base/error.h>

/*
 * Build the tables and switch this hart to them. Context: one hart, once.
 * Fails iff the hart does not offer Sv39 (ERR_NOT_SUPPORTED); then nothing has changed.
 * Cost: about 8,000 instructions.
 */
enum error identity_map(void);
