/*
 * dt_writer: see lib/dt_writer.h. Numbers in brackets are sections of the Devicetree Specification.
 *
 * While a tree is written nobody knows how long its structure block will be, nor its strings block,
 * the names of the properties. So they grow towards each other:
 *
 *     0        40              structure         end         strings       size
 *     | header | reservations  | structure block |   free    | names       |
 *                               grows up ------->             <--- grow down
 *
 * Each name is there once. Its place is noted in a property as its distance from the buffer's end,
 * the only thing that stands still. At the end the names move down behind the structure, and a
 * walk over the properties makes offsets from the first name of those distances.
 *
 * There is room iff size <= strings - end: a subtraction of two numbers in order, which cannot
 * wrap.
 */
#include <base/bits.h>
#include <lib/dt_writer.h>
#include <lib/format.h>
#include <lib/memory.h>

#include "dt_format.h"

/* What lies before a property's value: its token, the value's size, the place of its name. */
enum { PROPERTY_HEADER = 12, RESERVATION = 16 };

static void write32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void fail(struct dt_writer *tree, enum error error)
{
    if (tree->error == OK)
        tree->error = error;
}

/* Room for `size` bytes at the end of what has been written; NULL iff something failed. */
static uint8_t *claim(struct dt_writer *tree, size_t size)
{
    if (tree->error == OK && size > tree->strings - tree->end)
        fail(tree, ERR_NO_MEMORY);
    if (tree->error != OK)
        return NULL;
    uint8_t *room = tree->bytes + tree->end;
    tree->end += (uint32_t)size;
    return room;
}

static void put(struct dt_writer *tree, const void *bytes, size_t size)
{
    uint8_t *room = claim(tree, size);
    if (room != NULL && size != 0)
        memcpy(room, bytes, size);
}

static void put_zeros(struct dt_writer *tree, size_t size)
{
    uint8_t *room = claim(tree, size);
    if (room != NULL)
        memset(room, 0, size);
}

static void put32(struct dt_writer *tree, uint32_t value)
{
    uint8_t *room = claim(tree, 4);
    if (room != NULL)
        write32(room, value);
}

static void put64(struct dt_writer *tree, uint64_t value)
{
    put32(tree, (uint32_t)(value >> 32));
    put32(tree, (uint32_t)value);
}

/* A token begins at a multiple of 4 [5.4]; all blocks before do as well. */
static void pad(struct dt_writer *tree)
{
    put_zeros(tree, (size_t)bytes_to_align(tree->end, 4));
}

void dt_writer_init(struct dt_writer *tree, void *buffer, size_t size)
{
    uint32_t room = size > INT32_MAX ? INT32_MAX : (uint32_t)size;
    *tree = (struct dt_writer){ .bytes = buffer, .strings = room, .size = room };
    put_zeros(tree, HEADER_SIZE);
}

void dt_writer_reserve(struct dt_writer *tree, uint64_t address, uint64_t size)
{
    if (tree->structure != 0)
        fail(tree, ERR_STATE);
    put64(tree, address);
    put64(tree, size);
}

/* --- Nodes ------------------------------------------------------------------------------------ */

void dt_writer_begin_node(struct dt_writer *tree, const char *name)
{
    bool is_root = tree->structure == 0;
    if (tree->property != 0 || (!is_root && tree->depth == 0))
        fail(tree, ERR_STATE);
    if (is_root != (*name == '\0'))
        fail(tree, ERR_INVALID);
    if (is_root) {
        put_zeros(tree, RESERVATION); /* the end of the map [5.3.2] */
        tree->structure = tree->end;
    }
    put32(tree, BEGIN_NODE);
    put(tree, name, strlen(name) + 1);
    pad(tree);
    tree->depth++;
    tree->takes_properties = true;
}

void dt_writer_begin_unit(struct dt_writer *tree, const char *name, uint64_t address)
{
    char full[64]; /* a name has at most 31 characters [2.2.1], an address 16 */
    size_t length = format_buffer(full, sizeof full, "%s@%llx", name, (unsigned long long)address);
    if (length >= sizeof full)
        fail(tree, ERR_INVALID);
    dt_writer_begin_node(tree, full);
}

void dt_writer_end_node(struct dt_writer *tree)
{
    if (tree->depth == 0 || tree->property != 0) {
        fail(tree, ERR_STATE);
        return;
    }
    put32(tree, END_NODE);
    tree->depth--;
    tree->takes_properties = false;
}

/* --- Properties ------------------------------------------------------------------------------- */

/* The distance of `name` from the buffer's end; it is added where it is not there yet. */
static uint32_t name_distance(struct dt_writer *tree, const char *name)
{
    size_t size = strlen(name) + 1;
    for (uint32_t at = tree->strings; at < tree->size;) {
        const char *known = (const char *)tree->bytes + at;
        size_t known_size = strlen(known) + 1;
        if (known_size == size && memcmp(known, name, size) == 0)
            return tree->size - at;
        at += (uint32_t)known_size;
    }
    if (tree->error == OK && size > tree->strings - tree->end)
        fail(tree, ERR_NO_MEMORY);
    if (tree->error != OK)
        return 0;
    tree->strings -= (uint32_t)size;
    memcpy(tree->bytes + tree->strings, name, size);
    return tree->size - tree->strings;
}

