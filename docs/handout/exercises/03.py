"""Exercise 3: the conversion %b, and the smallest numbers."""

import machine

# The formats are volatile, so that no compiler has an opinion about %b.
MAIN = """\
#include <console/console.h>
#include <riscv/power.h>

void main(uint64_t hart_id, const void *device_tree);

static const char *volatile formats[] = {
%s
};

void main(uint64_t hart_id, const void *device_tree)
{
    console_init();
%s
    power_off(POWER_WELL);
}
"""

# A trap where a signed sum, or a negation, overflows.
TRAP_ON_OVERFLOW = "\nCFLAGS += -fsanitize=signed-integer-overflow -fsanitize-undefined-trap-on-error\n"

# What is printed: format, argument, result, and what to think of where it is wrong.
SMALLEST = "the smallest number has no positive partner; put_signed is right as the chapter has it"
LONG = "64 bits are 64 binary digits: how many does MAX_DIGITS allow?"
NUMBERS = [
    ("%d", "-__INT_MAX__ - 1", "-2147483648", SMALLEST),
    ("%lld", "-__LONG_LONG_MAX__ - 1", "-9223372036854775808", SMALLEST),
    ("%d", "__INT_MAX__", "2147483647", SMALLEST),
    ("%d", "0", "0", "zero is one digit"),
    ("%u", "4294967295U", "4294967295", "%u works as before"),
    ("%o", "8U", "10", "%o works as before"),
    ("%#x", "48879U", "0xbeef", "%x works as before"),
    ("%b", "5U", "101", "each digit is one bit, the last one is value & 1"),
    ("%b", "0U", "0", "zero is one digit; put_number sees to that"),
    ("%08b", "5U", "00000101", "width and zeros come from put_number, as with %u"),
    ("%-5b|", "5U", "101  |", "width comes from put_number, as with %u"),
    ("%b", "4294967295U", "1" * 32, "32 bits are 32 binary digits: how many does MAX_DIGITS allow?"),
    ("%llb", "0x8000000000000001ULL", "1" + "0" * 62 + "1", LONG),
    ("%llb", "0xffffffffffffffffULL", "1" * 64, LONG),
]


def check(folder):
    formats = "\n".join(f'    "{i}: {form}\\n",' for i, (form, *_) in enumerate(NUMBERS))
    calls = "\n".join(f"    console_printf(formats[{i}], {argument});" for i, (_, argument, *_) in enumerate(NUMBERS))
    with machine.copy(folder) as mine:
        (mine / "src/main.c").write_text(MAIN % (formats, calls))
        machine.build(mine)
        console = machine.boot(mine, seconds=10)
        judge(console)
        with open(mine / "Makefile", "a") as makefile:
            makefile.write(TRAP_ON_OVERFLOW)
        machine.build(mine)
        if machine.boot(mine, seconds=10).status != 0:
            raise machine.NotYet("all numbers are right, by luck: a signed number overflows on the way, for which C promises nothing. "
                                 "-value has no result where value is the smallest number; -(uint64_t)value has one")
    return f"{len(NUMBERS)} difficult numbers, all right, the smallest and the longest too."


def judge(console):
    said = dict(line.split(": ", 1) for line in console.text.splitlines() if ": " in line)
    for i, (form, argument, wanted, why) in enumerate(NUMBERS):
        got = said.get(str(i))
        if got == wanted:
            continue
        if got is None:
            raise machine.NotYet(f"{form} of {argument} is not printed as a line: {why}")
        if "%!" in got:
            raise machine.NotYet(f"the conversion {form} is not known yet: put_conversion in src/lib/format.c says which there are")
        raise machine.NotYet(f'{form} of {argument} is "{got}" and should be "{wanted}": {why}')
    if console.status != 0:
        raise machine.NotYet("all numbers are right, but the machine does not end well:\n" + console.text[-600:])
