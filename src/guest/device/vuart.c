/*
 * vuart: see guest/device/vuart.h. From the receiver over the interrupt to the registers; the two
 * functions of the device, with their short ways, come last.
 */
#include <base/bits.h>
#include <guest/device/vuart.h>
#include <lib/memory.h>

#include "vuart_registers.h"

/* What a write at offset 0 does. */
enum thr {
    THR_OUT,       /* it goes out, and that is all */
    THR_OUT_RAISE, /* it goes out, and the interrupt pends again */
    THR_LOOP,      /* it comes in, and the interrupt pends again */
    THR_DIVISOR,
};

/* 9600 baud from the usual clock of 1.8432 MHz, divided by 16. */
static const uint8_t divisor_at_reset = 12;

/* --- The receiver. All that follows: with the lock. ------------------------------------------- */

static void push(struct vuart *uart, uint8_t byte)
{
    if (uart->count == VUART_RING) {
        uart->overrun = true;
        return;
    }
    uart->ring[(uart->first + uart->count) % VUART_RING] = byte;
    uart->count++;
}

static void drop(struct vuart *uart, unsigned count)
{
    uart->first = (uint16_t)((uart->first + count) % VUART_RING);
    uart->count = (uint16_t)(uart->count - count);
}

/* Empty the FIFO, which is one byte long where it is off. */
static void reset_receiver(struct vuart *uart)
{
    unsigned length = uart->trigger != 0 ? VUART_FIFO : 1;
    drop(uart, uart->count < length ? uart->count : length);
}

/* --- What follows from the state -------------------------------------------------------------- */

/* The most urgent interrupt that is enabled and pends: data sheet, table IV. */
static uint8_t interrupt_of(const struct vuart *uart)
{
    if ((uart->ier & IER_LINE_STATUS) && uart->overrun)
        return IIR_LINE_STATUS;
    if ((uart->ier & IER_DATA) && uart->count > 0)
        return uart->count >= uart->trigger ? IIR_DATA : IIR_TIMEOUT;
    if ((uart->ier & IER_THR_EMPTY) && uart->thr_pending)
        return IIR_THR_EMPTY;
    if ((uart->ier & IER_MODEM_STATUS) && (uart->msr & MSR_CHANGES))
        return IIR_MODEM_STATUS;
    return IIR_NONE;
}

static enum thr thr_of(const struct vuart *uart)
{
    if (uart->lcr & LCR_DLAB)
        return THR_DIVISOR;
    if (uart->mcr & MCR_LOOP)
        return THR_LOOP;
    return (uart->ier & IER_THR_EMPTY) && !uart->thr_pending ? THR_OUT_RAISE : THR_OUT;
}

/* After every change: LSR, the short way of THR, and the line. */
static void update(struct vuart *uart)
{
    unsigned lsr = LSR_THR_EMPTY | LSR_EMPTY | (uart->count > 0 ? LSR_DATA : 0) |
                   (uart->overrun ? LSR_OVERRUN : 0);
    __atomic_store_n(&uart->lsr, (uint8_t)lsr, __ATOMIC_RELAXED);
    __atomic_store_n(&uart->thr, (uint8_t)thr_of(uart), __ATOMIC_RELAXED);
    bool high = interrupt_of(uart) != IIR_NONE;
    if (high != uart->line) {
        uart->line = high;
        uart->set_line(uart->owner, high);
    }
}

static size_t room(const struct vuart *uart)
{
    return uart->mcr & MCR_LOOP ? 0 : VUART_RING - uart->count;
}

/* The end of what may have changed something: all that follows from it, and without the lock the
   word to who waits for room. */
static void finish(struct vuart *uart, uint64_t interrupts)
{
    update(uart);
    void (*has_room)(void) = NULL;
    if (unlikely(uart->has_room != NULL) && room(uart) > 0) {
        has_room = uart->has_room;
        uart->has_room = NULL;
    }
    spinlock_unlock(&uart->lock, interrupts);
    if (unlikely(has_room != NULL))
        has_room();
}

