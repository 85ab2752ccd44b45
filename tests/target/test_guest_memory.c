/*
 * Hostile guests: memory that is not theirs. Acts 19 to 24, and 28, whose way leads through the
 * same fault; the guests are in test_guest_memory.S. An access to what is neither RAM nor a device
 * is an access fault in the guest, whatever lies there in the host.
 *
 * Acts 25 to 27, 29 to 31 (decoding, under the host's sanitizers): tests/host/test_decode.c and
 * test_decode_all.c; 36: test_vuart.c, test_vplic.c; 39: test_dt.c; 40: test_image.c.
 */
// smp: 1 2 4
#include "guest_fixture.h"

#include <base/image.h>
#include <lib/memory.h>
#include <mmu/frames.h>
#include <riscv/sbi.h>
#include <smp/harts.h>
#include <trap/timer.h>

enum { FETCH = 1, LOAD = 5, STORE = 7 }; /* access faults */

#define ACT(name) extern const uint8_t name[]
ACT(act_19);
ACT(act_19_firmware);
ACT(act_20_over_the_end);
ACT(act_21);
ACT(act_22);
ACT(past_the_caches);
ACT(act_23);
ACT(act_24);
ACT(act_24_scribbles);
ACT(act_28);

static void powers_off(struct trial *trial)
{
    run_trial(trial);
    CHECK_EQUAL(trial->end, VM_POWER_OFF);
}

/* For each address of the inputs the guest was to see three faults, from word `first` on. */
static void check_faults(const struct trial *trial, size_t first, uint64_t at, uint64_t step,
                         uint64_t store, uint64_t fetch)
{
    for (size_t i = 0; trial->inputs[i] != 0; i++, at += step) {
        const uint64_t *words = &trial_words[0][first + 6 * i];
        uint64_t address = step != 0 ? at : trial->inputs[i];
        CHECK_EQUAL(words[0], LOAD);
        CHECK_EQUAL(words[1], address);
        CHECK_EQUAL(words[2], store);
        CHECK_EQUAL(words[3], address);
        CHECK_EQUAL(words[4], fetch);
        CHECK_EQUAL(words[5], address);
    }
}

/* Where things lie in the host. All of it is above the end of the guest's own RAM. */
static void aim_at_the_host(struct trial *trial)
{
    struct leaf leaf = { 0 };
    CHECK(space_find(&trial->other->memory.space, (struct hva){ GUEST_CODE }, &leaf));
    uint64_t *at = trial->inputs;
    *at++ = (uintptr_t)trial->vm; /* what we know of it: registers, its end */
    *at++ = (uintptr_t)trial->vm->memory.space.root;
    *at++ = (uintptr_t)trial->other;
    *at++ = leaf.to.value; /* the other one's code */
    *at++ = (uintptr_t)__heap_end - 8;
    for (at = trial->inputs; *at != 0; at++)
        CHECK(*at >= GUEST_RAM_END);
}

static void act_19_the_host_is_not_there(void)
{
    struct trial trial = { .code = act_19, .prepare = aim_at_the_host };
    powers_off(&trial);
    check_faults(&trial, 0, 0, 0, STORE, FETCH);
}

static void act_19_where_firmware_is_it_has_its_own_ram(void)
{
    struct trial trial = { .code = act_19_firmware };
    powers_off(&trial);
    CHECK_SAW(0, 0, -1);
    CHECK(sbi_probe_extension(SBI_EXT_BASE)); /* ours is alive */
}

