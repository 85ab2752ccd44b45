/*
 * The serial port of a guest against a model of the chip, with random accesses; with hostile widths
 * and offsets; and on three threads.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_vuart_model
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "random.h"
#include "vuart_fixture.h"

/* --- Random accesses against a model ---------------------------------------------------------- */

/* The chip: a real FIFO of 16, or one byte, and a wire whose bytes move up when there is room. */
static struct {
    uint8_t fifo[16], wire[256];
    size_t fifo_count, wire_count;
    uint8_t ier, lcr, mcr, scr, dll, dlm;
    bool cts, dsr, ri, dcd, dcts, ddsr, teri, ddcd;
    bool fifo_on, overrun, thr_empty;
    unsigned level;
    size_t sent;
    uint8_t last;
} chip;

static void move_up(void)
{
    while (chip.wire_count > 0 && chip.fifo_count < (chip.fifo_on ? 16u : 1u)) {
        chip.fifo[chip.fifo_count++] = chip.wire[0];
        memmove(chip.wire, chip.wire + 1, --chip.wire_count);
    }
}

static void comes_in(uint8_t byte)
{
    if (chip.fifo_count + chip.wire_count == 256)
        chip.overrun = true;
    else
        chip.wire[chip.wire_count++] = byte;
    move_up();
}

static unsigned chip_interrupt(void)
{
    if (chip.overrun && (chip.ier & 4))
        return 6;
    if (chip.fifo_count > 0 && (chip.ier & 1))
        return !chip.fifo_on || chip.fifo_count >= chip.level ? 4 : 12;
    if (chip.thr_empty && (chip.ier & 2))
        return 2;
    if ((chip.dcts || chip.ddsr || chip.teri || chip.ddcd) && (chip.ier & 8))
        return 0;
    return 1;
}

static unsigned chip_read(unsigned reg)
{
    unsigned value = 0;
    bool dlab = chip.lcr & DLAB;
    switch (reg) {
    case RBR:
        if (dlab)
            return chip.dll;
        if (chip.fifo_count > 0) {
            value = chip.fifo[0];
            memmove(chip.fifo, chip.fifo + 1, --chip.fifo_count);
            move_up();
        }
        return value;
    case IER:
        return dlab ? chip.dlm : chip.ier;
    case IIR:
        value = chip_interrupt();
        if (value == 2)
            chip.thr_empty = false;
        return value + (chip.fifo_on ? 0xc0 : 0);
    case LCR:
        return chip.lcr;
    case MCR:
        return chip.mcr;
    case LSR:
        value = 0x60u + (chip.fifo_count > 0) + (chip.overrun ? 2 : 0);
        chip.overrun = false;
        return value;
    case MSR:
        value = chip.dcts + chip.ddsr * 2u + chip.teri * 4u + chip.ddcd * 8u + chip.cts * 16u +
                chip.dsr * 32u + chip.ri * 64u + chip.dcd * 128u;
        chip.dcts = chip.ddsr = chip.teri = chip.ddcd = false;
        return value;
    default:
        return chip.scr;
    }
}

static void chip_modem(bool cts, bool dsr, bool ri, bool dcd)
{
    chip.dcts |= cts != chip.cts;
    chip.ddsr |= dsr != chip.dsr;
    chip.teri |= chip.ri && !ri;
    chip.ddcd |= dcd != chip.dcd;
    chip.cts = cts, chip.dsr = dsr, chip.ri = ri, chip.dcd = dcd;
}

static void chip_write(unsigned reg, uint8_t byte)
{
    static const unsigned levels[] = { 1, 4, 8, 14 };
    bool dlab = chip.lcr & DLAB, on = byte & 1;
    if (reg == DLL && dlab) {
        chip.dll = byte;
    } else if (reg == DLM && dlab) {
        chip.dlm = byte;
    } else if (reg == THR) {
        chip.thr_empty = true;
        if (chip.mcr & LOOP) {
            comes_in(byte);
        } else {
            chip.sent++;
            chip.last = byte;
        }
    } else if (reg == IER) {
        if ((byte & 2) && !(chip.ier & 2))
            chip.thr_empty = true;
        chip.ier = byte & 15;
    } else if (reg == FCR) {
        if (on != chip.fifo_on || (on && (byte & 2)))
            chip.fifo_count = 0;
        chip.fifo_on = on;
        chip.level = levels[byte >> 6];
        move_up();
    } else if (reg == LCR) {
        chip.lcr = byte;
    } else if (reg == MCR) {
        chip.mcr = byte & 31;
        if (byte & LOOP)
            chip_modem(byte & 2, byte & 1, byte & 4, byte & 8);
        else
            chip_modem(true, true, false, true);
    } else if (reg == SCR) {
        chip.scr = byte;
    }
}

static void one_access(void)
{
    static const unsigned widths[] = { 1, 1, 1, 2, 4, 8, 3, 16 };
    struct device *device = &uart.device;
    unsigned reg = (unsigned)below(8), width = widths[below(8)];
    bool good = width == 1 || (width <= 8 && width != 3 && reg % width == 0);
    uint64_t value = random64(), shown = UINT64_MAX;
    if (reg == LCR && below(4) != 0)
        value &= 0x7f; /* the divisor is dull */
    if (reg == MCR && below(4) != 0)
        value &= 0xef;
    switch (below(5)) {
    case 0:
    case 1:
        assert_int_equal(device->write(device, reg, width, value), good);
        if (good)
            chip_write(reg, (uint8_t)value);
        break;
    case 2: {
        bool taken = chip.fifo_count + chip.wire_count < 256 && !(chip.mcr & LOOP);
        assert_int_equal(vuart_receive(&uart, (uint8_t)value), taken);
        if (!(chip.mcr & LOOP))
            comes_in((uint8_t)value);
        break;
    }
    default:
        assert_int_equal(device->read(device, reg, width, &shown), good);
        assert_int_equal(shown, good ? chip_read(reg) : UINT64_MAX);
    }
}

