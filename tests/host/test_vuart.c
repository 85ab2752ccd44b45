/*
 * The serial port of a guest: a driver here does what Linux's 8250 driver does to find, start and
 * use one; FIFO, overrun, loopback; and no byte is lost.
 *
 *     BUMPVISOR_CASES=1000000 BUMPVISOR_SEED=42 test_vuart
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
#include "vuart_fixture.h"

#include <guest/device/vplic.h>

/* --- As Linux finds it, starts it, and uses it (drivers/tty/serial/8250/8250_port.c) ---------- */

static void after_reset(void **state)
{
    (void)state;
    static const uint8_t expected[] = { 0, 0, NO_INTERRUPT, 0, 0, IDLE, 0xb0, 0 };
    for (unsigned reg = 0; reg < 8; reg++)
        assert_int_equal(get(reg), expected[reg]);
    assert_int_equal(line_calls, 0);
    assert_int_equal(uart.device.size, VUART_SIZE);
    assert_int_equal(vuart_room(&uart, NULL), 256);
}

/* What kind of port is it? Each step is one that tells a 16550A from something else. */
static void linux_finds_a_16550a(void **state)
{
    (void)state;
    set(IER, 0);
    assert_int_equal(get(IER) & 0x0f, 0);
    set(IER, 0x0f);
    assert_int_equal(get(IER) & 0x0f, 0x0f); /* else there is no port */
    set(IER, 0);
    uint8_t mcr = get(MCR), lcr = get(LCR);
    set(MCR, LOOP | 0x0a);
    assert_int_equal(get(MSR) & 0xf0, 0x90); /* RTS and OUT2 come back as CTS and DCD */
    set(MCR, mcr);
    set(LCR, 0xbf);
    set(FCR, 0); /* a later chip's EFR */
    set(LCR, 0);
    set(FCR, FIFO_ON);
    assert_int_equal(get(IIR) >> 6, 3); /* 16550A, or better */
    set(LCR, DLAB);
    assert_int_not_equal(get(IIR), 0); /* 0: an EFR */
    set(LCR, 0xbf);
    assert_int_not_equal(get(IIR), 0);
    set(LCR, 0);
    uint8_t before = get(MCR); /* a SuperIO shows MCR's loop bit at 2 while LCR is 0xe0 */
    set(MCR, before ^ LOOP);
    set(LCR, 0xe0);
    assert_int_equal(get(IIR) & LOOP, 0);
    set(LCR, 0);
    set(MCR, before);
    set(FCR, FIFO_ON | 0x20); /* a 16750 has a FIFO of 64 bytes and says so in bit 5 */
    assert_int_equal(get(IIR) >> 5, 6);
    set(FCR, FIFO_ON);
    set(LCR, DLAB);
    set(FCR, FIFO_ON | 0x20);
    assert_int_equal(get(IIR) >> 5, 6);
    set(FCR, FIFO_ON);
    set(LCR, 0);
    set(IER, 0x40); /* an XScale keeps bit 6 */
    assert_int_equal(get(IER), 0);
    set(LCR, lcr);
    set(FCR, FIFO_ON);
    set(FCR, FIFO_ON | 6);
    set(FCR, 0);
    assert_int_equal(get(RBR), 0);
    assert_int_equal(sent_count, 0);
    assert_false(line);
}

static void linux_starts_it(void)
{
    set(FCR, FIFO_ON);
    set(FCR, FIFO_ON | 6);
    set(FCR, 0);
    assert_int_not_equal(get(LSR), 0xff);
    (void)get(RBR);
    (void)get(IIR);
    (void)get(MSR);
    set(IER, 2);
    assert_int_equal(get(IIR) & NO_INTERRUPT, 0);
    set(IER, 0);
    set(IER, 2); /* once more: a port that does not raise it again is polled by a timer */
    assert_int_equal(get(IIR) & NO_INTERRUPT, 0);
    set(IER, 0);
    set(LCR, 3);
    set(MCR, 0x0b);
    set(IER, 2);
    assert_int_equal(get(LSR) & 0x40, 0x40);
    assert_int_equal(get(IIR), 2); /* else it "has a bug" in the transmitter */
    set(IER, 0);
    (void)get(LSR);
    (void)get(RBR);
    (void)get(IIR);
    (void)get(MSR);
    set(FCR, FIFO_ON | 0x80); /* 8 bytes */
    set(LCR, DLAB | 3);
    set(DLL, 1);
    set(DLM, 0x12);
    assert_int_equal(get(DLL), 1);
    assert_int_equal(get(DLM), 0x12);
    set(LCR, 3);
    assert_int_equal(get(IER), 0);
    set(IER, 5);
    assert_int_equal(get(IIR), 0xc1);
    assert_false(line);
}

