# shellcheck shell=bash
# workshop: run.sh seen from a learner's folder, and the verb that goes with the handout. Sourced by
# run.sh. The folder's own run.sh names the folder in BUMPVISOR_WORKSHOP and calls the project's: then
#
#     ./run.sh             builds what lies in the folder and boots that; gdb, build and clean likewise
#     ./run.sh workshop    acts on the folder (tools/handout/workshop.py)
#     ./run.sh arena       grades the folder's allocator
#
# shellcheck disable=SC2154,SC2034 # those are run.sh's

IN_FOLDER="demo build gdb workshop arena doctor clean help" # the rest belongs to the project
workshop=${BUMPVISOR_WORKSHOP:-} workshop_words=()

# enter_workshop: from here on the machine is the folder's.
enter_workshop() {
    [ -f "$workshop/Makefile" ] || [ "$verb" != demo ] ||
        wrong "there is no Makefile in $workshop; ./run.sh workshop open 1 lays out what is missing"
    # shellcheck disable=SC2086
    one_of "$verb" $IN_FOLDER ||
        wrong "\"$verb\" belongs to the project, not to your folder; call it there: $PWD/run.sh $verb"
    [ "$heap:$fault$heap_at$paging$unchecked" = bump: ] ||
        wrong "--fault, --heap, --heap-at, --paging and --unchecked belong to the project's own machine"
    case $verb in demo | build | gdb | clean) ;; *) return 0 ;; esac
    BUMPVISOR_IMAGE=$workshop/build/hypervisor.elf
    make_words=(-C "$workshop" --no-print-directory)
    unset BUILD # that is the project's
    [ -z "$toolchain" ] || make_words+=(TOOLCHAIN="$toolchain")
    [ "$verb" = clean ] || [ -n "$(find "$workshop/src" -name '*.[cS]' 2>/dev/null)" ] || {
        echo "run.sh: there is nothing to build yet: your first file is src/hello.S, in chapter 1" >&2
        exit 4
    }
    # Who sits at a terminal may look as long as he likes: some machines of the first chapters never end.
    [ ! -t 0 ] || timeout=${timeout:-86400}
    if [ "$verb" != clean ] && [ -z "$dry_run$explain" ]; then
        set_up demo
        build_target build/hypervisor.elf
    fi
}

run_workshop() {
    set_up workshop
    BUMPVISOR_WORKSHOP=$workshop BUMPVISOR_HERE=$here \
        exec python3 -B tools/handout/workshop.py ${workshop_words[@]+"${workshop_words[@]}"}
}
