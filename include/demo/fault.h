/*
 * fault: mistakes on purpose, one of each kind, to see what the machine says of them.
 *
 *     ./run.sh demo --fault=load
 */
#pragma once

#include <base/types.h>

/*
 * Make the mistake called by the `length` bytes at `kind`: load, store, fetch, illegal,
 * breakpoint, assert, oom or stack; it ends in a panic. Panics too, with the list of kinds, for
 * a kind that is not there.
 */
[[gnu::noreturn]] void demo_fault(const char *kind, size_t length);