static void linux_starts(void **state)
{
    (void)state;
    linux_starts_it();
}

/* The interrupt handler and the transmission that it drives, with an interrupt controller between.
 */
enum { SOURCE = 10 };
static struct vplic plic;
static bool vcpu_line;
static const uint8_t *to_send;
static size_t to_send_count;
static uint8_t got[1 << 16];
static size_t got_count;

static void to_plic(void *owner, bool high)
{
    set_line(owner, high);
    vplic_set_level(&plic, SOURCE, high);
}

static void to_vcpu(void *owner, unsigned context, bool high)
{
    (void)owner;
    assert_int_equal(context, 0);
    vcpu_line = high;
}

static bool handle_port(void)
{
    uint8_t iir = get(IIR);
    if (iir & NO_INTERRUPT)
        return false;
    uint8_t lsr = get(LSR);
    for (; lsr & DR; lsr = get(LSR))
        got[got_count++] = get(RBR);
    (void)get(MSR);
    if ((lsr & 0x20) && (get(IER) & 2)) {
        for (size_t i = 0; i < 16 && to_send_count > 0; i++, to_send_count--)
            set(THR, *to_send++);
        if (to_send_count == 0)
            set(IER, get(IER) & ~2u);
    }
    return true;
}

/* Until the line is low; returns how many interrupts that were. */
static unsigned handle_interrupts(unsigned most)
{
    unsigned count = 0;
    while (vcpu_line) {
        uint64_t source;
        assert_true(count++ < most); /* a storm */
        assert_true(plic.device.read(&plic.device, 0x200004, 4, &source));
        assert_int_equal(source, SOURCE);
        (void)handle_port();
        assert_true(plic.device.write(&plic.device, 0x200004, 4, source));
    }
    return count;
}

static void linux_sends_and_receives_by_interrupt(void **state)
{
    (void)state;
    static uint8_t text[1000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (uint8_t)(i * 7);
    vplic_init(&plic, (struct gpa){ 0xc000000 }, 95, 1, to_vcpu, NULL);
    assert_true(plic.device.write(&plic.device, 4 * SOURCE, 4, 1));
    assert_true(plic.device.write(&plic.device, 0x2000, 4, 1 << SOURCE));
    uart.set_line = to_plic;
    linux_starts_it();
    handle_interrupts(4); /* those of the tests above: a PLIC takes none back */
    got_count = 0;
    for (unsigned round = 0; round < 3; round++) {
        to_send = text;
        to_send_count = sizeof text;
        sent_count = 0;
        set(IER, get(IER) | 2); /* THR is empty: at once */
        unsigned interrupts = handle_interrupts(sizeof text / 16 + 3);
        printf("# %zu bytes in %u interrupts\n", sizeof text, interrupts);
        assert_int_equal(sent_count, sizeof text);
        assert_memory_equal(sent, text, sizeof text);
        for (size_t i = 0; i < 100; i++) {
            receive(text[i]);
            handle_interrupts(2);
            assert_int_equal(got_count, round * 100 + i + 1);
            assert_int_equal(got[got_count - 1], text[i]);
        }
    }
    vplic_check(&plic);
}

/* The kernel's own messages: a look at LSR and a byte, and nothing else happens. */
static void polled_output_raises_nothing(void **state)
{
    (void)state;
    linux_starts_it();
    uint64_t calls = line_calls;
    set(IER, 0);
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(get(LSR), IDLE);
        set(THR, i);
        assert_int_equal(sent[i], i);
    }
    assert_int_equal(sent_count, 100);
    assert_int_equal(line_calls, calls);
}

static void the_byte_is_out_before_the_interrupt(void **state)
{
    (void)state;
    set(IER, 2);
    assert_int_equal(get(IIR), 2);
    assert_int_equal(get(IIR), NO_INTERRUPT); /* was read and named: gone */
    set(IER, 2);
    assert_int_equal(get(IIR), NO_INTERRUPT); /* was enabled already */
    set(THR, 'x');
    set(THR, 'y');
    assert_int_equal(get(IIR), 2);
    assert_string_equal(events, "HLpHpL");
}

