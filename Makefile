# Bumpvisor's build. `make help` lists the targets; ./run.sh calls them for you.
#
#   TOOLCHAIN=gcc|clang     which compiler (default: gcc where one for RISC-V is found)
#   CROSS=prefix-           which gcc, e.g. riscv64-unknown-elf-
#   BUILD=dir               where everything made goes (default: build)
#   OPT=-O2                 optimisation

SHELL      := /bin/bash
.DELETE_ON_ERROR:
.SUFFIXES:
.SECONDARY:
MAKEFLAGS  += --no-builtin-rules

BUILD      ?= build
OPT        ?= -O2
# [toolchain]
CROSS      ?= $(firstword $(foreach p,riscv64-unknown-elf- riscv64-elf- riscv64-linux-gnu-,\
                $(if $(shell command -v $(p)gcc),$(p))))
TOOLCHAIN  ?= $(if $(CROSS),gcc,clang)

ifeq ($(TOOLCHAIN),clang)
CC         := clang --target=riscv64-unknown-elf
LD         := ld.lld
AR         := llvm-ar
ARCH       := -march=rv64imac -mno-relax
ASFLAGS    := -fdebug-compilation-dir=.
else
CC         := $(CROSS)gcc
LD         := $(CROSS)ld
AR         := $(CROSS)ar
ARCH       := -march=rv64imac_zicsr_zifencei
ASFLAGS    := -Wa,--debug-prefix-map=$(CURDIR)=.
endif

# One short line for each step; V=1 shows the commands.
ifeq ($(V),1)
say         =
else
say         = @printf '  %-5s %s\n' $(1) $(2);
endif
# [/toolchain]

all: $(BUILD)/hypervisor.elf $(BUILD)/hypervisor-heaps.elf compile_commands.json ## build the hypervisor (the default)

help: ## list the targets
	@grep -hE '^[a-z][a-z-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | \
	    sort | awk -F'\t' '{ printf "  make %-16s %s\n", $$1, $$2 }'

# --- How every file is compiled -------------------------------------------------------------------
# [flags]
# The warnings of the house; each one is an error.
WARNINGS   := -Wall -Wextra -Werror -Wconversion -Wshadow -Wstrict-prototypes -Wvla -Wundef \
              -Wmissing-prototypes -Wpointer-arith -Wwrite-strings
DIALECT    := -std=gnu2x $(WARNINGS) -Iinclude -I. -MMD -MP -g

# rv64imac, without F and D: the floating-point registers are the guest's.
# medany: code may lie at 0x80200000. no-pie: a compiler whose default is PIE would load sp through
# the GOT. Frame pointers: for backtraces. The prefix map: no path of this machine in the image.
CFLAGS     := $(DIALECT) $(ARCH) -mabi=lp64 -mcmodel=medany $(OPT) -ffreestanding -fno-pic \
              -fno-pie -fno-common -fno-stack-protector -fno-omit-frame-pointer \
              -fno-asynchronous-unwind-tables -ffunction-sections -fdata-sections \
              -ffile-prefix-map=$(CURDIR)=. -I$(BUILD)/generated
LDFLAGS    := -static -nostdlib --gc-sections --build-id=none -z max-page-size=4096 -X \
              --fatal-warnings
# [/flags]

