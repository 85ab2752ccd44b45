# shellcheck shell=bash
# arena: the verb `arena`: build an image with the allocator of one file, boot it twice (one hart
# under -icount, where instructions are counted; several harts for the stress), and make tables of
# what it prints. Sourced by run.sh.
#
#   build/arena/NAME-SUM/      for each file, wherever it lies: mine.c its copy, arena.elf the image,
#                              last.csv what it was graded with last time
# shellcheck disable=SC2154 # run.sh's variables

ARENA_HEADER=allocator,trace,result,utilisation,mean,worst,points,words
ARENA_TEMPLATE=bench/arena/template.c
ARENA_OWN_BYTES=4096 # what an allocator may keep outside of its region

# arena_find WORD: which file is meant, as it is shown (arena_shown) and as it is found (arena_file).
# WORD is a name, for arena/NAME.c where the caller stands, or a path that ends in .c.
arena_find() {
    local template=$PWD/$ARENA_TEMPLATE
    case $1 in
    *.c) arena_shown=$1 ;;
    *[!A-Za-z0-9_-]*) wrong "an allocator's name has letters, digits, \"_\" and \"-\", not \"$1\"" ;;
    *) arena_shown=arena/$1.c ;;
    esac
    arena_file=$(in_caller_s_folder "$arena_shown")
    [ ! -r "$arena_file" ] || [ ! -f "$arena_file" ] || return 0
    printf 'run.sh: there is no %s in %s\n' "$arena_shown" "$here" >&2
    case $arena_shown in
    arena/*) printf 'Make it from the template, then run this again:\n  mkdir -p arena && cp %q %q\n' \
        "$template" "$arena_shown" >&2 ;;
    esac
    exit 2
}

# arena_build: the image in $arena_folder. The copy says where it comes from, so that the compiler's
# words and the places of crashes name the file that its author knows.
arena_build() {
    local log sum own quoted
    if [ -z "$arena_file" ]; then
        arena_folder=$build/arena/nobody
        build_target "$arena_folder/arena.elf"
        return
    fi
    sum=$(printf '%s' "$arena_file" | cksum)
    arena_folder=$build/arena/$(basename "$arena_file" .c | tr -c 'A-Za-z0-9_\n-' _)-${sum%% *}
    mkdir -p "$arena_folder" || exit 4
    quoted=${arena_shown//\\/\\\\}
    { printf '#line 1 "%s"\n' "${quoted//\"/\\\"}" && cat "$arena_file"; } >"$arena_folder/new"
    cmp -s "$arena_folder/new" "$arena_folder/mine.c" || cp "$arena_folder/new" "$arena_folder/mine.c"
    rm -f "$arena_folder/new"
    log=$(make -j2 "${make_words[@]}" "$arena_folder/arena.elf" 2>&1) || {
        printf '%s\n' "$log" >&2
        printf 'run.sh: %s does not build; the first error above says where\n' "$arena_shown" >&2
        exit 4
    }
    grep -A 3 'warning:' <<<"$log" | grep -v '^  LD' >&2
    own=$(size "$arena_folder/mine.o" 2>/dev/null | awk 'NR == 2 { print $2 + $3 }')
    [ "${own:-0}" -le "$ARENA_OWN_BYTES" ] || {
        printf 'run.sh: %s keeps %s bytes in variables of its own; up to %s are allowed, the rest lies in the region\n' \
            "$arena_shown" "$own" "$ARENA_OWN_BYTES" >&2
        exit 1
    }
}

# arena_boot HARTS QEMU_OPTIONS...: append what the image prints to the log.
arena_boot() {
    local harts=$1 status last log=$arena_folder/log
    shift
    qemu_line "$arena_folder/arena.elf" "$harts" 256M
    QEMU_LINE+=("$@")
    qemu_boot "${timeout:-120}" '' >"$log.raw" # no image: nothing is to be added to what is printed
    status=$?
    tr -d '\r' <"$log.raw" >"$log.one"
    cat "$log.one" >>"$log"
    last=$(sed -n 's/^@at //p' "$log.one" | tail -n 1)
    # It ended well iff what came last has its row, too: an allocator can power off as well as we can.
    [ "$status" -ne 33 ] || ! grep -q "^@csv ${last/ /,}," "$log.one" || return 0
    sed -n '/PANIC/,/END OF PANIC/p' "$log.one" | tools/symbolize "$arena_folder/arena.elf" >&2
    printf 'run.sh: the machine itself ended (QEMU exit code %s) in: %s\n' "$status" "$last" >&2
    printf 'An allocator that writes far outside of its region, calls itself without end, or powers off does that.\n' >&2
    [ "$status" -ne 124 ] || exit 124
    exit 1
}

# arena_places: copy stdin; a code address, 0x and 16 digits, becomes its function, file and line. It
# comes last: an address that a crash was about, before it, may have 16 digits, too.
# tools/symbolize knows how, for the report of a trap.
arena_places() {
    local line address place
    while IFS= read -r line; do
        if [[ $line =~ ^.*(0x[0-9a-f]{16}) ]]; then
            address=${BASH_REMATCH[1]}
            place=$(printf 'PANIC on hart\n  scause 0x0\n  #0 %s\n' "$address" |
                tools/symbolize "$arena_folder/arena.elf" | sed -n "s/^  #0 $address  //p")
            line=${line%"$address"*}${place:-$address}${line##*"$address"}
        fi
        printf '%s\n' "$line"
    done
}

# arena_csv: the log's rows as a file of comma-separated values (RFC 4180).
arena_csv() {
    echo "$ARENA_HEADER"
    sed -n 's/^@csv //p' "$arena_folder/log" | arena_places | awk '
        {
            words = $0
            for (i = 1; i <= 7; i++) sub(/^[^,]*,/, "", words)
            row = substr($0, 1, length($0) - length(words))
            gsub(/"/, "\"\"", words)
            print row (words != "" ? "\"" words "\"" : "")
        }'
}

# arena_report CSV LAST TEMPLATE: tables and words; exits with 1 where the last contender is the
# caller's and does not pass. TEMPLATE: 1 iff the file is the template as it is.
arena_report() {
    awk -F, -v last="$2" -v template="$3" '
        function cell(text, width) { printf "%" width "s", text }
        function words_of(line,    i) {
            for (i = 1; i <= 7; i++) sub(/^[^,]*,/, "", line)
            gsub(/^"|"$/, "", line); gsub(/""/, "\"", line)
            return line
        }
        function list(text, word) { return text == "" ? word : text ", " word }
        BEGIN {
            while (last != "" && (getline line < last) > 0) {
                split(line, f, ",")
                if (f[2] == "total" || f[7] ~ /^[0-9]/) before[f[1], f[2]] = f[7]
            }
        }
        FNR == 1 { next }
        {
            if (!($1 in known)) { known[$1] = 1; name[++names] = $1 }
            if ($7 ~ /^[0-9]/ && $2 != "total" && !($2 in seen)) { seen[$2] = 1; trace[++traces] = $2 }
            result[$1, $2] = $3; u[$1, $2] = $4; mean[$1, $2] = $5; worst[$1, $2] = $6; points[$1, $2] = $7
            words[$1, $2] = words_of($0)
        }
        function change(t,    now, then) {
            if (!((mine, t) in before)) return ""
            now = points[mine, t]; then = before[mine, t]
            return now != then ? sprintf("  %+.2f", now - then) : ""
        }
        END {
            if (names > 3) mine = name[4]
            printf "%-11s", "points"
            for (n = 1; n <= names; n++) cell(name[n], 13)
            for (t = 1; t <= traces; t++) changed = changed change(trace[t])
            print changed change("total") != "" ? "  since last time" : ""
            trace[traces + 1] = "boot"; trace[traces + 2] = "stress"
            for (t = 1; t <= traces + 2; t++) {
                printf "%-11s", trace[t]
                for (n = 1; n <= names; n++)
                    cell(result[name[n], trace[t]] == "fail" ? "fails" : t <= traces ? points[name[n], trace[t]] : "passes", 13)
                print change(trace[t])
            }
            printf "%-11s", "score"
            for (n = 1; n <= names; n++) cell(points[name[n], "total"], 13)
            print change("total")

            printf "\n%-11s", "U %, I, W"
            for (n = 1; n <= names; n++) cell(name[n], 18)
            print ""
            trace[traces + 1] = "total"
            for (t = 1; t <= traces + 1; t++) {
                printf "%-11s", t <= traces ? trace[t] : "all"
                for (n = 1; n <= names; n++)
                    if (result[name[n], trace[t]] == "fail" || result[name[n], trace[t]] ~ /^0 of/) cell("fails", 18)
                    else printf " %5.1f%7.1f%5d", u[name[n], trace[t]], mean[name[n], trace[t]], worst[name[n], trace[t]]
                print ""
            }
            print "\nPoints are 50 U + 30 min(1, I_ref / I) + 20 min(1, W_ref / W), and 0 where a trace fails;"
            print "the score is their mean. U: peak of payload over memory used; I and W: instructions of an"
            print "operation, mean and worst; I_ref and W_ref: those of tlsf. Boot and stress: pass or fail.\n"
            trace[traces + 1] = "boot"
            for (t = 1; t <= traces + 2; t++) {
                if (result["bump", trace[t]] == "fail") bump = list(bump, trace[t])
                for (n = 2; n <= names; n++)
                    if (result[name[n], trace[t]] == "fail") {
                        if (!template || name[n] != mine || first == "") print name[n] " fails " words[name[n], trace[t]]
                        if (name[n] != mine) broken = 1
                        else if (first == "") first = trace[t]
                    }
            }
            if (bump != "") {
                print "bump fails " bump ": what is given back it can use again only from its end, or when"
                print "all is back, so it runs out while most memory is free. That is its lesson, and no mistake."
            }
            if (mine != "") {
                count = result[mine, "total"]
                if (count ~ /^0 of/ && template) print mine ": " count " traces, as expected; start with " first
                else if (first == "boot" || first == "stress") print mine ": " count " traces, but " first " fails"
                else if (first != "") print mine ": " count " traces; next: " first
                else {
                    ahead = points[mine, "total"] - points["linked_list", "total"]
                    printf "%s: %s traces, boot and stress; %s points: %.2f %s\n", mine, count, points[mine, "total"],
                        (ahead < 0 ? -ahead : ahead), (ahead > 0 ? "more than linked_list, which is beaten" : "less than linked_list")
                }
            }
            exit first != "" || broken
        }' "$1"
}

# arena_leaderboard FILE...: who is best, of what --csv wrote. Built-in ones once.
arena_leaderboard() {
    local file files=()
    [ $# -gt 0 ] || wrong "--leaderboard needs files that \"./run.sh arena NAME --csv >FILE.csv\" wrote"
    for file; do
        file=$(in_caller_s_folder "$file")
        [ "$(head -n 1 "$file" 2>/dev/null | tr -d '\r')" = "$ARENA_HEADER" ] ||
            wrong "\"$file\" is no file that \"./run.sh arena NAME --csv\" wrote"
        files+=("$file")
    done
    printf '%4s  %-11s %7s  %-7s %6s %8s %6s  %-7s %s\n' '' name points traces U I W stress file
    awk -F, '
        FNR == 1 { order = 0; file = FILENAME; sub(/.*\//, "", file); next }
        { sub(/\r$/, "") }
        $2 == "stress" { stress[$1, FILENAME] = $3 }
        $2 == "total" {
            built_in = ++order <= 3
            if (built_in && ($1 in seen)) {
                if (seen[$1] != $0) print "run.sh: " file ": " $1 " has other figures than in the first file: another compiler?" >"/dev/stderr"
                next
            }
            if (built_in) seen[$1] = $0
            row[++rows] = $0; from[rows] = FILENAME; shown[rows] = built_in ? "" : file
        }
        END {
            for (i = 1; i <= rows; i++) {
                split(row[i], f, ",")
                print f[7], f[1], f[3], f[4], f[5], f[6], stress[f[1], from[i]], shown[i]
            }
        }' OFS='\t' "${files[@]}" | sort -t "$(printf '\t')" -k1,1nr -k2,2 -k8,8 | awk -F'\t' '
        { rank = NR == 1 || $1 != above ? NR : rank; above = $1
          line = sprintf("%4d  %-11s %7s  %-7s %6s %8s %6s  %-7s %s", rank, $2, $1, $3, $4, $5, $6, $7, $8)
          sub(/ +$/, "", line); print line }'
}

run_arena() {
    local status template='' report
    if [ -n "$leaderboard" ]; then
        [ -z "$csv" ] || wrong "--csv and --leaderboard do not go together"
        arena_leaderboard "${arena_words[@]}"
        return
    fi
    [ ${#arena_words[@]} -le 1 ] || wrong "\"${arena_words[1]}\" is one word too many after \"arena ${arena_words[0]}\""
    arena_file='' arena_shown=''
    [ ${#arena_words[@]} -eq 0 ] || arena_find "${arena_words[0]}"
    set_up demo
    arena_build
    [ -z "$ci" ] || [ -n "$csv" ] || versions
    : >"$arena_folder/log"
    arena_boot 1 -icount shift=0
    arena_boot 5
    arena_csv >"$arena_folder/now.csv"
    [ -z "$arena_file" ] || ! cmp -s "$arena_file" "$ARENA_TEMPLATE" || template=1
    report=$(arena_report "$arena_folder/now.csv" "$([ ! -r "$arena_folder/last.csv" ] || echo "$arena_folder/last.csv")" "$template")
    status=$?
    mv "$arena_folder/now.csv" "$arena_folder/last.csv"
    if [ -n "$csv" ]; then
        cat "$arena_folder/last.csv"
    else
        awk '/^Booting/ { on = 1; next } /OpenSBI/ { on = 0 } on && !/^@/ && !/^$/' "$arena_folder/log"
        printf '%s\n' "$report"
    fi
    return "$status"
}
