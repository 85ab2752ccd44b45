/*
 * probe: touch memory that may not be there, or a CSR that may not exist, and live.
 *
 * Each of these is one instruction that may fault, and a row in the table `__fixups` that says
 * where to go on then (src/trap/probe.S). The handler of the fault looks the instruction up; no
 * other code may fault.
 *
 * Context: not in a trap, where a fault ends the machine. Locks: none.
 */
#pragma once

#include <base/types.h>

/* Read `width` bytes (1, 2, 4 or 8) at `address`, which is a multiple of it, into *value. False,
   and *value as it was, iff they cannot be read or the width is another number. */
bool probe_read(uint64_t address, unsigned width, uint64_t *value);

/* Write the low `width` bytes of `value`. False iff they cannot be written, or as above. */
bool probe_write(uint64_t address, unsigned width, uint64_t value);

/* Write stimecmp: false iff this hart has no Sstc, or may not use it. */
bool probe_stimecmp(uint64_t ticks);

/* Write hgatp: false iff this hart has no hypervisor extension. */
bool probe_hgatp(uint64_t value);