void dt_writer_begin_property(struct dt_writer *tree, const char *name)
{
    if (!tree->takes_properties || tree->property != 0)
        fail(tree, ERR_STATE);
    if (tree->error != OK)
        return;
    tree->property = tree->end;
    put32(tree, PROP);
    put32(tree, 0); /* the size, which end_property knows */
    put32(tree, name_distance(tree, name));
}

void dt_writer_end_property(struct dt_writer *tree)
{
    if (tree->property == 0)
        fail(tree, ERR_STATE);
    if (tree->error != OK)
        return;
    write32(tree->bytes + tree->property + 4, tree->end - tree->property - PROPERTY_HEADER);
    tree->property = 0;
    pad(tree);
}

void dt_writer_add_bytes(struct dt_writer *tree, const void *bytes, size_t size)
{
    if (tree->property == 0)
        fail(tree, ERR_STATE);
    put(tree, bytes, size);
}

void dt_writer_add_text(struct dt_writer *tree, const char *text, size_t length)
{
    dt_writer_add_bytes(tree, text, length);
    dt_writer_add_bytes(tree, "", 1);
}

void dt_writer_add_cell(struct dt_writer *tree, uint32_t cell)
{
    uint8_t bytes[4];
    write32(bytes, cell);
    dt_writer_add_bytes(tree, bytes, sizeof bytes);
}

void dt_writer_add_u64(struct dt_writer *tree, uint64_t value)
{
    dt_writer_add_cell(tree, (uint32_t)(value >> 32));
    dt_writer_add_cell(tree, (uint32_t)value);
}

void dt_writer_u32(struct dt_writer *tree, const char *name, uint32_t value)
{
    dt_writer_cells(tree, name, &value, 1);
}

void dt_writer_u64(struct dt_writer *tree, const char *name, uint64_t value)
{
    dt_writer_begin_property(tree, name);
    dt_writer_add_u64(tree, value);
    dt_writer_end_property(tree);
}

void dt_writer_cells(struct dt_writer *tree, const char *name, const uint32_t *cells, size_t count)
{
    dt_writer_begin_property(tree, name);
    for (size_t i = 0; i < count; i++)
        dt_writer_add_cell(tree, cells[i]);
    dt_writer_end_property(tree);
}

void dt_writer_string(struct dt_writer *tree, const char *name, const char *text)
{
    dt_writer_bytes(tree, name, text, strlen(text) + 1);
}

void dt_writer_strings(struct dt_writer *tree, const char *name, const char *const *texts,
                       size_t count)
{
    dt_writer_begin_property(tree, name);
    for (size_t i = 0; i < count; i++)
        dt_writer_add_text(tree, texts[i], strlen(texts[i]));
    dt_writer_end_property(tree);
}

void dt_writer_bytes(struct dt_writer *tree, const char *name, const void *bytes, size_t size)
{
    dt_writer_begin_property(tree, name);
    dt_writer_add_bytes(tree, bytes, size);
    dt_writer_end_property(tree);
}

void dt_writer_empty(struct dt_writer *tree, const char *name)
{
    dt_writer_bytes(tree, name, NULL, 0);
}

/* --- The end ---------------------------------------------------------------------------------- */

/* In each property: the offset of its name in the strings block, of `size` bytes. */
static void settle_names(struct dt_writer *tree, uint32_t size)
{
    uint32_t at = tree->structure;
    while (at < tree->end) {
        uint8_t *token = tree->bytes + at;
        at += 4;
        switch (read32(token)) {
        case BEGIN_NODE:
            at += align4((uint32_t)strlen((const char *)token + 4) + 1);
            break;
        case PROP:
            write32(token + 8, size - read32(token + 8));
            at += PROPERTY_HEADER - 4 + align4(read32(token + 4));
            break;
        default: /* END_NODE, END: nothing follows in them */
            break;
        }
    }
}

enum error dt_writer_finish(struct dt_writer *tree, size_t *size)
{
    if (tree->depth != 0 || tree->structure == 0)
        fail(tree, ERR_STATE);
    put32(tree, END);
    if (tree->error != OK)
        return tree->error;
    uint32_t strings_size = tree->size - tree->strings, total = tree->end + strings_size;
    settle_names(tree, strings_size);
    memmove(tree->bytes + tree->end, tree->bytes + tree->strings, strings_size);

    uint8_t *header = tree->bytes;
    write32(header + TOTALSIZE, total);
    write32(header + OFF_STRUCT, tree->structure);
    write32(header + OFF_STRINGS, tree->end);
    write32(header + OFF_RESERVED, HEADER_SIZE);
    write32(header + VERSION, 17);
    write32(header + LAST_COMPATIBLE, 16);
    write32(header + BOOT_CPU, 0);
    write32(header + SIZE_STRINGS, strings_size);
    write32(header + SIZE_STRUCT, tree->end - tree->structure);
    write32(header + MAGIC, DT_MAGIC);
    tree->error = ERR_STATE; /* it is written: whoever goes on is told */
    *size = total;
    return OK;
}
