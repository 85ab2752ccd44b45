# shellcheck shell=bash
# variants BUILD: every target test with the harts and boot arguments that its source names, one a
# line, as tests/run_one.sh takes them. Sourced.
#
#     // smp: 1 2                                 boots for each number of harts
#     // boot: heap=bump,checked=no heap=tlsf     and each of these; without the line, one with none
variants() {
    local source words harts word smp
    for source in tests/target/test_*.c; do
        words=$(sed -nE 's|^// boot: ||p' "$source" | tr '\n' ' ')
        read -ra smp < <(sed -nE 's|^// smp: ||p' "$source")
        for harts in "${smp[@]}"; do
            for word in ${words:-none}; do
                echo "$1/target/$(basename "$source" .c).elf@$harts@${word/#none/}"
            done
        done
    done
}
