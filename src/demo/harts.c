/*
 * harts: all of them, each asked to say which it is, and a timer.
 */
#include <console/console.h>
#include <demo/demo.h>
#include <smp/harts.h>
#include <smp/ipi.h>
#include <trap/timer.h>

static void add_id(void *argument)
{
    __atomic_fetch_add((uint64_t *)argument, 1 + this_hart()->id, __ATOMIC_RELAXED);
}

void demo_harts(void)
{
    uint64_t sum = 0, expected = 0;
    for (uint64_t index = 0; index < harts_known(); index++)
        expected += 1 + harts_id(index);
    ipi_run_all(add_id, &sum);
    console_printf("Harts: %llu run, %s", (unsigned long long)harts_known(),
                   sum == expected ? "all answer" : "not all answer");
    uint64_t deadline = timer_now() + timer_hz() / 100'000;
    timer_sleep_until(deadline);
    console_printf("; a timer by %s woke us after ten microseconds, %s\n", timer_backend(),
                   timer_now() >= deadline ? "not early" : "early");
}
