/*
 * image: see guest/load/image.h.
 *
 * A file may say anything. Every start and size of it goes through range_in (guest/load/layout.h)
 * or through __builtin_add_overflow before it is used. At the end all that was planned is checked
 * once more as a whole, in the same way for each kind: plan_is_free.
 */
#include <base/bits.h>
#include <guest/load/image.h>
#include <lib/memory.h>

static const struct image_verdict accepted = { OK, NULL };

static struct image_verdict refuse(enum error error, const char *why)
{
    return (struct image_verdict){ error, why };
}

/* Little-endian numbers of the file; the caller has seen that they are in it. */
static uint64_t read_le(const uint8_t *at, unsigned size)
{
    uint64_t value = 0;
    while (size-- > 0)
        value = value << 8 | at[size];
    return value;
}

static bool begins_with(const uint8_t *bytes, size_t len, const char *magic, size_t size)
{
    return len >= size && memcmp(bytes, magic, size) == 0;
}

static uint64_t align_down(uint64_t address, uint64_t align)
{
    return address & ~(align - 1);
}

/* --- The top of RAM: the initrd, and the device tree below it --------------------------------- */

enum { PAGE = 4096 };

static struct image_verdict place_top(const struct image_place *place, struct image_plan *plan)
{
    struct guest_range ram = place->ram;
    uint64_t top;
    if (ram.size == 0 || __builtin_add_overflow(ram.start.value, ram.size, &top))
        return refuse(ERR_INVALID, "the guest's RAM is empty, or wraps around the address space");
    if (place->tree_bytes == 0 || place->tree_bytes > GUEST_LARGE_PAGE)
        return refuse(ERR_INVALID, "a device tree has 1 byte to 2 MiB");
    if (place->initrd_bytes > ram.size)
        return refuse(ERR_NO_MEMORY, "the initrd is larger than the guest's RAM");
    plan->initrd = (struct guest_range){ { 0 }, 0 };
    if (place->initrd_bytes != 0) {
        top = align_down(top - place->initrd_bytes, PAGE);
        plan->initrd = (struct guest_range){ { top }, place->initrd_bytes };
    }
    if (top < place->tree_bytes)
        return refuse(ERR_NO_MEMORY, "there is no room for the device tree in the guest's RAM");
    uint64_t tree = align_down(top - place->tree_bytes, GUEST_LARGE_PAGE);
    plan->tree = (struct guest_range){ { tree }, place->tree_bytes };
    if ((plan->initrd.size != 0 && !guest_range_within(plan->initrd, ram)) ||
        !guest_range_within(plan->tree, ram))
        return refuse(ERR_NO_MEMORY, "device tree and initrd do not fit into the guest's RAM");
    return accepted;
}

/* Where an image goes that does not say it: the first 2 MiB boundary of RAM, and `offset` on. */
static bool place_bottom(const struct image_place *place, uint64_t offset, struct gpa *start)
{
    uint64_t first = place->ram.start.value;
    return !__builtin_add_overflow(first, bytes_to_align(first, GUEST_LARGE_PAGE), &first) &&
           !__builtin_add_overflow(first, offset, &start->value);
}

/* --- Flat binary ------------------------------------------------------------------------------ */

static struct image_verdict plan_flat(size_t len, const struct image_place *place,
                                      struct image_plan *plan)
{
    if (!place_bottom(place, GUEST_LARGE_PAGE, &plan->entry))
        return refuse(ERR_NO_MEMORY, "the guest's RAM has no room for a flat binary");
    plan->count = 1;
    plan->pieces[0] = (struct image_piece){ 0, len, plan->entry, len };
    return accepted;
}

/* --- Linux Image ------------------------------------------------------------------------------ */

/* Linux, Documentation/arch/riscv/boot-image-header.rst; all little-endian. */
enum {
    LINUX_TEXT_OFFSET = 8,
    LINUX_IMAGE_SIZE = 16,
    LINUX_FLAGS = 24,
    LINUX_VERSION = 32, /* major in the upper half */
    LINUX_MAGIC2 = 56,
    LINUX_HEADER_SIZE = 64,
    LINUX_BIG_ENDIAN = 1, /* of the flags */
};

