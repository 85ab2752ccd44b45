#!/usr/bin/env bash
# floors [DIR]: every #include of a file goes to its own floor or a lower one. Names each that does
# not, and ends with 1. The rooms of the floor guest are floors too.
cd "${1:-$(dirname "$0")/..}" || exit 1
floors='base riscv lib console trap heap collections mmu smp device guest/memory guest/device guest/load \
guest/cpu guest/vm guest/run guest/sbi guest/exit guest/boot monitor demo'

grep -rnE '^ *# *include *<[a-z_]+/' include src 2>/dev/null | awk -v floors="$floors" '
    BEGIN { n = split(floors, name, " "); for (i = 1; i <= n; i++) level[name[i]] = i }
    {
        split($0, part, ":")
        split(part[1], path, "/")
        floor = path[2] == "guest" ? path[2] "/" path[3] : path[2]
        if (path[2] == "main.c") next
        if (!match($0, /<guest\/[a-z_]+\//)) match($0, /<[a-z_]+\//)
        target = substr($0, RSTART + 1, RLENGTH - 2)
        if (!(target in level) || !(floor in level) || level[target] > level[floor]) {
            print part[1] ":" part[2] ": floor " floor " includes " target ", which is higher or unknown"
            bad = 1
        }
    }
    END { exit bad }'