# Hot paths that call nobody and need no frame record (see the file).
LEAVES     := $(addprefix heap/,fast bitmap bucket hart_caches linked_list tlsf) trap/trap guest/exit/mmio guest/sbi/vsbi guest/device/vuart
$(foreach leaf,$(LEAVES),$(eval CFLAGS_src/$(leaf).c := -fomit-frame-pointer))
# What runs once, or only when something is wrong, is compiled for size.
ONCE       := $(wildcard src/demo/*.c src/monitor/*.c src/device/*.c src/guest/load/*.c) src/main.c \
              $(patsubst %,src/%.c,console/panic console/console console/input trap/fix \
                lib/number lib/dt_writer lib/machine_modules guest/boot/guest guest/boot/report heap/report heap/heap heap/tlsf_check \
                heap/linked_list_check heap/bucket_check mmu/host mmu/fault mmu/print mmu/audit \
                mmu/stacks mmu/frames mmu/map_range smp/harts riscv/hart riscv/sbi collections/debug)
$(foreach file,$(ONCE),$(eval CFLAGS_$(file) := $(if $(filter -O2,$(OPT)),-Os)))
# memcpy's loops must not be recognised as memcpy.
CFLAGS_src/lib/memory.c := $(if $(filter clang,$(TOOLCHAIN)),-fno-builtin,-fno-tree-loop-distribute-patterns)

# --- The hypervisor -------------------------------------------------------------------------------
OFFSETS    := src/riscv/asm_offsets.c src/guest/cpu/vcpu_offsets.c
GENERATED  := $(patsubst %.c,$(BUILD)/generated/%.h,$(notdir $(OFFSETS)))
FLOORS     := base riscv lib console trap heap collections mmu smp device guest monitor demo
FAMILIES   := src/heap/family.c src/heap/family_bump.c
PLACES     := $(FLOORS:%=src/%) $(wildcard src/guest/*)
SOURCES    := $(filter-out $(OFFSETS) $(FAMILIES),$(wildcard $(PLACES:%=%/*.c))) $(wildcard $(PLACES:%=%/*.S))
OBJECTS    := $(SOURCES:%=$(BUILD)/%.o)
LIBRARY    := $(BUILD)/libbumpvisor.a

# The hypervisor with the heap that it is shipped with, and with all of them (run.sh --heap=NAME).
FAMILY     := $(BUILD)/src/heap/family.c.o
$(BUILD)/hypervisor.elf: $(BUILD)/src/main.c.o $(BUILD)/src/heap/family_bump.c.o $(LIBRARY) hypervisor.ld
	$(LINK)
$(BUILD)/hypervisor-heaps.elf: $(BUILD)/src/main.c.o $(FAMILY) $(LIBRARY) hypervisor.ld
	$(LINK)

# boot.S is asked for by name, so that it is linked though nobody calls it.
LINK = $(call say,LD,$@) $(LD) $(LDFLAGS) $(WRAP) -T hypervisor.ld -u _start -o $@ $(filter %.o,$^) $(filter %.a,$^) \
       $(LIBGCC)
# [libgcc]
LIBGCC = $(if $(filter gcc,$(TOOLCHAIN)),$(shell $(CC) $(ARCH) -mabi=lp64 -mcmodel=medany \
           -print-libgcc-file-name))
# [/libgcc]

$(LIBRARY): $(OBJECTS)
	@rm -f $@
	$(call say,AR,$@) $(AR) rcs $@ $^

# [flags-file]
# Objects depend on the flags that they are compiled with: another compiler builds them again.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(CC) $(CFLAGS) $(ASFLAGS) $(LD) $(LDFLAGS)' | cmp -s - $@ || echo '$(CC) $(CFLAGS) $(ASFLAGS) $(LD) $(LDFLAGS)' >$@
# [/flags-file]

$(BUILD)/%.c.o: %.c $(BUILD)/flags Makefile
	@mkdir -p $(@D)
	$(call say,CC,$<) $(CC) $(CFLAGS) $(CFLAGS_$<) -c $< -o $@

$(BUILD)/%.S.o: %.S $(BUILD)/flags $(GENERATED)
	@mkdir -p $(@D)
	$(call say,AS,$<) $(CC) $(CFLAGS) $(ASFLAGS) -c $< -o $@

# [offsets]
# What assembly knows of C's structs: compiled to text, each `->NAME value` becomes a #define.
define offsets_rule
$(BUILD)/generated/$(notdir $(1:.c=.h)): $(1) $(BUILD)/flags
	@mkdir -p $$(@D)
	@$$(CC) $$(CFLAGS) -MT $$@ -MF $$@.d -S $$< -o $$@.s
	@{ echo '/* Generated from $$<. */'; \
	   sed -nE 's/.*->([A-Z_0-9]+) ([0-9]+)".*/#define \1 \2/p' $$@.s; } >$$@
	@grep -q '#define' $$@
endef
$(foreach file,$(OFFSETS),$(eval $(call offsets_rule,$(file))))
# [/offsets]

# Editors read this; made from the same variables as the build itself.
compile_commands.json: Makefile $(SOURCES)
	@{ echo '['; \
	   for f in src/main.c $(filter %.c,$(SOURCES)); do \
	       printf '%s{"directory":"%s","file":"%s","arguments":[%s"-c","%s"]}' "$$separator" \
	           '$(CURDIR)' "$$f" "$$(printf '"%s",' $(CC) $(CFLAGS))" "$$f"; \
	       separator=$$',\n'; \
	   done; echo; echo ']'; } >$@

# --- Target tests and benchmarks: images that boot -----------------------------------------------
TARGET_TESTS := $(patsubst tests/target/%.c,$(BUILD)/target/%.elf,$(wildcard tests/target/test_*.c))

target-tests: $(TARGET_TESTS) $(BUILD)/target/bad.elf $(BUILD)/target/misuse.elf ## build the tests that boot in QEMU
bench-image: $(BUILD)/bench.elf $(BUILD)/bench-heap.elf $(BUILD)/bench-machine.elf \
             $(BUILD)/bench-collections.elf $(BUILD)/bench-guest.elf $(BUILD)/record.elf \
             $(BUILD)/arena/nobody/arena.elf ## build the benchmark images

$(BUILD)/target/%.elf: $(BUILD)/tests/target/%.c.o $(BUILD)/tests/target/tap.c.o $(FAMILY) $(LIBRARY) hypervisor.ld
	@mkdir -p $(@D)
	$(LINK)

# Those that run guests have a fixture, and their guests in a .S file of the same name.
GUEST_TESTS := $(patsubst tests/target/%.S,$(BUILD)/target/%.elf,$(wildcard tests/target/test_guest_*.S))
$(GUEST_TESTS): $(BUILD)/target/%.elf: $(BUILD)/tests/target/%.S.o $(BUILD)/tests/target/guest_fixture.c.o

# Images that misbehave on purpose: one source with a main of its own.
$(BUILD)/target/bad.elf $(BUILD)/target/misuse.elf: $(BUILD)/target/%.elf: $(BUILD)/tests/target/%.c.o $(FAMILY) $(LIBRARY) hypervisor.ld
	@mkdir -p $(@D)
	$(LINK)

# The traces of bench/arena: those that lie there, and those that a script writes, as one C file.
WRITTEN    := vector pages mix lifo coalescing exhaustion many_boxes larson
TRACES     := $(wildcard bench/arena/traces/*.trace) $(WRITTEN:%=$(BUILD)/traces/%.trace)

STRESS     := $(patsubst %,$(BUILD)/traces/stress%.trace,1 2 3 4)

$(BUILD)/traces/%.trace: bench/arena/generate.sh
	@mkdir -p $(@D)
	@bench/arena/generate.sh $* >$@

$(BUILD)/traces/traces.c: $(TRACES) $(STRESS) Makefile
	@all() { echo "const struct arena_trace $$1[] = {"; shift; \
	   for t; do \
	       printf '{ "%s", ""\n' "$$(basename $$t .trace)"; sed 's/.*/"&\\n"/' $$t; echo '},'; \
	   done; echo '};'; }; \
	 { echo '/* Generated from the traces of bench/arena. */'; echo '#include "bench/arena/arena.h"'; \
	   all arena_traces $(TRACES); all arena_stress $(STRESS); \
	   echo 'const size_t arena_trace_count = sizeof arena_traces / sizeof arena_traces[0];'; } >$@