static struct image_verdict plan_linux(const uint8_t *bytes, size_t len,
                                       const struct image_place *place, struct image_plan *plan)
{
    uint64_t text_offset = read_le(bytes + LINUX_TEXT_OFFSET, 8);
    uint64_t image_size = read_le(bytes + LINUX_IMAGE_SIZE, 8);
    if (read_le(bytes + LINUX_VERSION, 4) >> 16 != 0)
        return refuse(ERR_NOT_SUPPORTED, "the kernel's header is of a later version than 0.x");
    if (read_le(bytes + LINUX_FLAGS, 8) & LINUX_BIG_ENDIAN)
        return refuse(ERR_NOT_SUPPORTED, "this is a big-endian kernel");
    if (image_size < len)
        return refuse(ERR_INVALID, "the kernel's image_size is smaller than its file");
    if (image_size > place->ram.size)
        return refuse(ERR_NO_MEMORY, "the kernel is larger than the guest's RAM");
    if (!place_bottom(place, text_offset, &plan->entry))
        return refuse(ERR_INVALID, "the kernel's text_offset wraps around the address space");
    if (plan->entry.value % GUEST_LARGE_PAGE != 0)
        return refuse(ERR_INVALID, "the kernel's text_offset is not a multiple of 2 MiB");
    plan->count = 1;
    plan->pieces[0] = (struct image_piece){ 0, len, plan->entry, image_size };
    return accepted;
}

/* --- ELF -------------------------------------------------------------------------------------- */

/* System V gABI 4.1, "ELF Header" and "Program Header", in their 64-bit form. */
enum {
    ELF_CLASS = 4,
    ELF_DATA = 5,
    ELF_TYPE = 16,
    ELF_MACHINE = 18,
    ELF_ENTRY = 24,
    ELF_PHOFF = 32,
    ELF_PHENTSIZE = 54,
    ELF_PHNUM = 56,
    ELF_HEADER_SIZE = 64,
    ELF_CLASS_64 = 2,
    ELF_DATA_LITTLE = 1,
    ELF_TYPE_EXECUTABLE = 2,
    ELF_TYPE_SHARED = 3, /* a position-independent executable: taken where it was linked to */
    ELF_MACHINE_RISCV = 243,

    SEGMENT_TYPE = 0,
    SEGMENT_OFFSET = 8,
    SEGMENT_VIRTUAL = 16,
    SEGMENT_PHYSICAL = 24,
    SEGMENT_FILE_SIZE = 32,
    SEGMENT_MEMORY_SIZE = 40,
    SEGMENT_SIZE = 56,
    SEGMENT_LOAD = 1,
};

static struct image_verdict check_elf_header(const uint8_t *bytes, size_t len)
{
    if (len < ELF_HEADER_SIZE)
        return refuse(ERR_INVALID, "the ELF header is cut off");
    if (bytes[ELF_CLASS] != ELF_CLASS_64 || bytes[ELF_DATA] != ELF_DATA_LITTLE)
        return refuse(ERR_INVALID, "the ELF file is not of the 64-bit little-endian class");
    if (read_le(bytes + ELF_MACHINE, 2) != ELF_MACHINE_RISCV)
        return refuse(ERR_INVALID, "the ELF file is for another machine than RISC-V");
    uint64_t type = read_le(bytes + ELF_TYPE, 2);
    if (type != ELF_TYPE_EXECUTABLE && type != ELF_TYPE_SHARED)
        return refuse(ERR_INVALID, "the ELF file is not an executable");
    if (read_le(bytes + ELF_PHENTSIZE, 2) != SEGMENT_SIZE)
        return refuse(ERR_INVALID, "the ELF file's program headers are not of 56 bytes");
    uint64_t count = read_le(bytes + ELF_PHNUM, 2);
    if (!range_in(read_le(bytes + ELF_PHOFF, 8), count * SEGMENT_SIZE, len))
        return refuse(ERR_INVALID, "the ELF file's program headers are cut off");
    return accepted;
}

/* Add the piece of one PT_LOAD segment; the entry, a virtual address, may be in it. */
static struct image_verdict add_segment(const uint8_t *segment, size_t len,
                                        const struct image_place *place, uint64_t entry,
                                        struct image_plan *plan, bool *entry_seen)
{
    uint64_t offset = read_le(segment + SEGMENT_OFFSET, 8);
    uint64_t file_size = read_le(segment + SEGMENT_FILE_SIZE, 8);
    uint64_t memory_size = read_le(segment + SEGMENT_MEMORY_SIZE, 8);
    struct guest_range range = { { read_le(segment + SEGMENT_PHYSICAL, 8) }, memory_size };
    if (memory_size == 0 && file_size == 0)
        return accepted;
    if (file_size > memory_size)
        return refuse(ERR_INVALID, "an ELF segment has more bytes in the file than in memory");
    if (!range_in(offset, file_size, len))
        return refuse(ERR_INVALID, "an ELF segment reaches beyond the file");
    if (!guest_range_within(range, place->ram))
        return refuse(ERR_INVALID, "an ELF segment does not lie in the guest's RAM");
    if (plan->count == IMAGE_PIECES_MAX)
        return refuse(ERR_NOT_SUPPORTED, "the ELF file has more than 16 segments to load");
    plan->pieces[plan->count++] =
        (struct image_piece){ offset, file_size, range.start, memory_size };
    uint64_t into = entry - read_le(segment + SEGMENT_VIRTUAL, 8);
    if (!*entry_seen && into < file_size) { /* an entry before the segment wraps: it is far off */
        plan->entry.value = range.start.value + into;
        *entry_seen = true;
    }
    return accepted;
}

