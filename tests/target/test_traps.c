/*
 * Traps that come back: an instruction that may fault, a handler that goes on behind it, all
 * registers as they were; and a page that this hart believes not to be mapped.
 */
// smp: 1
// boot: paging=3 paging=4 paging=5
#include "tap.h"

#include <base/image.h>
#include <mmu/frames.h>
#include <mmu/host.h>
#include <riscv/hart.h>
#include <trap/probe.h>
#include <trap/trap.h>

static void probes_read_what_is_there(void)
{
    static const uint64_t word = 0x1122'3344'5566'7788;
    uint64_t value = 0, at = (uintptr_t)&word;
    CHECK(probe_read(at, 8, &value));
    CHECK_EQUAL(value, word);
    CHECK(probe_read(at, 4, &value));
    CHECK_EQUAL(value, 0x5566'7788);
    CHECK(probe_read(at + 2, 2, &value));
    CHECK_EQUAL(value, 0x5566);
    CHECK(probe_read(at + 7, 1, &value));
    CHECK_EQUAL(value, 0x11);
}

static void probes_survive_what_is_not(void)
{
    static const uint64_t nowhere[] = { 0,
                                        8,
                                        0x8000'0000,
                                        0x1000'1000,
                                        UINT64_C(1) << 63,
                                        UINT64_C(0x7fff'ffff'ffff'f000),
                                        UINT64_MAX - 7 };
    uint64_t value = 42;
    for (size_t i = 0; i < ARRAY_LENGTH(nowhere); i++)
        for (unsigned width = 1; width <= 8; width *= 2) {
            CHECK(!probe_read(nowhere[i], width, &value));
            CHECK(!probe_write(nowhere[i], width, 1));
        }
    CHECK_EQUAL(value, 42);
    CHECK(!probe_write((uintptr_t)__text_start, 4, 0));   /* code cannot be written, */
    CHECK(!probe_write((uintptr_t)__rodata_start, 8, 0)); /* nor can constants */
}

static void probes_refuse_bad_widths(void)
{
    static uint64_t words[2];
    uint64_t value;
    CHECK(!probe_read((uintptr_t)words, 3, &value));
    CHECK(!probe_read((uintptr_t)words, 0, &value));
    CHECK(!probe_read((uintptr_t)words, 16, &value));
    CHECK(!probe_read((uintptr_t)words + 1, 8, &value)); /* misaligned */
    CHECK(!probe_write((uintptr_t)words + 2, 4, 1));
    CHECK_EQUAL(words[0], 0);
}

static void probes_write_each_width(void)
{
    static uint64_t word;
    CHECK(probe_write((uintptr_t)&word, 8, 0x1111'1111'1111'1111));
    CHECK(probe_write((uintptr_t)&word, 1, 0xaa));
    CHECK(probe_write((uintptr_t)&word + 2, 2, 0xbbbb));
    CHECK(probe_write((uintptr_t)&word + 4, 4, 0xcccc'cccc));
    CHECK_EQUAL(word, 0xcccc'cccc'bbbb'11aa);
}

static uint64_t breakpoints;

/* Go on behind the ebreak, whose length the instruction itself says (two low bits 11: four); and
   leave nothing in any register that a function may change. */
static void count_breakpoint(struct frame *frame)
{
    breakpoints++;
    uint16_t parcel = *(const uint16_t *)(uintptr_t)frame->sepc;
    frame->sepc += (parcel & 3) == 3 ? 4 : 2;
    __asm__ volatile(".irp n, 5,6,7,10,11,12,13,14,15,16,17,28,29,30,31\n li x\\n, -1\n .endr" ::
                         : "t0", "t1", "t2", "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "t3",
                           "t4", "t5", "t6");
}

/* Every register that C may use, with a value of its own, across a trap: a0 comes back as the
   number of those that changed. */
static uint64_t registers_that_change(void)
{
    register uint64_t changed __asm__("a0");
    __asm__ volatile(
        "addi sp, sp, -32\n"
        "sd ra, 0(sp)\n sd gp, 8(sp)\n sd tp, 16(sp)\n"
        ".irp n, 5,6,7,9,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
        "li x\\n, 0x1000 + \\n\n"
        ".endr\n"
        "ebreak\n"
        "li a0, 0\n"
        ".irp n, 5,6,7,9,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
        "li ra, 0x1000 + \\n\n"
        "xor ra, ra, x\\n\n snez ra, ra\n add a0, a0, ra\n"
        ".endr\n"
        "ld ra, 8(sp)\n xor ra, ra, gp\n snez ra, ra\n add a0, a0, ra\n"
        "ld ra, 16(sp)\n xor ra, ra, tp\n snez ra, ra\n add a0, a0, ra\n"
        "ld ra, 0(sp)\n addi sp, sp, 32\n"
        : "=r"(changed)
        :
        : "t0", "t1", "t2", "s1", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "s2", "s3", "s4", "s5",
          "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6", "memory");
    return changed;
}

static void all_registers_survive_a_trap(void)
{
    enum { BREAKPOINT = 3, TIMES = 1000 };
    trap_handle(BREAKPOINT, count_breakpoint);
    for (size_t i = 0; i < TIMES; i++)
        CHECK_EQUAL(registers_that_change(), 0);
    CHECK_EQUAL(breakpoints, TIMES);
    CHECK_EQUAL(this_hart()->traps[trap_slot(BREAKPOINT)], TIMES);
    CHECK_EQUAL(this_hart()->trap_depth, 0);
}

/* A fault at a page that is mapped by now is no mistake: this hart had not heard of it. QEMU never
   remembers that a page is missing, so trap() is shown the frame that such a hart would bring. */
static void a_fault_at_a_page_that_is_mapped_is_forgiven(void)
{
    enum { LOAD_PAGE_FAULT = 13 };
    static uint64_t word;
    struct frame frame = { .scause = LOAD_PAGE_FAULT, .stval = (uintptr_t)&word, .sepc = 4 };
    uint64_t before = host_spurious_faults;
    trap(&frame);
    CHECK_EQUAL(frame.sepc, 4); /* the instruction is tried again */
    CHECK_EQUAL(host_spurious_faults, before + 1);
}

static void a_range_is_mapped_and_unmapped(void)
{
    const struct hva at = { UINT64_C(0x3f'0000'0000) };
    struct heap_statistics before = allocator_statistics(frames_default());
    uint64_t value;
    CHECK(!probe_read(at.value, 8, &value));
    CHECK_EQUAL(map_range(&host_space, at, 5 * PAGE_SIZE, frames_default(), RIGHTS_RW), OK);
    __asm__ volatile("sfence.vma" ::: "memory");
    for (uint64_t page = 0; page < 5; page++)
        CHECK(probe_write(at.value + page * PAGE_SIZE, 8, page));
    for (uint64_t page = 0; page < 5; page++)
        CHECK(probe_read(at.value + page * PAGE_SIZE, 8, &value) && value == page);
    CHECK(!probe_read(at.value + 5 * PAGE_SIZE, 8, &value));
    CHECK(!probe_read(at.value - 8, 8, &value));
    unmap_range(&host_space, at, 5 * PAGE_SIZE, frames_default());
    __asm__ volatile("sfence.vma" ::: "memory");
    CHECK(!probe_read(at.value, 8, &value));
    CHECK_EQUAL(allocator_statistics(frames_default()).live, before.live);
}

static void too_few_frames_leave_nothing_half_mapped(void)
{
    const struct hva at = { UINT64_C(0x3f'0000'0000) };
    struct heap_statistics before = allocator_statistics(frames_default());
    uint64_t size = before.left_bytes + (16 << 20);
    CHECK_EQUAL(map_range(&host_space, at, size, frames_default(), RIGHTS_RW), ERR_NO_MEMORY);
    struct heap_statistics after = allocator_statistics(frames_default());
    CHECK_EQUAL(after.live, before.live);
    CHECK_EQUAL(after.used_bytes, before.used_bytes);
    struct leaf leaf;
    CHECK(!space_find(&host_space, at, &leaf));
    CHECK(space_audit(&host_space).mistake == NULL);
}

static const struct test tests[] = {
    TEST(probes_read_what_is_there),      TEST(probes_survive_what_is_not),
    TEST(probes_refuse_bad_widths),       TEST(probes_write_each_width),
    TEST(all_registers_survive_a_trap),   TEST(a_fault_at_a_page_that_is_mapped_is_forgiven),
    TEST(a_range_is_mapped_and_unmapped), TEST(too_few_frames_leave_nothing_half_mapped),
};
TEST_IMAGE("traps", tests)