/* --- Receiving -------------------------------------------------------------------------------- */

static void trigger_levels(void **state)
{
    (void)state;
    static const unsigned levels[] = { 1, 4, 8, 14 };
    set(IER, 1);
    for (unsigned i = 0; i < 4; i++) {
        set(FCR, FIFO_ON | 2 | i << 6);
        for (unsigned n = 1; n <= 20; n++) {
            receive((uint8_t)n);
            assert_int_equal(get(IIR), n < levels[i] ? 0xcc : 0xc4);
        }
        for (unsigned n = 1; n <= 20; n++) {
            assert_true(line);
            assert_int_equal(get(LSR), IDLE | DR);
            assert_int_equal(get(RBR), n);
        }
        assert_int_equal(get(LSR), IDLE);
        assert_int_equal(get(RBR), 0);
        assert_int_equal(get(IIR), 0xc1);
        assert_false(line);
    }
    set(FCR, 0);
    receive(1);
    assert_int_equal(get(IIR), 4); /* no FIFO, no timeout */
}

static void an_overrun_is_told_once(void **state)
{
    (void)state;
    set(FCR, FIFO_ON);
    set(IER, 0x0f);
    for (unsigned i = 0; i < 256; i++) {
        assert_int_equal(vuart_room(&uart, NULL), 256 - i);
        receive((uint8_t)i);
    }
    assert_int_equal(get(LSR), IDLE | DR);
    assert_int_equal(vuart_room(&uart, NULL), 0);
    assert_false(vuart_receive(&uart, 77));
    assert_false(vuart_receive(&uart, 78));
    assert_int_equal(get(IIR), 0xc6); /* the most urgent */
    assert_int_equal(get(LSR), IDLE | DR | OE);
    assert_int_equal(get(LSR), IDLE | DR);
    assert_int_equal(get(IIR), 0xc4);
    for (unsigned i = 0; i < 256; i++)
        assert_int_equal(get(RBR), i);
    assert_int_equal(get(IIR), 0xc2);
    assert_int_equal(get(IIR), 0xc1);
    assert_false(line);
}

static unsigned room_calls;

/* As run/ does it: it fills the room, and waits again. */
static void fill_again(void)
{
    assert_null(uart.lock.holder);
    room_calls++;
    while (vuart_room(&uart, fill_again) > 0)
        receive('x');
}

static void count_room(void)
{
    room_calls++;
}

/* Who held a byte back is called when the guest has made room, and only then. */
static void who_waits_for_room_is_called(void **state)
{
    (void)state;
    room_calls = 0;
    assert_int_equal(vuart_room(&uart, fill_again), 256);
    receive('a');
    assert_int_equal(get(RBR), 'a');
    assert_int_equal(room_calls, 0); /* there was room all the time */
    fill_again();
    assert_int_equal(get(LSR), IDLE | DR);
    assert_int_equal(get(IIR), NO_INTERRUPT);
    set(SCR, 1);
    assert_int_equal(room_calls, 1);
    assert_int_equal(get(RBR), 'x');
    assert_int_equal(room_calls, 2);
    assert_int_equal(vuart_room(&uart, fill_again), 0); /* it has filled it */
    uint8_t byte;
    assert_true(vuart_take(&uart, &byte));
    assert_int_equal(room_calls, 3);
    set(FCR, FIFO_ON); /* drops the one byte of the FIFO that was off */
    assert_int_equal(room_calls, 4);
    set(MCR, LOOP);
    assert_int_equal(get(RBR), 'x');
    assert_int_equal(room_calls, 4); /* none comes in */
    set(MCR, 0);
    assert_int_equal(room_calls, 5);
    assert_int_equal(vuart_room(&uart, count_room), 0);
    assert_int_equal(get(RBR), 'x');
    assert_int_equal(room_calls, 6);
    assert_int_equal(get(RBR), 'x');
    assert_int_equal(room_calls, 6); /* who does not wait again is not called again */
    fill_again();
    assert_int_equal(vuart_room(&uart, NULL), 0);
    assert_int_equal(get(RBR), 'x');
    assert_int_equal(room_calls, 7); /* nobody waits */
}

