/*
 * device: what every emulated device of a guest looks like, and the bus that finds the one at an
 * address.
 *
 *     guest:  lb a0, 5(a1)      a1 = 0x10000000, where the second stage maps nothing
 *     exit:   bus_find(bus, 0x10000005) --> device --> device->read(device, 5, 1, &value)
 *                     | NULL                                  | false
 *                     access fault in the guest               access fault in the guest
 *
 * A device is a struct that begins with, or contains, a struct device; its functions find their own
 * state by container_of. It knows no guest, no vCPU and no hardware: what it has to say (a byte, an
 * interrupt line) it says through functions that its owner gave it, so it runs on any machine.
 *
 * The bus is a list in the order in which the devices were added. Shortcoming: finding one is a
 * step for each device before it; that is right for the handful of devices a small guest has. Add
 * first what is used most.
 *
 * Locks: none here. Devices are added before the first vCPU runs; then the list never changes.
 * Read next: guest/device/vuart.h, guest/device/vplic.h.
 */
#pragma once

#include <base/error.h>
#include <base/types.h>

struct device {
    const char *name;
    struct gpa base;
    uint64_t size; /* in bytes */

    /*
     * A load or a store of the guest, of `width_bytes` at `base` + `offset`. False iff it is an
     * access fault in the guest. `offset` is below `size`, yet the access may reach beyond it; it
     * may be misaligned, and the width any number: the device decides. A value that is read is
     * zero-extended; of one that is written the bits above the width mean nothing.
     * Context: any hart, several at once.
     */
    bool (*read)(struct device *device, uint64_t offset, unsigned width_bytes, uint64_t *value);
    bool (*write)(struct device *device, uint64_t offset, unsigned width_bytes, uint64_t value);

    struct device *next; /* the bus's */
};

/* All zero is an empty bus. */
struct bus {
    struct device *first;
};

/*
 * Add a device, which must stay where it is as long as the bus is used.
 * Fails iff it has no byte or a byte of it is on the bus already (ERR_INVALID), or it ends beyond
 * the last address (ERR_OVERFLOW). Cost: a step for each device.
 */
enum error bus_add(struct bus *bus, struct device *device);

/* The device that has the byte at `gpa`; NULL iff there is none. Cost: about 6 instructions for
   each device up to it. */
[[gnu::always_inline]] static inline struct device *bus_find(const struct bus *bus, struct gpa gpa)
{
    struct device *device = bus->first;
    /* Below the base the difference wraps to a number larger than any size. */
    while (device != NULL && gpa.value - device->base.value >= device->size)
        device = device->next;
    return device;
}
