/*
 * vuart: the serial port of a guest, a 16550A as Linux's 8250 driver knows it. (device/uart.h
 * drives the real one.)
 *
 *     guest writes THR ---------------------------------------> put(owner, byte)
 *                          | loopback (MCR bit 4)
 *                          v
 *     vuart_receive --> ring of 256: | 0 .. 15 | 16 ... 255 |
 *                                      the FIFO   the wire
 *     guest reads RBR <----------------+
 *
 * Sending takes no time: the transmitter is always empty, so LSR always says THRE and TEMT, and the
 * interrupt "THR empty" pends again as soon as a byte was written. It pends also when IER enables
 * it, and no longer when IIR was read and named it. That is all that an interrupt-driven driver
 * needs to go on.
 *
 * The first 16 bytes of the ring (without FIFO: the first) are what the chip would have received;
 * the rest is still on the wire, and moves up as the guest reads, so a guest that is slow loses
 * nothing until 256 bytes wait. Then a byte more is lost and LSR.OE says so. To reset the FIFO
 * drops what is in it, not what is on the wire.
 *
 * Nor does time pass between two bytes received: fewer bytes than the trigger level are a
 * "character timeout" at once.
 *
 * Accesses are as at QEMU's `virt` machine: 1, 2, 4 or 8 bytes, aligned, reach the one register at
 * their offset with the lowest byte, and are read as zero above it; any other, and any at offset 8
 * or later, is an access fault.
 *
 * Shortcomings: no baud rate (the divisor is kept, and means nothing), no parity, framing and
 * break, no DMA.
 *
 * Locks: its own, but for the two accesses that each character costs: the read of LSR, and the
 * write of THR, which end before it as long as they change nothing inside.
 * Source: National Semiconductor PC16550D data sheet, section 8 ("Registers").
 */
#pragma once

#include <guest/device/device.h>
#include <lib/spinlock.h>

enum {
    VUART_SIZE = 0x100, /* of its place in the address map, in bytes; 8 have registers */
    VUART_RING = 256,
    VUART_FIFO = 16,
};

struct vuart {
    struct device device;
    struct spinlock lock;
    void (*put)(void *owner, uint8_t byte);
    void (*set_line)(void *owner, bool high);
    void *owner;
    void (*has_room)(void); /* who waits for room in the ring; NULL: nobody */

    /* Written with the lock, read without it: atomic. */
    uint8_t lsr;
    uint8_t thr; /* what a write at offset 0 does: enum thr in vuart.c */

    uint8_t ier, lcr, mcr, msr, scr, divisor[2];
    uint8_t trigger;  /* so many bytes are "data available"; 0: the FIFO is off */
    bool thr_pending; /* the interrupt "THR empty" pends, where IER lets it */
    bool overrun;
    bool line;

    uint16_t first, count; /* of the ring */
    uint8_t ring[VUART_RING];
};

/*
 * Make a port with its registers at `base`, as after a reset: no interrupt enabled, FIFO off.
 *
 * `put(owner, byte)` is a byte that the guest sends. It is called with no lock held, on the hart
 * that stored the byte.
 * `set_line(owner, high)` is the interrupt line, called when it changes and only then, with this
 * port's lock held and interrupts masked: it must not call the port. It may call vplic_set_level.
 */
void vuart_init(struct vuart *uart, struct gpa base, void (*put)(void *owner, uint8_t byte),
                void (*set_line)(void *owner, bool high), void *owner);

/* A byte comes in from outside. False iff it is lost: the ring is full, which LSR.OE tells the
   guest, or the guest has the port in loopback. Context: any hart, also in an interrupt. */
[[nodiscard]] bool vuart_receive(struct vuart *uart, uint8_t byte);

/* The byte that came in first, into *byte, as if the guest had read RBR: for another way to the
   same console. False iff there is none. */
[[nodiscard]] bool vuart_take(struct vuart *uart, uint8_t *byte);

/*
 * How many bytes can come in now and none of them be lost, until the guest touches the port. Where
 * it is 0 `has_room` is noted, unless it is NULL, in place of who was noted before; it is called
 * once, when there is room again, on the hart that made it, with no lock held and interrupts as
 * that hart has them. It may call the port.
 */
size_t vuart_room(struct vuart *uart, void (*has_room)(void));