static void a_reset_leaves_what_is_on_the_wire(void **state)
{
    (void)state;
    static const struct {
        unsigned before, fcr, dropped;
    } resets[] = {
        { 0, FIFO_ON, 1 },
        { FIFO_ON, FIFO_ON, 0 },
        { FIFO_ON, FIFO_ON | 2, 16 },
        { FIFO_ON, 0, 16 },
        { 0, 2, 0 },
        { 0, 0, 0 },
        { FIFO_ON, FIFO_ON | 4, 0 },
        { FIFO_ON, 2, 16 },
    };
    for (size_t i = 0; i < ARRAY_LENGTH(resets); i++) {
        for (unsigned count = 0; count <= 40; count += 8) {
            start(NULL);
            set(FCR, resets[i].before);
            for (unsigned n = 0; n < count; n++)
                receive((uint8_t)n);
            set(FCR, resets[i].fcr);
            unsigned dropped = resets[i].dropped < count ? resets[i].dropped : count;
            for (unsigned n = dropped; n < count; n++)
                assert_int_equal(get(RBR), n);
            assert_int_equal(get(LSR), IDLE);
        }
    }
}

/* A driver that drains now and then, and a sender that asks for room: all come, in order. */
static void no_byte_is_lost(void **state)
{
    (void)state;
    uint64_t seed = random_start(21), cases = number_from("BUMPVISOR_CASES", 100000);
    printf("# seed %llu, %llu bytes\n", (unsigned long long)seed, (unsigned long long)cases);
    set(FCR, FIFO_ON | 0xc0);
    set(IER, 1);
    uint64_t next = 0, expected = 0;
    while (expected < cases) {
        for (size_t burst = below(400); burst > 0 && vuart_room(&uart, NULL) > 0; burst--)
            receive((uint8_t)(next++ * 167));
        assert_int_equal(line, next != expected);
        for (size_t reads = below(400); reads > 0 && (get(LSR) & DR); reads--)
            assert_int_equal(get(RBR), (uint8_t)(expected++ * 167));
        assert_int_equal(get(LSR) & OE, 0);
    }
}

/* --- Loopback and modem ----------------------------------------------------------------------- */

static void loopback(void **state)
{
    (void)state;
    set(FCR, FIFO_ON);
    receive('a'); /* before: stays */
    set(MCR, LOOP);
    assert_false(vuart_receive(&uart, 'b')); /* the wire is cut */
    assert_int_equal(vuart_room(&uart, NULL), 0);
    assert_int_equal(get(LSR), IDLE | DR);
    set(THR, 'c');
    assert_int_equal(get(RBR), 'a');
    assert_int_equal(get(RBR), 'c');
    assert_int_equal(sent_count, 0);
    set(IER, 2);
    (void)get(IIR);
    set(THR, 'd');
    assert_int_equal(get(IIR), 0xc2); /* the transmitter is empty again */
    set(MCR, 0xe0);                   /* bits that are not there */
    assert_int_equal(get(MCR), 0);
    assert_int_equal(get(RBR), 'd');
    set(THR, 'e');
    assert_int_equal(sent[0], 'e');
    assert_int_equal(sent_count, 1);
}

static void modem_lines(void **state)
{
    (void)state;
    set(MCR, LOOP);
    assert_int_equal(get(MSR), 0x0b); /* CTS, DSR and DCD went */
    assert_int_equal(get(MSR), 0);
    set(IER, 8);
    static const struct {
        unsigned mcr, msr;
    } steps[] = {
        { 2, 0x11 }, { 3, 0x32 }, { 7, 0x70 }, { 0xf, 0xf8 }, { 0xb, 0xb4 }, { 0, 0x0b }
    };
    for (size_t i = 0; i < ARRAY_LENGTH(steps); i++) {
        bool changes = (steps[i].msr & 0x0f) != 0; /* RI that rises is none */
        set(MCR, LOOP | steps[i].mcr);
        assert_int_equal(line, changes);
        assert_int_equal(get(IIR), changes ? 0 : NO_INTERRUPT);
        assert_int_equal(get(MSR), steps[i].msr);
        assert_false(line);
    }
    set(MCR, 0);
    assert_int_equal(get(MSR), 0xbb);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(after_reset),
        TEST(linux_finds_a_16550a),
        TEST(linux_starts),
        TEST(linux_sends_and_receives_by_interrupt),
        TEST(polled_output_raises_nothing),
        TEST(the_byte_is_out_before_the_interrupt),
        TEST(trigger_levels),
        TEST(an_overrun_is_told_once),
        TEST(who_waits_for_room_is_called),
        TEST(a_reset_leaves_what_is_on_the_wire),
        TEST(no_byte_is_lost),
        TEST(loopback),
        TEST(modem_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
