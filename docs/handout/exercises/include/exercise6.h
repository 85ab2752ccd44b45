/*
 * exercise6: a sum that many harts add to.
 */
#pragma once

#include <base/types.h>

extern uint64_t exercise6_sum;

/* Add 1 to exercise6_sum, `rounds` times. Many harts may do so at once, and nothing is lost. */
void exercise6_add(int rounds);
