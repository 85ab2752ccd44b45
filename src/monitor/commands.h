/*
 * commands: all of them, for the table in monitor.c.
 */
#pragma once

#include <monitor/monitor.h>

/* Print how a command is used; for one whose words are wrong. */
void command_usage(const struct command *command);

/* The argument `index` as a number. False, with a message, iff it is none. */
bool command_number(const struct words *words, size_t index, uint64_t *value);

extern const struct command command_echo, command_harts, command_heap, command_help, command_map,
    command_panic, command_peek, command_poke, command_poweroff, command_reboot, command_suspend,
    command_timer, command_traps;