/* --- The registers ---------------------------------------------------------------------------- */

/* The modem's lines: at the other end is somebody who is always ready; in loopback it is MCR. */
static void update_modem(struct vuart *uart)
{
    unsigned now = MSR_CTS | MSR_DSR | MSR_DCD;
    if (uart->mcr & MCR_LOOP)
        now = (uart->mcr & MCR_RTS ? MSR_CTS : 0) | (uart->mcr & MCR_DTR ? MSR_DSR : 0) |
              (uart->mcr & MCR_OUT1 ? MSR_RI : 0) | (uart->mcr & MCR_OUT2 ? MSR_DCD : 0);
    unsigned changes = (now ^ uart->msr) >> 4;
    if (now & MSR_RI)
        changes &= ~(unsigned)MSR_RI_FELL;
    uart->msr = (uint8_t)(now | changes | (uart->msr & MSR_CHANGES));
}

/* A change of the mode empties the FIFO; the other bits count only together with ENABLE. */
static void write_fcr(struct vuart *uart, uint8_t byte)
{
    static const uint8_t triggers[] = { 1, 4, 8, 14 };
    bool on = byte & FCR_ENABLE;
    if (on != (uart->trigger != 0) || (on && (byte & FCR_RESET_RECEIVER)))
        reset_receiver(uart);
    uart->trigger = on ? triggers[byte >> FCR_TRIGGER_SHIFT] : 0;
}

static uint8_t read_rbr(struct vuart *uart)
{
    if (uart->count == 0)
        return 0;
    uint8_t byte = uart->ring[uart->first];
    drop(uart, 1);
    return byte;
}

bool vuart_take(struct vuart *uart, uint8_t *byte)
{
    uint64_t interrupts = spinlock_lock(&uart->lock, __builtin_return_address(0));
    bool taken = uart->count != 0;
    if (taken)
        *byte = read_rbr(uart);
    finish(uart, interrupts);
    return taken;
}

static uint8_t read_iir(struct vuart *uart)
{
    uint8_t iir = interrupt_of(uart);
    if (iir == IIR_THR_EMPTY)
        uart->thr_pending = false;
    return uart->trigger != 0 ? iir | IIR_FIFO : iir;
}

static uint8_t read_register(struct vuart *uart, unsigned reg)
{
    uint8_t value;
    switch (reg) {
    case RBR:
        return uart->lcr & LCR_DLAB ? uart->divisor[0] : read_rbr(uart);
    case IER:
        return uart->lcr & LCR_DLAB ? uart->divisor[1] : uart->ier;
    case IIR:
        return read_iir(uart);
    case LCR:
        return uart->lcr;
    case MCR:
        return uart->mcr;
    case LSR:
        value = uart->lsr;
        uart->overrun = false;
        return value;
    case MSR:
        value = uart->msr;
        uart->msr &= (uint8_t)~MSR_CHANGES;
        return value;
    default:
        return uart->scr;
    }
}

/* All but THR. */
static void write_register(struct vuart *uart, unsigned reg, uint8_t byte)
{
    switch (reg) {
    case IER:
        if (uart->lcr & LCR_DLAB) {
            uart->divisor[1] = byte;
        } else {
            if (byte & ~uart->ier & IER_THR_EMPTY)
                uart->thr_pending = true;
            uart->ier = byte & IER_ALL;
        }
        break;
    case IIR:
        write_fcr(uart, byte);
        break;
    case LCR:
        uart->lcr = byte;
        break;
    case MCR:
        uart->mcr = byte & MCR_ALL;
        update_modem(uart);
        break;
    case SCR:
        uart->scr = byte;
        break;
    default: /* LSR and MSR are only read */
        break;
    }
}

/* --- The device: the slow ways, kept out of line, then the short ones ------------------------- */

[[gnu::noinline]] static bool read_slowly(struct vuart *uart, unsigned reg, uint64_t *value)
{
    uint64_t interrupts = spinlock_lock(&uart->lock, __builtin_return_address(0));
    *value = read_register(uart, reg);
    finish(uart, interrupts);
    return true;
}

