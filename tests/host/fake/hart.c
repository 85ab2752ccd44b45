/* A thread is a hart. See fake/include/riscv/hart.h. */
#include <riscv/hart.h>

#include <sched.h>

_Thread_local struct hart fake_hart;

void hart_relax(void)
{
    sched_yield();
}
