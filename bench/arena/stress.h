/*
 * stress: four harts on one contender, with our lock around it. Pass or fail.
 *
 * The first hart watches; each of the four others puts a trace of its own through the gate, with
 * block numbers of its own, so that a block that two of them hold is seen. Instructions are not
 * counted here: harts are host threads (MTTCG), and meet in another order each time.
 */
#pragma once

#include <base/types.h>

/* All contenders, one after the other; prints a line for each. Does not return where mine crashes
   or hangs: then that line is the last, and the machine ends. */
void stress_all(void);
