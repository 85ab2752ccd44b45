/*
 * Images of guests: where each kind goes, each reason to refuse one, and headers that lie at
 * random. The files lie in memory of exactly their size, so that the sanitizer sees a byte too far.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "random.h"

#include <guest/load/image.h>

#define MIB UINT64_C(0x100000)

static const struct image_place usual = { .ram = { { GUEST_RAM_BASE }, 64 * MIB },
                                          .tree_bytes = 0x10000,
                                          .initrd_bytes = 5 * MIB + 17 };

static void put(uint8_t *at, uint64_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        at[i] = (uint8_t)(value >> 8 * i);
}

/* --- The promise of image.h, in other words than its code --------------------------------------
 */

struct span {
    unsigned __int128 start, end;
};

static struct span span_of(uint64_t start, uint64_t size)
{
    return (struct span){ start, (unsigned __int128)start + size };
}

static void assert_promise(const struct image_plan *plan, size_t len,
                           const struct image_place *place)
{
    struct span ram = span_of(place->ram.start.value, place->ram.size);
    struct span spans[IMAGE_PIECES_MAX + 2];
    size_t count = 0;
    bool entry_is_loaded = false;
    assert_in_range(plan->count, 1, IMAGE_PIECES_MAX);
    for (size_t i = 0; i < plan->count; i++) {
        const struct image_piece *piece = &plan->pieces[i];
        assert_true((unsigned __int128)piece->offset + piece->file_bytes <= len);
        assert_true(piece->file_bytes <= piece->memory_bytes);
        spans[count++] = span_of(piece->start.value, piece->memory_bytes);
        entry_is_loaded |= plan->entry.value >= piece->start.value &&
                           plan->entry.value - piece->start.value < piece->file_bytes;
    }
    assert_true(entry_is_loaded);
    assert_int_equal(plan->entry.value % 2, 0);
    assert_int_equal(plan->tree.size, place->tree_bytes);
    assert_int_equal(plan->tree.start.value % (2 * MIB), 0);
    spans[count++] = span_of(plan->tree.start.value, plan->tree.size);
    assert_int_equal(plan->initrd.size, place->initrd_bytes);
    if (place->initrd_bytes != 0) {
        assert_int_equal(plan->initrd.start.value % 4096, 0);
        spans[count++] = span_of(plan->initrd.start.value, plan->initrd.size);
    }
    for (size_t i = 0; i < count; i++) {
        assert_true(spans[i].start >= ram.start && spans[i].end <= ram.end);
        for (size_t j = 0; j < i; j++)
            assert_true(spans[i].end <= spans[j].start || spans[j].end <= spans[i].start);
    }
    if (plan->kind != IMAGE_ELF)
        assert_int_equal(plan->pieces[0].start.value % (2 * MIB), 0);
}

/* A file of our own making: bytes that belong to nobody else. */
struct file {
    uint8_t *bytes;
    size_t len;
};

static struct file file_of(size_t len)
{
    struct file file = { malloc(len == 0 ? 1 : len), len };
    memset(file.bytes, 0x13, len);
    return file;
}

/* Plan it and free it. Where it is accepted the promise holds. */
static struct image_verdict plan_file(struct file file, const struct image_place *place,
                                      struct image_plan *plan)
{
    memset(plan, 0xa5, sizeof *plan);
    struct image_verdict verdict = image_make_plan(file.bytes, file.len, place, plan);
    assert_true((verdict.error == OK) == (verdict.why == NULL));
    if (verdict.error == OK)
        assert_promise(plan, file.len, place);
    free(file.bytes);
    return verdict;
}

static void assert_accepted(struct file file, const struct image_place *place,
                            struct image_plan *plan)
{
    struct image_verdict verdict = plan_file(file, place, plan);
    if (verdict.error != OK)
        fail_msg("refused: %s", verdict.why);
}

static void assert_refused_at(struct file file, const struct image_place *place, enum error error,
                              const char *part)
{
    struct image_plan plan;
    struct image_verdict verdict = plan_file(file, place, &plan);
    if (verdict.error != error || strstr(verdict.why, part) == NULL)
        fail_msg("not \"%s\": %d, %s", part, (int)verdict.error, verdict.why);
}

