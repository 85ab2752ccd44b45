/*
 * monitor: a conversation with the machine, line by line. `./run.sh shell` starts it.
 *
 *     bumpvisor> help
 *     bumpvisor> peek 0x80200000 32
 *
 * To add a command: a struct command in a file of src/monitor/, and its name in the table of
 * src/monitor/monitor.c.
 */
#pragma once

#include <monitor/words.h>

struct command {
    const char *name;
    const char *arguments; /* "ADDRESS [BYTES]", for people; "" */
    const char *help;      /* one line */
    size_t least, most;    /* how many arguments it takes */
    /* words->word[0] is the name. `line` is what was typed. */
    void (*run)(const struct words *words, const char *line);
};

/* Read and run commands for ever; `poweroff` ends the machine. Context: interrupts on. */
[[gnu::noreturn]] void monitor_run(void);

/* Run one line, as if it had been typed. */
void monitor_execute(const char *line);
