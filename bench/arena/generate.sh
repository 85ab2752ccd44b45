#!/usr/bin/env bash
# generate.sh TRACE: print a trace (see arena.h). The same on every machine: the random numbers are a
# linear congruence of 31 bits (Park and Miller's, CACM 31(10), 1988).
set -eu
awk -v trace="$1" '
    function any(limit) { seed = (seed * 48271) % 2147483647; return int(seed / 7) % limit }
    function alloc(id, size, align) { print "a", id, size, align; live[id] = 1 }
    function give(id) { print "f", id; delete live[id] }
    # For so many operations: a random slot, filled or emptied.
    function churn(operations, slots, least, most, align,    n, id) {
        for (n = 0; n < operations; n++) {
            id = any(slots)
            if (id in live) give(id)
            else alloc(id, least + any(most - least + 1), align)
        }
    }
    BEGIN {
        seed = 20261121
        if (trace == "vector") {            # doubling, and a neighbour in the way half of the time
            for (v = 0; v < 8; v++) {
                alloc(2 * v, 64, 8)
                if (v % 2) alloc(2 * v + 1, 16, 8)
                for (size = 128; size <= 32768; size *= 2) print "r", 2 * v, size
            }
        } else if (trace == "pages") {      # pages and runs, aligned
            for (n = 0; n < 40; n++) alloc(n, 4096, 4096)
            for (n = 0; n < 40; n += 2) give(n)
            for (n = 100; n < 110; n++) alloc(n, 8192 + any(3) * 4096, 4096)
            for (n = 200; n < 204; n++) alloc(n, 16384, 16384)
            churn(300, 60, 1, 4096, 4096)
        } else if (trace == "mix") {        # many small, some large, all alignments
            for (n = 0; n < 3000; n++) {
                id = any(400)
                if (!(id in live)) alloc(id, any(10) ? 1 + any(200) : 1 + any(8000), 2 ^ any(9))
                else if (any(4) == 0) print "r", id, 1 + any(1000)
                else give(id)
            }
        } else if (trace == "lifo") {
            for (round = 0; round < 10; round++) {
                for (n = 0; n < 100; n++) alloc(n, 16 + n * 8, 8)
                for (n = 99; n >= 0; n--) give(n)
            }
        } else if (trace == "coalescing") { # every other one, then the rest, then one that needs all of it as one
            for (round = 0; round < 5; round++) {
                for (n = 0; n < 100; n++) alloc(n, 6000, 8)
                for (n = 0; n < 100; n += 2) give(n)
                for (n = 1; n < 100; n += 2) give(n)
                alloc(500, 600000, 8)
                give(500)
            }
        } else if (trace == "exhaustion") {
            for (n = 0; n < 10; n++) alloc(n, 5000, 8)
            print "x 64 8"
            for (n = 0; n < 10; n += 2) give(n)
            print "x 4096 4096"
            print "x 100000 16"
        } else if (trace == "many_boxes") { # with one that lives long in between
            alloc(1, 8, 8)
            for (n = 0; n < 2000; n++) { alloc(0, 8, 8); give(0) }
        } else if (trace == "larson") {     # a server: each request frees an old block, takes a new one
            for (n = 0; n < 500; n++) alloc(n, 16 + any(500), 8)
            for (n = 0; n < 2500; n++) { id = any(500); give(id); alloc(id, 16 + any(500), 8) }
        } else if (trace ~ /^stress[1-4]$/) { # one of four harts; each has block numbers of its own
            hart = substr(trace, 7)
            seed += hart
            for (n = 0; n < 8000; n++) {
                id = hart * 50 + any(40)
                if (id in live) give(id)
                else alloc(id, any(8) ? 1 + any(200) : 1 + any(3000), 2 ^ any(7))
            }
        } else {
            print "generate.sh: there is no trace " trace > "/dev/stderr"
            exit 2
        }
    }'