static struct image_verdict plan_elf(const uint8_t *bytes, size_t len,
                                     const struct image_place *place, struct image_plan *plan)
{
    struct image_verdict verdict = check_elf_header(bytes, len);
    if (verdict.error != OK)
        return verdict;
    const uint8_t *segment = bytes + read_le(bytes + ELF_PHOFF, 8);
    uint64_t entry = read_le(bytes + ELF_ENTRY, 8);
    bool entry_seen = false;
    plan->count = 0;
    for (uint64_t i = read_le(bytes + ELF_PHNUM, 2); i > 0; i--, segment += SEGMENT_SIZE) {
        if (read_le(segment + SEGMENT_TYPE, 4) == SEGMENT_LOAD)
            verdict = add_segment(segment, len, place, entry, plan, &entry_seen);
        if (verdict.error != OK)
            return verdict;
    }
    if (plan->count == 0)
        return refuse(ERR_INVALID, "the ELF file has no segment to load");
    if (!entry_seen)
        return refuse(ERR_INVALID, "the ELF file's entry is in none of its segments");
    return accepted;
}

/* --- The whole -------------------------------------------------------------------------------- */

static struct guest_range piece_range(const struct image_piece *piece)
{
    return (struct guest_range){ piece->start, piece->memory_bytes };
}

/* The last word, on a plan of any kind. */
static struct image_verdict plan_is_free(const struct image_plan *plan,
                                         const struct image_place *place)
{
    for (size_t i = 0; i < plan->count; i++) {
        struct guest_range range = piece_range(&plan->pieces[i]);
        if (!guest_range_within(range, place->ram))
            return refuse(ERR_NO_MEMORY, "the image reaches beyond the guest's RAM");
        if (guest_ranges_overlap(range, plan->tree))
            return refuse(ERR_NO_MEMORY, "the image overlaps the device tree: give more RAM");
        if (guest_ranges_overlap(range, plan->initrd))
            return refuse(ERR_NO_MEMORY, "the image overlaps the initrd: give more RAM");
        for (size_t j = 0; j < i; j++)
            if (guest_ranges_overlap(range, piece_range(&plan->pieces[j])))
                return refuse(ERR_INVALID, "two segments of the ELF file overlap");
    }
    if (plan->entry.value % 2 != 0) /* instructions are at multiples of 2 */
        return refuse(ERR_INVALID, "the entry is an odd address");
    return accepted;
}

enum image_kind image_identify(const uint8_t *bytes, size_t len)
{
    if (begins_with(bytes, len, "\177ELF", 4))
        return IMAGE_ELF;
    if (len >= LINUX_HEADER_SIZE && memcmp(bytes + LINUX_MAGIC2, "RSC\x05", 4) == 0)
        return IMAGE_LINUX;
    return IMAGE_FLAT;
}

struct image_verdict image_make_plan(const uint8_t *bytes, size_t len,
                                     const struct image_place *place, struct image_plan *plan)
{
    if (len == 0)
        return refuse(ERR_INVALID, "the file is empty");
    if (begins_with(bytes, len, "\x1f\x8b", 2)) /* RFC 1952, 2.3.1 */
        return refuse(ERR_NOT_SUPPORTED, "the kernel is compressed: gunzip it first");
    if (begins_with(bytes, len, "MZ\0\0zimg", 8)) /* Linux, drivers/firmware/efi/libstub */
        return refuse(ERR_NOT_SUPPORTED, "the kernel unpacks itself under EFI: give its Image");
    struct image_verdict verdict = place_top(place, plan);
    if (verdict.error != OK)
        return verdict;
    plan->kind = image_identify(bytes, len);
    switch (plan->kind) {
    case IMAGE_LINUX:
        verdict = plan_linux(bytes, len, place, plan);
        break;
    case IMAGE_ELF:
        verdict = plan_elf(bytes, len, place, plan);
        break;
    case IMAGE_FLAT:
        verdict = plan_flat(len, place, plan);
        break;
    }
    return verdict.error != OK ? verdict : plan_is_free(plan, place);
}
