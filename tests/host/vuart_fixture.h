/*
 * vuart_fixture: what the tests of the serial port share: a port on a bus, what comes out of it,
 * and accesses as a guest makes them. After set-up it is as after a reset.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <guest/device/vuart.h>
#include <riscv/hart.h>

enum { RBR, IER, IIR, LCR, MCR, LSR, MSR, SCR, THR = RBR, FCR = IIR, DLL = RBR, DLM = IER };
enum { DLAB = 0x80, LOOP = 0x10, FIFO_ON = 1, NO_INTERRUPT = 1 };
enum { DR = 1, OE = 2, IDLE = 0x60 /* THRE and TEMT */ };
enum { BASE = 0x10000000 };

static struct vuart uart;
static struct bus bus;
static bool line;
static uint64_t line_calls;
static uint8_t sent[1 << 20];
static size_t sent_count;
static char events[16]; /* p: a byte was put; H, L: the line */

static void note(char event)
{
    size_t length = strlen(events);
    if (length + 1 < sizeof events)
        events[length] = event;
}

static void put(void *owner, uint8_t byte)
{
    assert_ptr_equal(owner, &uart);
    assert_null(uart.lock.holder); /* it may take a while, and locks of its own */
    sent[sent_count++ % sizeof sent] = byte;
    note('p');
}

static void set_line(void *owner, bool high)
{
    assert_ptr_equal(owner, &uart);
    assert_true(fake_hart.interrupts_masked);
    assert_int_not_equal(line, high); /* only when it changes */
    line = high;
    line_calls++;
    note(high ? 'H' : 'L');
}

[[maybe_unused]] static int start(void **state)
{
    (void)state;
    memset(&uart, 0xa5, sizeof uart);
    line = false;
    line_calls = 0;
    sent_count = 0;
    memset(events, 0, sizeof events);
    vuart_init(&uart, (struct gpa){ BASE }, put, set_line, &uart);
    bus = (struct bus){ 0 };
    assert_int_equal(bus_add(&bus, &uart.device), OK);
    return 0;
}

[[maybe_unused]] static uint8_t get(unsigned reg)
{
    struct device *device = bus_find(&bus, (struct gpa){ BASE + reg });
    uint64_t value = UINT64_MAX;
    assert_true(device->read(device, reg, 1, &value));
    assert_true(value <= 0xff);
    return (uint8_t)value;
}

[[maybe_unused]] static void set(unsigned reg, unsigned value)
{
    struct device *device = bus_find(&bus, (struct gpa){ BASE + reg });
    assert_true(device->write(device, reg, 1, value));
}

[[maybe_unused]] static void receive(uint8_t byte)
{
    assert_true(vuart_receive(&uart, byte));
}

#define TEST(f) cmocka_unit_test_setup(f, start)
