/*
 * image: what a file that shall run as a guest is, and where its bytes go.
 *
 * Three kinds are told apart by their first bytes:
 *
 *     Linux Image   "RSC\x05" at 56: one piece, at RAM + text_offset, with room for image_size
 *     ELF64         "\x7fELF": one piece for each PT_LOAD segment, at its physical address
 *     flat binary   anything else: one piece, at RAM + 2 MiB, as U-Boot wants it
 *
 * The device tree and the initrd go to the top of RAM, so that the image may grow into what is
 * between (Linux does with its .bss, which image_size has):
 *
 *     RAM                                                            2 MiB aligned   page  end
 *     | 2 MiB, empty | image, zeros up to memory_bytes | free ...   | tree | free   | initrd |
 *
 * Nothing is loaded here: the plan says what to copy. So a file that lies is refused before
 * anything is written, and the plan can be tested without a guest.
 *
 * The promise: in a plan that is accepted, every piece lies within the file and within RAM, no two
 * of pieces, tree and initrd share a byte, and entry is a byte that comes from the file.
 *
 * Shortcomings: compressed files are refused, not unpacked. An ELF file is not relocated.
 *
 * Source: Linux, Documentation/arch/riscv/boot-image-header.rst (0.2) and boot.rst; System V gABI
 * 4.1, chapters 4 and 5; RISC-V ELF psABI (EM_RISCV). Read next: guest/load/guest_tree.h.
 */
#pragma once

#include <base/error.h>
#include <base/types.h>
#include <guest/load/layout.h>

enum { IMAGE_PIECES_MAX = 16 };

enum image_kind { IMAGE_LINUX, IMAGE_ELF, IMAGE_FLAT };

/* Copy `file_bytes` from `offset` in the file to `start`, and zeros up to `memory_bytes`. */
struct image_piece {
    size_t offset, file_bytes;
    struct gpa start;
    uint64_t memory_bytes;
};

struct image_plan {
    enum image_kind kind;
    struct gpa entry; /* where the first vCPU begins */
    size_t count;
    struct image_piece pieces[IMAGE_PIECES_MAX];
    struct guest_range tree;   /* from a multiple of 2 MiB on; size as asked for */
    struct guest_range initrd; /* from a multiple of 4096 on; size 0: there is none */
};

/* What is to be placed besides the image. */
struct image_place {
    struct guest_range ram; /* of the guest; the end does not wrap, else it is refused */
    uint64_t tree_bytes;    /* 1 to 2 MiB, which is what Linux maps of it */
    uint64_t initrd_bytes;  /* 0: there is no initrd */
};

/* What image_make_plan answers: `why` is a sentence for people, NULL iff error is OK. */
struct image_verdict {
    enum error error;
    const char *why; /* never freed */
};

/* The kind of the `len` bytes at `bytes`, by the first 64 of them at most. */
enum image_kind image_identify(const uint8_t *bytes, size_t len);

/*
 * Where the `len` bytes at `bytes` go. The file is only read, whatever is in it.
 * Refuses, and *plan is not to be used then, with
 *     ERR_INVALID        an empty file; headers that are cut off or of another class or machine;
 *                        sizes or places that contradict each other or wrap; a Linux Image that is
 *                        not 2 MiB aligned; segments that overlap, reach out of the file or of RAM;
 *                        an entry that is odd or not in bytes of the file; place itself
 *     ERR_NOT_SUPPORTED  a compressed or a big-endian kernel; more than 16 segments
 *     ERR_NO_MEMORY      the image, the tree or the initrd do not fit into RAM, or into each other
 * Cost: linear in the program headers, quadratic in the segments. Any context; no lock.
 */
[[nodiscard]] struct image_verdict image_make_plan(const uint8_t *bytes, size_t len,
                                                   const struct image_place *place,
                                                   struct image_plan *plan);
