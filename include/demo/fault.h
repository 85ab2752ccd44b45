/*
 * fault: mistakes on purpose, one of each kind, to see what the machine says of them.
 *
 *     ./run.sh demo --fault=load
 */
#pragma once

#include <base/types.h>

/*
 * Make the mistake called by the `length` bytes at `kind`: a name of the table in
 * src/demo/fault.c, `stack`, or `stackN` for the stack of hart N, 0 to 7. It ends in a panic.
 * Panics too, after a list of the kinds, for one that is not there.
 */
[[gnu::noreturn]] void demo_fault(const char *kind, size_t length);
