/*
 * monitor: read a line, find its command, run it. See monitor/monitor.h.
 */
#include <console/console.h>
#include <console/input.h>
#include <monitor/line.h>

#include "commands.h"

static const struct command *const commands[] = {
    &command_echo,    &command_harts, &command_heap,  &command_help,     &command_map,
    &command_panic,   &command_peek,  &command_poke,  &command_poweroff, &command_reboot,
    &command_suspend, &command_timer, &command_traps,
};

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++)
        if (word_is(commands[i]->name, name))
            return commands[i];
    return NULL;
}

void command_usage(const struct command *command)
{
    console_printf("usage: %s %s\n", command->name, command->arguments);
}

bool command_number(const struct words *words, size_t index, uint64_t *value)
{
    if (word_number(words->word[index], value))
        return true;
    console_printf("\"%s\" is no number: 4096 and 0x1000 are\n", words->word[index]);
    return false;
}

void monitor_execute(const char *line)
{
    struct words words;
    if (!words_split(&words, line)) {
        console_printf("too long: a command has up to %d words\n", WORDS_MAX);
        return;
    }
    if (words.count == 0)
        return;
    const struct command *command = find(words.word[0]);
    if (command == NULL)
        console_printf("there is no command \"%s\"; help shows all\n", words.word[0]);
    else if (words.count - 1 < command->least || words.count - 1 > command->most)
        command_usage(command);
    else
        command->run(&words, line);
}

/* The commands that begin as the line does: with a space in it, none does. */
static const char *complete(const char *text, size_t length, size_t index)
{
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++)
        if (word_begins(commands[i]->name, text, length) && index-- == 0)
            return commands[i]->name;
    return NULL;
}

static void write_to_console(struct format_sink *sink, const char *bytes, size_t length)
{
    (void)sink;
    console_write(bytes, length);
}

void monitor_run(void)
{
    static struct line line;
    static struct format_sink sink = { write_to_console };
    line_init(&line, &sink, "bumpvisor> ", complete);
    line_prompt(&line);
    for (;;) {
        switch (line_feed(&line, console_read_wait())) {
        case LINE_READY:
            monitor_execute(line.text);
            line_next(&line);
            break;
        case LINE_CANCELLED:
            line_prompt(&line);
            break;
        case LINE_MORE:
            break;
        }
    }
}

static void run_help(const struct words *words, const char *line)
{
    (void)line;
    if (words->count == 2) {
        const struct command *command = find(words->word[1]);
        if (command == NULL)
            console_printf("there is no command \"%s\"\n", words->word[1]);
        else
            console_printf("%s %s: %s\n", command->name, command->arguments, command->help);
        return;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++)
        console_printf("  %-9s %-26s %s\n", commands[i]->name, commands[i]->arguments,
                       commands[i]->help);
    console_printf("Tab completes a command; the arrows edit and go through earlier lines\n");
}
const struct command command_help = { "help", "[COMMAND]", "what there is, or one of it",
                                      0,      1,           run_help };

static void run_echo(const struct words *words, const char *line)
{
    console_printf("%s\n", words->count > 1 ? line + words->rest[1] : "");
}
const struct command command_echo = { "echo", "[TEXT]",  "print the text as it stands",
                                      0,      WORDS_MAX, run_echo };
