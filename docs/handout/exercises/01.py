"""Exercise 1: another greeting."""

from pathlib import Path

import machine

OLD = "Hello from the bare machine"


def check(folder):
    if not (Path(folder) / "src/hello.S").is_file():
        raise machine.NotYet("there is no src/hello.S: this exercise belongs to chapter 1, before chapter 2 takes the file away")
    with machine.copy(folder) as mine:
        machine.build(mine)
        said = machine.boot(mine, seconds=4).text.strip()  # it does not end by itself
    if OLD in said:
        raise machine.NotYet(f'the machine still says "{OLD}": the text is in the last line of src/hello.S')
    if not any(c.isalnum() for c in said):
        raise machine.NotYet("the machine says nothing after the firmware's banner: is there a text after .asciz, "
                             "and does it end with \\n?")
    return f'It is your machine now. It said: "{said.splitlines()[0]}"'