static void assert_refused(struct file file, enum error error, const char *part)
{
    assert_refused_at(file, &usual, error, part);
}

/* --- Makers of files -------------------------------------------------------------------------- */

/* A Linux Image of `len` bytes. */
static struct file linux_file(size_t len, uint64_t text_offset, uint64_t image_size)
{
    struct file file = file_of(len);
    memset(file.bytes, 0, 64);
    memcpy(file.bytes, "MZ", 2); /* Linux is an EFI program as well */
    put(file.bytes + 8, text_offset, 8);
    put(file.bytes + 16, image_size, 8);
    put(file.bytes + 32, 2, 4); /* version 0.2 */
    memcpy(file.bytes + 48, "RISCV\0\0\0RSC\x05", 12);
    return file;
}

enum { CODE = 0x100, DATA = 0x200 }; /* where the segments begin in the file: 256 bytes each */

static void put_segment(struct file file, unsigned i, uint64_t offset, uint64_t start,
                        uint64_t file_size, uint64_t memory_size)
{
    uint8_t *at = file.bytes + 64 + 56 * i;
    memset(at, 0, 56);
    put(at, 1, 4);
    put(at + 8, offset, 8);
    put(at + 16, start, 8);
    put(at + 24, start, 8);
    put(at + 32, file_size, 8);
    put(at + 40, memory_size, 8);
}

#define ELF_SIZE(headers) (0x400 + 56 * (size_t)(headers))

/* An ELF file with `count` program headers: code, data with zeros behind it, and notes. */
static struct file elf_file(unsigned count)
{
    struct file file = file_of(ELF_SIZE(count));
    memset(file.bytes, 0, CODE);
    memcpy(file.bytes, "\177ELF\2\1\1", 7);
    put(file.bytes + 16, 2, 2);
    put(file.bytes + 18, 243, 2);
    put(file.bytes + 24, GUEST_RAM_BASE + 0x10, 8);
    put(file.bytes + 32, 64, 8);
    put(file.bytes + 54, 56, 2);
    put(file.bytes + 56, count, 2);
    for (unsigned i = 2; i < count; i++) {
        put_segment(file, i, 0, 0, UINT64_MAX, UINT64_MAX); /* not loaded, so not looked at */
        put(file.bytes + 64 + 56 * i, 4, 4);
    }
    put_segment(file, 0, CODE, GUEST_RAM_BASE, 0x100, 0x100);
    put_segment(file, 1, DATA, GUEST_RAM_BASE + 0x1000, 0x80, 0x3000);
    return file;
}

/* The example with `size` bytes at `at` changed. */
static struct file elf_with(size_t at, uint64_t value, unsigned size)
{
    struct file file = elf_file(3);
    put(file.bytes + at, value, size);
    return file;
}

enum { SECOND = 64 + 56, OFFSET = 8, PHYSICAL = 24, FILE_SIZE = 32, MEMORY_SIZE = 40 };

/* --- What is accepted ------------------------------------------------------------------------- */