[[gnu::noinline]] static bool write_slowly(struct vuart *uart, unsigned reg, uint8_t byte)
{
    uint64_t interrupts = spinlock_lock(&uart->lock, __builtin_return_address(0));
    write_register(uart, reg, byte);
    finish(uart, interrupts);
    return true;
}

/* A byte goes out before the interrupt says so, or that of another vCPU could overtake it. */
[[gnu::noinline]] static bool write_thr_slowly(struct vuart *uart, enum thr thr, uint8_t byte)
{
    if (thr == THR_OUT_RAISE)
        uart->put(uart->owner, byte);
    uint64_t interrupts = spinlock_lock(&uart->lock, __builtin_return_address(0));
    if (thr == THR_LOOP)
        push(uart, byte);
    if (thr == THR_DIVISOR)
        uart->divisor[0] = byte;
    else
        uart->thr_pending = true;
    finish(uart, interrupts);
    return true;
}

/* True iff an access reaches a register: see the header. */
static bool is_good(uint64_t offset, unsigned width_bytes)
{
    if (offset >= REGISTERS)
        return false;
    return likely(width_bytes == 1) ||
           (is_power_of_two(width_bytes) && width_bytes <= 8 && (offset & (width_bytes - 1)) == 0);
}

/* LSR without an overrun is read as it is: that changes nothing. */
static bool vuart_read(struct device *device, uint64_t offset, unsigned width_bytes,
                       uint64_t *value)
{
    struct vuart *uart = container_of(device, struct vuart, device);
    if (likely(offset == LSR && width_bytes == 1)) {
        *value = __atomic_load_n(&uart->lsr, __ATOMIC_RELAXED);
        if (likely((*value & LSR_OVERRUN) == 0))
            return true;
    }
    return is_good(offset, width_bytes) && read_slowly(uart, (unsigned)offset, value);
}

/* What a write at offset 0 does is decided once, by one load. */
static bool vuart_write(struct device *device, uint64_t offset, unsigned width_bytes,
                        uint64_t value)
{
    struct vuart *uart = container_of(device, struct vuart, device);
    uint8_t byte = (uint8_t)value;
    if (!is_good(offset, width_bytes))
        return false;
    if (unlikely(offset != RBR))
        return write_slowly(uart, (unsigned)offset, byte);
    enum thr thr = __atomic_load_n(&uart->thr, __ATOMIC_RELAXED);
    if (unlikely(thr != THR_OUT))
        return write_thr_slowly(uart, thr, byte);
    uart->put(uart->owner, byte);
    return true;
}

void vuart_init(struct vuart *uart, struct gpa base, void (*put)(void *owner, uint8_t byte),
                void (*set_line)(void *owner, bool high), void *owner)
{
    memset(uart, 0, sizeof *uart);
    uart->device = (struct device){
        .name = "uart", .base = base, .size = VUART_SIZE, .read = vuart_read, .write = vuart_write
    };
    uart->put = put;
    uart->set_line = set_line;
    uart->owner = owner;
    uart->divisor[0] = divisor_at_reset;
    update_modem(uart);
    uart->msr &= (uint8_t)~MSR_CHANGES;
    update(uart);
}

bool vuart_receive(struct vuart *uart, uint8_t byte)
{
    uint64_t interrupts = spinlock_lock(&uart->lock, __builtin_return_address(0));
    bool taken = uart->count < VUART_RING && (uart->mcr & MCR_LOOP) == 0;
    if ((uart->mcr & MCR_LOOP) == 0) {
        push(uart, byte);
        update(uart);
    }
    spinlock_unlock(&uart->lock, interrupts);
    return taken;
}

size_t vuart_room(struct vuart *uart, void (*has_room)(void))
{
    uint64_t interrupts = spinlock_lock(&uart->lock, __builtin_return_address(0));
    size_t bytes = room(uart);
    uart->has_room = bytes == 0 ? has_room : NULL;
    spinlock_unlock(&uart->lock, interrupts);
    return bytes;
}