static void act_20_holes(void)
{
    struct trial holes = { .code = act_19,
                           .inputs = { 0x8, 0x100000, 0x0bfffff8, 0x10000100, 0x7ffffff8,
                                       GUEST_RAM_END, 0x90000000 } };
    powers_off(&holes);
    check_faults(&holes, 0, 0, 0, STORE, FETCH);
    /* Above 41 bits, which Sv39x4 translates; with the low bits of RAM and of a device. */
    const uint64_t top = UINT64_C(1) << 41;
    struct trial wide = { .code = act_19,
                          .inputs = { top - 8, top, top + GUEST_CODE, top + GUEST_UART_BASE + 8,
                                      (UINT64_C(1) << 50) + GUEST_PLIC_BASE,
                                      (UINT64_C(1) << 56) + GUEST_CODE,
                                      (UINT64_C(1) << 63) + GUEST_CODE, UINT64_MAX - 7 } };
    powers_off(&wide);
    check_faults(&wide, 0, 0, 0, STORE, FETCH);
}

static void act_20_an_instruction_over_the_end(void)
{
    struct trial trial = { .code = act_20_over_the_end };
    powers_off(&trial);
    CHECK_SAW(0, FETCH, GUEST_RAM_END);
}

static void act_21_page_tables_where_there_is_no_ram(void)
{
    enum { LSR_EMPTY = 0x60 };
    const uint64_t gib = UINT64_C(1) << 30, hole = 3 * gib + 0x2000'0000;
    struct trial trial = { .code = act_21,
                           .inputs = { GUEST_UART_BASE, GUEST_PLIC_BASE, 0x90000000,
                                       UINT64_C(1) << 41, (UINT64_C(1) << 55) + GUEST_CODE } };
    powers_off(&trial);
    CHECK_EQUAL(trial_words[0][0], LSR_EMPTY);
    CHECK_EQUAL(trial_words[0][1], LOAD);
    CHECK_EQUAL(trial_words[0][2], hole);
    CHECK_EQUAL(trial_words[0][3], FETCH);
    CHECK_EQUAL(trial_words[0][4], hole);
    /* QEMU calls each fault on the way through such a table a load's; a hart says what it was. */
    bool is_load = trial_words[0][5 + 2] == LOAD;
    check_faults(&trial, 5, 4 * gib, gib, is_load ? LOAD : STORE, is_load ? LOAD : FETCH);
}

static void what_its_tree_does_not_name_it_does_not_have(void)
{
    enum { LOAD_PAGE = 13 };
    const int64_t gib = INT64_C(1) << 30;
    struct trial trial = { .code = past_the_caches };
    powers_off(&trial);
    CHECK_SAW(0, LOAD_PAGE, 4 * gib, LOAD_PAGE, 5 * gib);
}

/* --- A page more ------------------------------------------------------------------------------ */

static const struct layout page_layout = { PAGE_SIZE, PAGE_SIZE };
static const struct hva extra = { 0x90000000 };
static uint64_t *page;

static void add_page(struct trial *trial, enum rights rights)
{
    page = allocator_alloc_zeroed(frames_default(), page_layout);
    CHECK(page != NULL);
    CHECK_EQUAL(space_map(&trial->vm->memory.space, extra, (struct hpa){ (uintptr_t)page },
                          PAGE_SIZE, rights),
                OK);
}

static void take_page(struct trial *trial)
{
    CHECK_EQUAL(space_unmap(&trial->vm->memory.space, extra, PAGE_SIZE), OK);
    allocator_dealloc(frames_default(), page, page_layout);
}

static void add_page_to_be_read(struct trial *trial)
{
    add_page(trial, RIGHTS_R);
    page[0] = 0x1234;
}

static void check_page(struct trial *trial)
{
    CHECK_EQUAL(page[0], 0x1234);
    CHECK_EQUAL(page[1], 0);
    take_page(trial);
}

static void act_22_a_page_that_may_only_be_read(void)
{
    struct trial trial = { .code = act_22, .prepare = add_page_to_be_read, .inspect = check_page };
    powers_off(&trial);
    CHECK(trial_words[0][5] == STORE || trial_words[0][5] == 0); /* sc without lr */
    trial_words[0][5] = trial_words[0][6] = 0;
    CHECK_SAW(0, 0x1234, STORE, 0x90000008, STORE, 0x90000000, 0, 0, FETCH, 0x90000000, 0x1234);
}

static void add_page_of_all_rights(struct trial *trial)
{
    add_page(trial, RIGHTS_RWX_GUEST);
}

