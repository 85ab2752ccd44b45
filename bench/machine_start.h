/*
 * machine_start: what main does before the demo, for benchmarks that need the machine as it is
 * then: address space, timers, calls between harts, all harts.
 */
#pragma once

void machine_start(const void *device_tree);