static void a_linux_image(void **state)
{
    (void)state;
    struct image_plan plan;
    assert_accepted(linux_file(3 * MIB, 2 * MIB, 4 * MIB), &usual, &plan);
    assert_int_equal(plan.kind, IMAGE_LINUX);
    assert_int_equal(plan.entry.value, 0x8020'0000);
    assert_int_equal(plan.count, 1);
    assert_int_equal(plan.pieces[0].offset, 0);
    assert_int_equal(plan.pieces[0].file_bytes, 3 * MIB);
    assert_int_equal(plan.pieces[0].start.value, 0x8020'0000);
    assert_int_equal(plan.pieces[0].memory_bytes, 4 * MIB);
    assert_int_equal(plan.initrd.start.value, 0x83af'f000);
    assert_int_equal(plan.tree.start.value, 0x83a0'0000);
    /* The smallest one, and one without an initrd in RAM that begins anywhere. */
    assert_accepted(linux_file(64, 0, 64), &usual, &plan);
    assert_int_equal(plan.entry.value, GUEST_RAM_BASE);
    struct image_place odd = { { { 0x8010'1000 }, 32 * MIB }, 1, 0 };
    assert_accepted(linux_file(64, 2 * MIB, 64), &odd, &plan);
    assert_int_equal(plan.entry.value, 0x8040'0000);
    assert_int_equal(plan.initrd.size, 0);
}

static void an_elf_file(void **state)
{
    (void)state;
    struct image_plan plan;
    assert_accepted(elf_file(3), &usual, &plan);
    assert_int_equal(plan.kind, IMAGE_ELF);
    assert_int_equal(plan.entry.value, GUEST_RAM_BASE + 0x10);
    assert_int_equal(plan.count, 2);
    assert_int_equal(plan.pieces[1].offset, DATA);
    assert_int_equal(plan.pieces[1].file_bytes, 0x80);
    assert_int_equal(plan.pieces[1].start.value, GUEST_RAM_BASE + 0x1000);
    assert_int_equal(plan.pieces[1].memory_bytes, 0x3000);
    /* The entry is virtual: where that differs from the physical address it is translated. */
    struct file file = elf_with(64 + 16, 0xffff'ffff'8000'0000, 8);
    put(file.bytes + 24, 0xffff'ffff'8000'0020, 8);
    assert_accepted(file, &usual, &plan);
    assert_int_equal(plan.entry.value, GUEST_RAM_BASE + 0x20);
    assert_accepted(elf_with(16, 3, 2), &usual, &plan); /* position-independent */
    assert_accepted(elf_with(SECOND + PHYSICAL, GUEST_RAM_BASE + 0x100, 8), &usual, &plan);
    /* A segment of nothing may be anywhere; one of zeros has no bytes in the file. */
    file = elf_with(SECOND + FILE_SIZE, 0, 8);
    assert_accepted(file, &usual, &plan);
    assert_int_equal(plan.pieces[1].file_bytes, 0);
    file = elf_with(SECOND + FILE_SIZE, 0, 8);
    put(file.bytes + SECOND + MEMORY_SIZE, 0, 8);
    put(file.bytes + SECOND + PHYSICAL, 0, 8);
    assert_accepted(file, &usual, &plan);
    assert_int_equal(plan.count, 1);
}

static void a_flat_binary(void **state)
{
    (void)state;
    struct image_plan plan;
    assert_accepted(file_of(1), &usual, &plan);
    assert_int_equal(plan.kind, IMAGE_FLAT);
    assert_int_equal(plan.entry.value, 0x8020'0000);
    assert_int_equal(plan.pieces[0].memory_bytes, 1);
    assert_accepted(file_of(63), &usual, &plan); /* too short for any header */
    struct file file = linux_file(64, 0, 64);
    file.len = 63;
    assert_accepted(file, &usual, &plan);
    assert_int_equal(plan.kind, IMAGE_FLAT);
}

/* Up to the last byte before the tree, before the initrd, and before the end of RAM. */
static void all_room_can_be_used(void **state)
{
    (void)state;
    struct image_plan plan;
    struct image_place place = { { { GUEST_RAM_BASE }, 8 * MIB }, 2 * MIB, 2 * MIB };
    assert_accepted(linux_file(64, 2 * MIB, 2 * MIB), &place, &plan);
    assert_int_equal(plan.tree.start.value, GUEST_RAM_BASE + 4 * MIB);
    assert_int_equal(plan.initrd.start.value, GUEST_RAM_BASE + 6 * MIB);
    assert_refused_at(linux_file(64, 2 * MIB, 2 * MIB + 1), &place, ERR_NO_MEMORY,
                      "overlaps the device tree");
    place.ram.start.value = UINT64_MAX - 8 * MIB - 2 * MIB + 1;
    place.ram.start.value &= ~(2 * MIB - 1);
    assert_accepted(linux_file(64, 2 * MIB, 2 * MIB), &place, &plan);
}

/* --- What is refused, each for its reason ------------------------------------------------------
 */

static void files_that_are_no_kernels(void **state)
{
    (void)state;
    assert_refused(file_of(0), ERR_INVALID, "empty");
    struct file file = file_of(100);
    memcpy(file.bytes, "\x1f\x8b", 2);
    assert_refused(file, ERR_NOT_SUPPORTED, "gunzip it");
    file = file_of(100);
    memcpy(file.bytes, "MZ\0\0zimg", 8);
    assert_refused(file, ERR_NOT_SUPPORTED, "EFI");
    struct image_place place = { { { GUEST_RAM_BASE }, 4 * MIB }, 1, 0 };
    assert_refused_at(file_of(3 * MIB), &place, ERR_NO_MEMORY, "beyond");
    place.ram = (struct guest_range){ { UINT64_MAX - 2 * MIB }, 2 * MIB };
    assert_refused_at(file_of(100), &place, ERR_NO_MEMORY, "no room for a flat binary");
}

static void linux_images_that_lie(void **state)
{
    (void)state;
    assert_refused(linux_file(MIB, 2 * MIB, MIB - 1), ERR_INVALID, "smaller than its file");
    assert_refused(linux_file(64, 2 * MIB, 0), ERR_INVALID, "smaller than its file");
    assert_refused(linux_file(64, 2 * MIB, 64 * MIB + 1), ERR_NO_MEMORY, "larger than");
    assert_refused(linux_file(64, 2 * MIB, UINT64_MAX), ERR_NO_MEMORY, "larger than");
    assert_refused(linux_file(64, 2 * MIB, 64 * MIB), ERR_NO_MEMORY, "beyond");
    assert_refused(linux_file(64, -GUEST_RAM_BASE, 64), ERR_INVALID, "text_offset wraps");
    assert_refused(linux_file(64, UINT64_MAX, 64), ERR_INVALID, "text_offset wraps");
    assert_refused(linux_file(64, -GUEST_RAM_BASE - 2 * MIB, 64), ERR_NO_MEMORY, "beyond");
    assert_refused(linux_file(64, 64 * MIB, 64), ERR_NO_MEMORY, "beyond");
    assert_refused(linux_file(64, 0x1000, 64), ERR_INVALID, "not a multiple of 2 MiB");
    assert_refused(linux_file(64, 2 * MIB, 60 * MIB), ERR_NO_MEMORY, "overlaps the device tree");
    assert_refused(linux_file(64, 60 * MIB, 64), ERR_NO_MEMORY, "overlaps the initrd");
    struct file file = linux_file(64, 2 * MIB, 64);
    put(file.bytes + 24, 1, 8);
    assert_refused(file, ERR_NOT_SUPPORTED, "big-endian");
    file = linux_file(64, 2 * MIB, 64);
    put(file.bytes + 32, 0x10000, 4);
    assert_refused(file, ERR_NOT_SUPPORTED, "later version");
}

static void elf_headers_that_lie(void **state)
{
    (void)state;
    struct file file = elf_file(3);
    file.len = 63;
    assert_refused(file, ERR_INVALID, "header is cut off");
    assert_refused(elf_with(4, 1, 1), ERR_INVALID, "class");
    assert_refused(elf_with(5, 2, 1), ERR_INVALID, "class");
    assert_refused(elf_with(18, 62, 2), ERR_INVALID, "another machine");
    assert_refused(elf_with(16, 1, 2), ERR_INVALID, "not an executable");
    assert_refused(elf_with(54, 32, 2), ERR_INVALID, "not of 56 bytes");
    assert_refused(elf_with(56, 0, 2), ERR_INVALID, "no segment");
    assert_refused(elf_with(56, UINT16_MAX, 2), ERR_INVALID, "headers are cut off");
    assert_refused(elf_with(32, UINT64_MAX - 8, 8), ERR_INVALID, "headers are cut off");
    const size_t len = ELF_SIZE(3);
    assert_refused(elf_with(32, len - 3 * 56 + 1, 8), ERR_INVALID, "headers are cut off");
    assert_refused(elf_with(32, len - 3 * 56, 8), ERR_INVALID, "no segment");
    /* The entry: before, behind, in the zeros, odd. */
    assert_refused(elf_with(24, GUEST_RAM_BASE - 2, 8), ERR_INVALID, "entry is in none");
    assert_refused(elf_with(24, GUEST_RAM_BASE + 0x100, 8), ERR_INVALID, "entry is in none");
    assert_refused(elf_with(24, GUEST_RAM_BASE + 0x1080, 8), ERR_INVALID, "entry is in none");
    assert_refused(elf_with(24, 0, 8), ERR_INVALID, "entry is in none");
    assert_refused(elf_with(24, GUEST_RAM_BASE + 1, 8), ERR_INVALID, "odd");
}

static void elf_segments_that_lie(void **state)
{
    (void)state;
    const size_t len = ELF_SIZE(3);
    assert_refused(elf_with(SECOND + OFFSET, len - 0x7f, 8), ERR_INVALID, "beyond the file");
    assert_refused(elf_with(SECOND + OFFSET, UINT64_MAX - 0x10, 8), ERR_INVALID, "beyond the file");
    assert_refused(elf_with(SECOND + FILE_SIZE, 0x3001, 8), ERR_INVALID, "more bytes in the file");
    assert_refused(elf_with(SECOND + FILE_SIZE, UINT64_MAX, 8), ERR_INVALID, "more bytes");
    assert_refused(elf_with(SECOND + MEMORY_SIZE, UINT64_MAX, 8), ERR_INVALID,
                   "in the guest's RAM");
    assert_refused(elf_with(SECOND + MEMORY_SIZE, 64 * MIB, 8), ERR_INVALID, "in the guest's RAM");
    assert_refused(elf_with(SECOND + PHYSICAL, GUEST_RAM_BASE - 1, 8), ERR_INVALID, "guest's RAM");
    assert_refused(elf_with(SECOND + PHYSICAL, 0, 8), ERR_INVALID, "in the guest's RAM");
    assert_refused(elf_with(SECOND + PHYSICAL, UINT64_MAX - 0x10, 8), ERR_INVALID, "guest's RAM");
    assert_refused(elf_with(SECOND + PHYSICAL, GUEST_RAM_BASE + 0xff, 8), ERR_INVALID, "overlap");
    assert_refused(elf_with(SECOND + PHYSICAL, GUEST_RAM_BASE, 8), ERR_INVALID, "overlap");
    assert_refused(elf_with(SECOND + MEMORY_SIZE, 59 * MIB, 8), ERR_NO_MEMORY,
                   "overlaps the device tree");
    assert_refused(elf_with(SECOND + PHYSICAL, 0x83b0'0000, 8), ERR_NO_MEMORY,
                   "overlaps the initrd");
    for (unsigned count = IMAGE_PIECES_MAX; count <= IMAGE_PIECES_MAX + 1; count++) {
        struct file file = file_of(4096);
        struct file header = elf_file(count);
        memcpy(file.bytes, header.bytes, 64);
        free(header.bytes);
        for (unsigned i = 0; i < count; i++)
            put_segment(file, i, 2048, GUEST_RAM_BASE + 0x1000 * i, 0x100, 0x100);
        struct image_plan plan;
        struct image_verdict verdict = plan_file(file, &usual, &plan);
        assert_int_equal(verdict.error, count == IMAGE_PIECES_MAX ? OK : ERR_NOT_SUPPORTED);
    }
}

static void places_that_cannot_be(void **state)
{
    (void)state;
    static const struct {
        struct image_place place;
        enum error error;
        const char *part;
    } cases[] = {
        { { { { GUEST_RAM_BASE }, 0 }, 1, 0 }, ERR_INVALID, "RAM is empty" },
        { { { { GUEST_RAM_BASE }, UINT64_MAX }, 1, 0 }, ERR_INVALID, "wraps" },
        { { { { UINT64_MAX - MIB }, 2 * MIB }, 1, 0 }, ERR_INVALID, "wraps" },
        { { { { GUEST_RAM_BASE }, 64 * MIB }, 0, 0 }, ERR_INVALID, "1 byte to 2 MiB" },
        { { { { GUEST_RAM_BASE }, 64 * MIB }, 2 * MIB + 1, 0 }, ERR_INVALID, "1 byte to 2 MiB" },
        { { { { GUEST_RAM_BASE }, 64 * MIB }, 1, 64 * MIB + 1 },
          ERR_NO_MEMORY,
          "initrd is larger" },
        { { { { GUEST_RAM_BASE }, 64 * MIB }, 1, UINT64_MAX }, ERR_NO_MEMORY, "initrd is larger" },
        { { { { GUEST_RAM_BASE }, 64 * MIB }, 1, 64 * MIB }, ERR_NO_MEMORY, "do not fit" },
        { { { { GUEST_RAM_BASE + 4096 }, MIB }, 1, 0 }, ERR_NO_MEMORY, "do not fit" },
        { { { { GUEST_RAM_BASE + 1 }, 4095 }, 1, 4095 }, ERR_NO_MEMORY, "do not fit" },
        { { { { 0 }, 4096 }, MIB, 0 }, ERR_NO_MEMORY, "no room for the device tree" },
        { { { { 0 }, 4096 }, 1, 4096 }, ERR_NO_MEMORY, "no room for the device tree" },
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++)
        assert_refused_at(file_of(64), &cases[i].place, cases[i].error, cases[i].part);
}

/* --- Headers that lie at random ----------------------------------------------------------------
 */

/* Numbers near the edges that a check may get wrong by one, or by wrapping. */
static uint64_t sly_number(const struct image_place *place, size_t len)
{
    const uint64_t edges[] = { 0,
                               1,
                               len,
                               56,
                               place->ram.start.value,
                               place->ram.size,
                               place->ram.start.value + place->ram.size,
                               2 * MIB,
                               UINT64_MAX,
                               -place->ram.start.value,
                               UINT32_MAX,
                               0x1000 };
    uint64_t number = edges[below(ARRAY_LENGTH(edges))];
    switch (below(4)) {
    case 0:
        return number + below(64) - 32;
    case 1:
        return number + edges[below(ARRAY_LENGTH(edges))];
    case 2:
        return random64() >> below(64);
    default:
        return number;
    }
}

static void random_damage_keeps_the_promise(void **state)
{
    (void)state;
    uint64_t seed = random_start(20'251'123);
    size_t count = number_from("BUMPVISOR_CASES", 100'000);
    size_t accepted[3] = { 0 }, refused = 0;
    for (size_t n = 0; n < count; n++) {
        struct image_place place = usual;
        struct file file;
        if (below(2)) {
            file = elf_file(3 + (unsigned)below(4));
            for (unsigned i = 2; i < 3 + below(4) && i * 56 + 120 <= file.len; i++)
                put_segment(file, i, below(file.len), GUEST_RAM_BASE + below(64) * 0x400,
                            below(0x400), below(0x1000));
        } else {
            size_t len = 64 + below(4096);
            file = linux_file(len, 2 * MIB * below(32), len + below((size_t)(64 * MIB)));
        }
        if (below(4) == 0)
            place.initrd_bytes = below(2) * below((size_t)(66 * MIB));
        if (below(8) == 0)
            place.ram.size = sly_number(&usual, file.len);
        if (below(8) == 0)
            place.ram.start.value = sly_number(&usual, file.len);
        for (size_t damage = below(4); damage > 0; damage--) {
            size_t header = file.len < 400 ? file.len : 400, width = (size_t)1 << below(4);
            size_t at = below(header / width) * width;
            put(file.bytes + at, sly_number(&place, file.len), (unsigned)width);
        }
        if (below(16) == 0) { /* cut off */
            size_t len = below(file.len + 1);
            struct file cut = file_of(len);
            memcpy(cut.bytes, file.bytes, len);
            free(file.bytes);
            file = cut;
        }
        struct image_plan plan;
        if (plan_file(file, &place, &plan).error == OK)
            accepted[plan.kind]++;
        else
            refused++;
    }
    printf("# %zu files, seed %llu: accepted %zu Linux, %zu ELF, %zu flat; %zu refused\n", count,
           (unsigned long long)seed, accepted[IMAGE_LINUX], accepted[IMAGE_ELF],
           accepted[IMAGE_FLAT], refused);
    for (size_t i = 0; i < ARRAY_LENGTH(accepted); i++)
        assert_true(accepted[i] > count / 1000);
    assert_true(refused > count / 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_linux_image),
        cmocka_unit_test(an_elf_file),
        cmocka_unit_test(a_flat_binary),
        cmocka_unit_test(all_room_can_be_used),
        cmocka_unit_test(files_that_are_no_kernels),
        cmocka_unit_test(linux_images_that_lie),
        cmocka_unit_test(elf_headers_that_lie),
        cmocka_unit_test(elf_segments_that_lie),
        cmocka_unit_test(places_that_cannot_be),
        cmocka_unit_test(random_damage_keeps_the_promise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
