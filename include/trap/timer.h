/*
 * timer: something is to happen at a time, on this hart.
 *
 *     struct timer timer = { .function = tick };
 *     timer_start(&timer, timer_now() + timer_hz() / 100);      tick(&timer), in ten milliseconds
 *     timer_start_periodic(&timer, timer_hz());                 or once a second
 *
 * Times are ticks of the time CSR since some moment before the boot; timer_hz() of them are a
 * second. Each hart has a queue (lib/timer_queue.h) and one deadline in hardware: the register
 * stimecmp where the hart has Sstc, else through the firmware (SBI TIME). A function is called in
 * the timer's interrupt, never early; late by as long as interrupts were masked.
 *
 * A timer belongs to the hart that started it, which alone may start it again or cancel it.
 *
 * Source: RISC-V "Sstc" extension 1.0.0; SBI specification 2.0, chapter 6.
 */
#pragma once

#include <lib/timer_queue.h>
#include <riscv/csr.h>

struct timer {
    struct timer_node node;
    void (*function)(
        struct timer *timer); /* in the interrupt: short; may start and cancel timers */
    uint64_t period;          /* in ticks; 0: it fires once */
};

/* Find out what this machine offers; `hz` is the frequency of time, from the device tree. Once. */
void timer_init(uint64_t hz);

/* Let timer interrupts through on this hart. Each hart, once, after timer_init. */
void timer_enable(void);

/* "Sstc" or "SBI TIME"; true iff it is Sstc. */
const char *timer_backend(void);
bool timer_has_sstc(void);

uint64_t timer_hz(void);

static inline uint64_t timer_now(void)
{
    return csr_read(time);
}

/* Fire once when time reaches `deadline`, at once if it has passed. A timer that runs is moved. */
void timer_start(struct timer *timer, uint64_t deadline);

/* Fire each `period` ticks from now on, without drift: each deadline is the last one plus period.
   Beats that were missed altogether are left out. Panics iff period is 0. */
void timer_start_periodic(struct timer *timer, uint64_t period);

/* Do not fire. Nothing happens where it is not running. */
void timer_cancel(struct timer *timer);

/* True iff it will fire. */
bool timer_is_running(const struct timer *timer);

/* A function for a timer that is only to end a wfi. */
void timer_wakes(struct timer *timer);

/* Sleep until time is `deadline` or later. Context: interrupts on, not in a trap. */
void timer_sleep_until(uint64_t deadline);

/* How many timers run on this hart, and when the next fires (UINT64_MAX: none), for people. */
size_t timer_count(void);
uint64_t timer_next_deadline(void);
