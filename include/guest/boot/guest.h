/*
 * guest: a guest from its image to its end, and again where it reboots.
 *
 *     image ---> plan ---> vm_create ---> pieces, device tree, initrd into its RAM
 *                               ^                       |
 *                               | reboot                v
 *                               +--- vm_destroy <--- run_vm ---> why it ended: one line
 *
 * Read next: guest/load/image.h, guest/vm/vm.h, guest/run/run.h.
 */
#pragma once

#include <base/error.h>
#include <guest/vm/vm.h>
#include <lib/machine.h>

/* What is to be run. The bytes are read until it ends; nothing of it is written. */
struct guest_wish {
    unsigned number;
    const uint8_t *image;
    size_t image_bytes;
    const uint8_t *initrd; /* NULL: none */
    size_t initrd_bytes;
    const char *bootargs; /* bootargs_bytes of them */
    size_t bootargs_bytes;
    size_t vcpus;
    uint64_t memory_bytes;
    unsigned levels; /* of the second stage */
    bool quiet;      /* no lines of ours where all goes well */
    bool has_uart;   /* the machine's own UART is the guest's: no emulated one */
};

/*
 * Run it to its end, on all harts. Fails iff there is no hypervisor extension (ERR_NOT_SUPPORTED),
 * the image is refused (ERR_INVALID, ERR_NOT_SUPPORTED, ERR_NO_MEMORY; one line says why), or there
 * are too few frames (ERR_NO_MEMORY). How the guest ended goes to *end. Context: the first hart,
 * interrupts on, no lock.
 */
enum error guest_run(const struct machine *machine, const struct guest_wish *wish,
                     enum vm_end *end);

/* The embedded guest of a few instructions, src/guest/boot/hello.S: vm 0, with 8 MiB. */
struct guest_wish guest_wish_hello(void);

/* For guests that the loader has put into RAM: the kernel, ramdisk and words of the machine, and
   our own boot arguments vcpus, guest-memory (in bytes), guest-levels, passthrough=uart. */
struct guest_wish guest_wish_from(const struct machine *machine);