static void random_accesses(void **state)
{
    (void)state;
    uint64_t seed = random_start(29), cases = number_from("BUMPVISOR_CASES", 200000), full = 0;
    printf("# seed %llu, %llu cases\n", (unsigned long long)seed, (unsigned long long)cases);
    memset(&chip, 0, sizeof chip);
    chip.dll = 12;
    chip.cts = chip.dsr = chip.dcd = true;
    for (uint64_t i = 0; i < cases; i++) {
        one_access();
        if (i % 4096 == 0) /* now and then much comes in */
            while (!(chip.mcr & LOOP) && chip.fifo_count + chip.wire_count < 256) {
                receive((uint8_t)full);
                comes_in((uint8_t)full++);
            }
        assert_int_equal(line, chip_interrupt() != 1);
        assert_int_equal(sent_count, chip.sent);
        if (chip.sent > 0)
            assert_int_equal(sent[(chip.sent - 1) % sizeof sent], chip.last);
        size_t room = chip.mcr & LOOP ? 0 : 256 - chip.fifo_count - chip.wire_count;
        assert_int_equal(vuart_room(&uart, NULL), room);
        assert_false(fake_hart.interrupts_masked);
    }
    assert_true(chip.sent > cases / 100);
    assert_true(line_calls > cases / 100);
}

/* An access that is none leaves all as it was. */
static void hostile_accesses(void **state)
{
    (void)state;
    static const unsigned widths[] = { 0, 1, 2,  3,  4,  5,        6,         7,
                                       8, 9, 12, 16, 32, 1u << 31, UINT32_MAX };
    struct device *device = &uart.device;
    set(SCR, 0x5c);
    set(FCR, FIFO_ON);
    for (unsigned i = 0; i < ARRAY_LENGTH(widths); i++) {
        for (uint64_t offset = 0; offset < 0x400; offset++) {
            unsigned w = widths[i];
            uint64_t at = offset < 0x200 ? offset : ~UINT64_C(0) >> offset % 64;
            bool good = at < 8 && (w == 1 || ((w == 2 || w == 4 || w == 8) && at % w == 0));
            struct vuart before = uart;
            uint64_t value = 0x1234567890;
            if (!good) {
                assert_false(device->write(device, at, w, UINT64_MAX));
                assert_false(device->read(device, at, w, &value));
                assert_int_equal(value, 0x1234567890);
                assert_memory_equal(&uart, &before, sizeof uart);
                continue;
            }
            assert_true(device->read(device, at, w, &value));
            assert_true(value <= 0xff);
            if (at == SCR)
                assert_int_equal(value, 0x5c);
            if (at == LSR)
                assert_int_equal(value, IDLE);
        }
    }
    assert_true(device->write(device, THR, 8, 0x4142434445464748)); /* the lowest byte goes out */
    assert_int_equal(sent[0], 0x48);
    set(LSR, 0xff);
    set(MSR, 0xff); /* are only read */
    assert_int_equal(get(LSR), IDLE);
    assert_int_equal(get(MSR), 0xb0);
    assert_int_equal(sent_count, 1);
}

/* --- On threads: one sends into the port, one reads from it, one writes to it ----------------- */

static uint64_t rounds;
static uint64_t put_sum;

static void put_on_thread(void *owner, uint8_t byte)
{
    (void)owner;
    __atomic_add_fetch(&put_sum, byte, __ATOMIC_RELAXED);
}

static void line_on_thread(void *owner, bool high)
{
    (void)owner;
    line = high;
}

static void *sender(void *argument)
{
    fake_hart.id = 1;
    for (uint64_t i = 0; i < rounds; i++) {
        while (vuart_room(&uart, NULL) == 0)
            hart_relax();
        if (!vuart_receive(&uart, (uint8_t)(i * 31)))
            return (void *)"a byte was lost";
    }
    return argument;
}

static void *reader(void *argument)
{
    fake_hart.id = 2;
    for (uint64_t i = 0; i < rounds; i++) {
        uint64_t value = 0;
        while ((void)uart.device.read(&uart.device, LSR, 1, &value), !(value & DR))
            hart_relax();
        (void)uart.device.read(&uart.device, RBR, 1, &value);
        if (value != (uint8_t)(i * 31))
            return (void *)"not the byte that came in";
    }
    return argument;
}

static void *writer(void *argument)
{
    fake_hart.id = 3;
    uint64_t value;
    for (uint64_t i = 0; i < rounds; i++) {
        (void)uart.device.write(&uart.device, THR, 1, 1 + i % 2);
        (void)uart.device.read(&uart.device, IIR, 1, &value);
    }
    return argument;
}

static void on_threads(void **state)
{
    (void)state;
    static void *(*const work[])(void *) = { sender, reader, writer };
    pthread_t threads[3];
    rounds = number_from("BUMPVISOR_CASES", 100000) / 5 * 2;
    vuart_init(&uart, (struct gpa){ BASE }, put_on_thread, line_on_thread, NULL);
    set(FCR, FIFO_ON);
    set(IER, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work[i], NULL), 0);
    for (size_t i = 0; i < 3; i++) {
        void *wrong;
        assert_int_equal(pthread_join(threads[i], &wrong), 0);
        if (wrong != NULL)
            fail_msg("%s", (const char *)wrong);
    }
    assert_int_equal(put_sum, rounds / 2 * 3);
    assert_int_equal(get(LSR), IDLE);
    printf("# 3 threads, %llu rounds each\n", (unsigned long long)rounds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(random_accesses),
        TEST(hostile_accesses),
        TEST(on_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