$(BUILD)/traces/traces.o: $(BUILD)/traces/traces.c $(BUILD)/flags
	$(call say,CC,$<) $(CC) $(CFLAGS) -c $< -o $@

ARENA      := $(BUILD)/bench/arena/reader.c.o $(BUILD)/bench/arena/gate.c.o $(BUILD)/traces/traces.o
$(BUILD)/bench-heap.elf: $(patsubst %,$(BUILD)/%.o,$(wildcard bench/heap/*.c)) $(ARENA) $(FAMILY) $(LIBRARY) \
                         hypervisor.ld
	$(LINK)
$(BUILD)/bench-machine.elf: $(BUILD)/bench/machine/machine.c.o $(BUILD)/bench/machine_start.c.o \
                            $(BUILD)/bench/measure.c.o $(FAMILY) $(LIBRARY) hypervisor.ld
	$(LINK)
$(BUILD)/bench-collections.elf: $(BUILD)/bench/collections/collections.c.o $(BUILD)/bench/measure.c.o $(FAMILY) \
                                $(LIBRARY) hypervisor.ld
	$(LINK)
$(BUILD)/bench-guest.elf: $(BUILD)/bench/guest/guest.c.o $(BUILD)/bench/guest/guests.S.o \
                          $(BUILD)/bench/machine_start.c.o $(BUILD)/bench/measure.c.o $(FAMILY) $(LIBRARY) \
                          hypervisor.ld
	$(LINK)
# The arena (./run.sh arena): all that grades, and a contender that tools/arena.sh has put into a folder
# of build/arena; nobody is the arena without one. Its warnings are told, and are no errors. What
# would end the machine comes to bench/arena/guard.c first. DWARF 4, as addr2line of binutils 2.40 takes a
# file that includes no code, with DWARF 5, for the copy and not for what its #line says.
GRADER     := $(patsubst %,$(BUILD)/bench/%.o,arena/arena.c arena/contender.c arena/escape.S arena/guard.c \
                arena/score.c arena/stress.c heap/count.c machine_start.c)
CFLAGS_bench/arena/contender.c := -fomit-frame-pointer

$(BUILD)/arena/nobody/mine.o: $(BUILD)/bench/arena/nobody.c.o
	@mkdir -p $(@D)
	@cp $< $@
$(BUILD)/arena/%/mine.o: $(BUILD)/arena/%/mine.c $(BUILD)/flags Makefile
	$(CC) $(filter-out -Werror -Wconversion,$(CFLAGS)) -gdwarf-4 -fomit-frame-pointer -c $< -o $@
$(BUILD)/arena/%/arena.elf: private WRAP := --wrap=trap --wrap=panic
$(BUILD)/arena/%/arena.elf: $(BUILD)/arena/%/mine.o $(GRADER) $(ARENA) $(FAMILY) $(LIBRARY) hypervisor.ld
	$(LINK)
$(BUILD)/record.elf: $(BUILD)/bench/arena/record.c.o $(FAMILY) $(LIBRARY) hypervisor.ld
	$(LINK)
$(BUILD)/target/test_arena.elf: $(ARENA)

$(BUILD)/bench.elf: $(patsubst %,$(BUILD)/%.o,$(wildcard bench/*.c)) $(FAMILY) $(LIBRARY) hypervisor.ld
	$(LINK)

# --- Host tests: every floor that touches no hardware, under sanitizers, with cmocka --------------
HOST_CC       ?= gcc
HOST_SANITIZE ?= -fsanitize=address,undefined -fno-sanitize-recover=all
HOST_CFLAGS    = -Itests/host/fake/include $(DIALECT) -O1 -fno-omit-frame-pointer $(HOST_SANITIZE) \
                 -Itests/host -DBUMPVISOR_HOST \
                 -DSPINLOCK_PATIENCE=1000000
HOST_BUILD    := $(BUILD)/host

# src/lib/memory.c defines the host C library's own names; its test includes it renamed.
# Of mmu, guest and monitor: what knows no hardware.
HOST_SOURCES  := $(filter-out src/lib/memory.c src/heap/family_bump.c,$(wildcard $(addprefix src/,$(addsuffix /*.c,\
                   base lib heap collections guest/load guest/device)))) src/mmu/space.c src/mmu/map_range.c src/mmu/audit.c \
                 src/guest/exit/decode.c src/monitor/line.c src/monitor/words.c $(wildcard tests/host/fake/*.c)
HOST_OBJECTS  := $(HOST_SOURCES:%.c=$(HOST_BUILD)/%.o)
HOST_TESTS    := $(patsubst tests/host/test_%.c,$(HOST_BUILD)/test_%,\
                   $(sort $(wildcard tests/host/test_*.c))) \
                 $(patsubst tests/host/examples/%.c,$(HOST_BUILD)/test_example_%,\
                   $(sort $(wildcard tests/host/examples/*.c)))
HOST_LIBS_dt := -lfdt
HOST_LIBS_dt_writer := -lfdt
HOST_LIBS_guest_tree := -lfdt
# It passes over-aligned structs by value; GCC remarks that its version 4.5 did so in another manner.
$(HOST_BUILD)/tests/host/test_hash_map.o: HOST_CFLAGS += -Wno-psabi
HOST_ARENA    := $(HOST_BUILD)/bench/arena/reader.o $(HOST_BUILD)/bench/arena/gate.o $(HOST_BUILD)/traces.o
$(HOST_BUILD)/test_arena: $(HOST_ARENA)
$(HOST_BUILD)/traces.o: $(BUILD)/traces/traces.c
	@mkdir -p $(@D)
	$(call say,HOST,$<) $(HOST_CC) $(HOST_CFLAGS) -c $< -o $@

host-tests: $(HOST_TESTS) ## build the host tests (build/host/test_*)

$(HOST_BUILD)/libbumpvisor.a: $(HOST_OBJECTS)
	@rm -f $@
	$(call say,AR,$@) ar rcs $@ $^

$(HOST_BUILD)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,HOST,$<) $(HOST_CC) $(HOST_CFLAGS) -c $< -o $@

# The examples of the headers, compiled and run.
$(HOST_BUILD)/test_example_%: $(HOST_BUILD)/tests/host/examples/%.o $(HOST_BUILD)/libbumpvisor.a
	$(call say,HOST,$@) $(HOST_CC) $(HOST_CFLAGS) $^ -o $@ -lcmocka

# Tries all 2^32 words: without sanitizers, and with the decoder inlined, so that it takes seconds.
$(HOST_BUILD)/test_decode_all: tests/host/test_decode_all.c src/guest/exit/decode.c tests/host/instructions.h \
                               include/guest/exit/decode.h Makefile
	@mkdir -p $(@D)
	$(call say,HOST,$@) $(HOST_CC) $(filter-out -MMD -MP -O1 $(HOST_SANITIZE),$(HOST_CFLAGS)) -O2 -flto $(filter %.c,$^) -o $@ -lcmocka

$(HOST_BUILD)/test_%: $(HOST_BUILD)/tests/host/test_%.o $(HOST_BUILD)/libbumpvisor.a
	$(call say,HOST,$@) $(HOST_CC) $(HOST_CFLAGS) $(filter %.o,$^) $(filter %.a,$^) -o $@ -lcmocka -lpthread $(HOST_LIBS_$*)

# The tests that have threads, with ThreadSanitizer; without the lock it must find the races.
thread-tests: ## run the tests with threads under ThreadSanitizer
	@$(MAKE) BUILD=$(BUILD)/tsan HOST_SANITIZE=-fsanitize=thread $(BUILD)/tsan/host/test_threads \
	    $(BUILD)/tsan/host/test_heap $(BUILD)/tsan/host/test_rc $(BUILD)/tsan/host/test_vplic \
	    $(BUILD)/tsan/host/test_vuart_model
	$(BUILD)/tsan/host/test_threads
	$(BUILD)/tsan/host/test_rc
	$(BUILD)/tsan/host/test_vplic
	$(BUILD)/tsan/host/test_vuart_model
	$(BUILD)/tsan/host/test_heap
	! BUMPVISOR_UNLOCKED=1 $(BUILD)/tsan/host/test_threads >$(BUILD)/tsan/unlocked.log 2>&1
	grep -q 'WARNING: ThreadSanitizer: data race' $(BUILD)/tsan/unlocked.log

# Needs Debian's libclang-rt-dev. What it finds goes into the corpus; a crash is kept as a file.
FUZZ_SECONDS ?= 60
fuzz: $(BUILD)/fuzz/family $(BUILD)/fuzz/line ## search for FUZZ_SECONDS for what breaks an allocator, or the line editor
	@mkdir -p $(BUILD)/fuzz/found $(BUILD)/fuzz/lines
	$(BUILD)/fuzz/line -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=$(BUILD)/fuzz/ $(BUILD)/fuzz/lines
	$(BUILD)/fuzz/family -max_total_time=$(FUZZ_SECONDS) -max_len=1600 -artifact_prefix=$(BUILD)/fuzz/ \
	    $(BUILD)/fuzz/found tests/fuzz/corpus

$(BUILD)/fuzz/%: tests/fuzz/%_fuzz.c $(HOST_SOURCES)
	@mkdir -p $(@D)
	clang -fsanitize=fuzzer $(filter-out -MMD -MP,$(HOST_CFLAGS)) -Wno-error $(filter %.c,$^) -o $@

# --- Guards ---------------------------------------------------------------------------------------
C_FILES     = $(shell git ls-files -co --exclude-standard '*.c' '*.h')
ANALYSED    = $(filter %.c,$(SOURCES)) $(FAMILIES) src/main.c

format: ## lay out every C file as .clang-format says
	clang-format -i $(C_FILES)

format-check: ## fail where a C file is laid out otherwise
	clang-format --dry-run -Werror $(C_FILES)

# comparePointers: the symbols of the linker script are places in one image, not objects.
analyse: ## clang-tidy and cppcheck over the hypervisor
	clang-tidy --quiet $(ANALYSED) -- --target=riscv64-unknown-elf -march=rv64imac -mabi=lp64 \
	    -mcmodel=medany -std=gnu2x -ffreestanding -Iinclude
	cppcheck --quiet --error-exitcode=1 --std=c11 --platform=unix64 --inline-suppr -Iinclude \
	    --suppress=comparePointers --enable=warning,portability --suppress=missingIncludeSystem --suppress=internalAstError \
	    --suppress=syntaxError $(ANALYSED)

# Coverage needs objects of its own, in which each inline function is counted once, not at every
# place that it went into. What is measured: the floors that the host can run.
COVERAGE_FLAGS = --coverage -O0 -fprofile-update=atomic -Dalways_inline=unused -Wno-clobbered
GCOVR = gcovr --root . --object-directory $(BUILD)/coverage --exclude-unreachable-branches \
        --filter '(src|include)/(base|lib|heap|collections|guest/load|guest/device)/' \
        --filter '(src|include)/(mmu/(space|pte|map_range|audit)|guest/exit/decode|monitor/(line|words))'

coverage: ## lines and branches that the host tests reach; fails under 98 and 95 percent
	@$(MAKE) BUILD=$(BUILD)/coverage HOST_SANITIZE='$(COVERAGE_FLAGS)' host-tests
	@find $(BUILD)/coverage -name '*.gcda' -delete
	@find $(BUILD)/coverage/host -maxdepth 1 -name 'test_*' -type f -executable | xargs -P2 -I{} sh -c '{} >{}.log 2>&1 || \
	    { echo "{} failed"; exit 255; }'
	@$(GCOVR) --fail-under-line 98 | sed -n '5,$$p'; exit $${PIPESTATUS[0]}
	@$(GCOVR) --branches --fail-under-branch 95 | sed -n '5,$$p'; exit $${PIPESTATUS[0]}

docs: ## the handout as pages and as a PDF, in build/docs; what that needs is set up
	@BUILD=$(BUILD) ./run.sh docs

handout-check: $(BUILD)/hypervisor.elf ## is the handout true? snippets, markers, links; pictures; consoles and gdb sessions, run again
	python3 -B tools/handout/truth.py check
	BUILD=$(BUILD) python3 -B tools/handout/draw.py --check
	python3 -B tools/handout/consoles.py check
	python3 -B tools/handout/sessions.py check

size: $(BUILD)/hypervisor.elf ## what the image takes: loadable bytes, and memory
	@file=0 memory=0; \
	while read -r kind _ _ _ in_file in_memory _; do \
	    [ "$$kind" = LOAD ] && file=$$((file + in_file)) memory=$$((memory + in_memory)); \
	done < <(readelf -lW $<); \
	echo "image: $$file loadable bytes; in memory $$memory, stack and heap included"

clean: ## remove everything made
	rm -rf $(BUILD) compile_commands.json

FORCE:
.PHONY: all docs handout-check help format format-check analyse coverage size clean host-tests target-tests \
        bench-image fuzz thread-tests FORCE

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
