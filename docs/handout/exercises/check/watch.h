/*
 * watch: what the mains of the exercises' checks have in common: how a mistake is said, and an
 * allocator that moves a block each time, spoils what it gets back, looks at every layout, and
 * refuses when it is told to.
 */
#pragma once

#include <console/console.h>
#include <heap/allocator.h>
#include <riscv/power.h>

/* Say what is wrong, and end. */
#define mistake(...)                                                                               \
    do {                                                                                           \
        console_printf("mistake: " __VA_ARGS__);                                                   \
        console_printf("\n");                                                                      \
        power_off(POWER_WELL);                                                                     \
    } while (0)

extern struct allocator watch;
extern bool watch_refuses;  /* say no from now on */
extern size_t watch_asked;  /* how often a block was asked for */
extern size_t watch_in_use; /* bytes of blocks that are not given back yet */
