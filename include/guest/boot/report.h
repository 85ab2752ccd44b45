/*
 * report: how a guest ended, and what it asked for.
 */
#pragma once

#include <guest/vm/vm.h>

/* One line: the vm, the vCPU, the reason, its pc, the address that it is about. */
void report_end(const struct vm *vm);

/* Exits by cause, and calls by extension and function, of all vCPUs together. */
void report_exits(const struct vm *vm);