static bool taken;

/* When both are at it the page goes: out of the tables, out of all harts, and to another use. */
static void take_it_when_in_use(struct trial *trial)
{
    enum { HFENCE_GVMA = 4 };
    uint64_t harts = 0, steps[2] = { 0 };
    CHECK_EQUAL(
        guest_read(&trial->vm->memory, (struct gpa){ GUEST_SHARED + 8 }, steps, sizeof steps), OK);
    if (taken || steps[0] == 0 || steps[1] == 0)
        return;
    taken = true;
    CHECK_EQUAL(space_unmap(&trial->vm->memory.space, extra, PAGE_SIZE), OK);
    for (uint64_t hart = 0; hart < harts_known(); hart++)
        harts |= UINT64_C(1) << harts_id(hart);
    CHECK(sbi_remote_fence((enum sbi_fence)HFENCE_GVMA, harts, 0, 0, 0, 0) == OK);
    memset(page, 0xee, PAGE_SIZE);
}

static void act_23_a_page_that_is_taken_away(void)
{
    struct trial trial = { .code = act_23,
                           .vcpus = 3,
                           .prepare = add_page_of_all_rights,
                           .watch = take_it_when_in_use,
                           .inspect = take_page };
    taken = false;
    powers_off(&trial);
    CHECK(taken);
    CHECK_SAW(1, FETCH, 0x90000000);
    CHECK_SAW(2, LOAD, 0x90000000);
}

/* --- What was there before -------------------------------------------------------------------- */

#define PATTERN UINT64_C(0x5ec4e75ec4e75ec4)

static struct hpa chunks[2]; /* the two pages of 2 MiB that the last guest's RAM was in */

static void note_chunks(struct trial *trial)
{
    for (size_t i = 0; i < ARRAY_LENGTH(chunks); i++) {
        struct leaf leaf = { 0 };
        CHECK(space_find(&trial->vm->memory.space, (struct hva){ GUEST_RAM_BASE + (i << 21) },
                         &leaf));
        CHECK_EQUAL(leaf.size, 1 << 21);
        chunks[i] = leaf.to;
    }
    CHECK_EQUAL(*(const uint64_t *)(uintptr_t)chunks[0].value, PATTERN); /* it did write */
}

static void act_24_nothing_of_another_is_seen(void)
{
    struct trial scribbles = { .code = act_24_scribbles, .inspect = note_chunks };
    for (size_t i = 0; i < 2; i++) {
        powers_off(&scribbles);
        size_t left = 0;
        for (size_t c = 0; c < ARRAY_LENGTH(chunks); c++)
            for (uint64_t at = 0; at < 1 << 21; at += sizeof at)
                left += *(const uint64_t *)(uintptr_t)(chunks[c].value + at) == PATTERN;
        CHECK_EQUAL(left, 0); /* given back clean, */
        struct trial reads = { .code = act_24 };
        powers_off(&reads);
        CHECK_SAW(0, 0); /* and found so */
    }
}

static void act_28_every_form_of_an_access(void)
{
    struct trial trial = { .code = act_28 };
    powers_off(&trial);
    CHECK_SAW(0, 0, 3, 0, 5, 6, 5, (int8_t)0xa5, 0xa5, 9);
}

static const struct test tests[] = {
    TEST(the_machine_starts),
    TEST(act_19_the_host_is_not_there),
    TEST(act_19_where_firmware_is_it_has_its_own_ram),
    TEST(act_20_holes),
    TEST(act_20_an_instruction_over_the_end),
    TEST(act_21_page_tables_where_there_is_no_ram),
    TEST(what_its_tree_does_not_name_it_does_not_have),
    TEST(act_22_a_page_that_may_only_be_read),
    TEST(act_23_a_page_that_is_taken_away),
    TEST(act_24_nothing_of_another_is_seen),
    TEST(act_28_every_form_of_an_access),
};
TEST_IMAGE("guest_memory", tests)
