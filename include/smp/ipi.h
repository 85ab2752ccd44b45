/*
 * ipi: have a function called on another hart, through an inter-processor interrupt.
 *
 *     caller                                   the other hart
 *     call -> push on its list                 software interrupt
 *     list was empty? send the interrupt  -->  take the whole list, call each, oldest first
 *     wait until it is done               <--  call.state = IPI_DONE
 *
 * The list is a stack that many harts push on with a compare-and-swap and one takes as a whole
 * with a swap; a call is a struct of the caller's, so nothing is allocated and nothing can be
 * full. One interrupt serves however many calls came before it was taken.
 *
 * A function that is called so runs in the interrupt of the other hart, on its trap stack.
 *
 * Who waits, answers: while it waits a hart looks at its own list, so that two harts that call
 * each other do not wait for ever. So do not wait while holding a lock. It looks for a while, then
 * sleeps, and is woken by an interrupt from the hart that is done: a hart that waits may be in the
 * way of the one that it waits for, where an emulator or a hypervisor below has fewer cores.
 *
 * Source: SBI specification 2.0, chapter 7 (IPI); the list is R. K. Treiber's, "Systems
 * programming: coping with parallelism", 1986.
 */
#pragma once

#include <base/error.h>
#include <base/types.h>

struct ipi_call {
    void (*function)(void *argument);
    void *argument;
    struct ipi_call *next; /* the one that was pushed before it */
    uint64_t caller;       /* the index of the hart that waits */
    uint64_t target;       /* and of the one that it waits for */
    enum ipi_state {
        IPI_UNDER_WAY,
        IPI_AWAITED, /* under way, and the caller sleeps */
        IPI_DONE,    /* the function has returned, and the struct is the caller's again */
    } state;         /* atomic */
};

/* Take calls: the handler, once, by the first hart. */
void ipi_init(void);

/* Let them through on this hart. Each hart, once, after ipi_init. */
void ipi_enable(void);

/* Have call->function(call->argument) called on the hart with this index, and do not wait. *call
   stays untouched until ipi_wait(call). The index is a hart's that runs. Context: any. */
void ipi_send(uint64_t index, struct ipi_call *call);

/* Wait until it has returned; this hart's own calls are served meanwhile. Context: no lock held.
   Panics iff nothing comes for ten seconds: the other hart hangs, or waits for us. */
void ipi_wait(struct ipi_call *call);

/* Both, one after the other. For this hart's own index it is a plain call. */
void ipi_run(uint64_t index, void (*function)(void *argument), void *argument);

/* On all harts that run, this one included, at once; returns when all are through. */
void ipi_run_all(void (*function)(void *argument), void *argument);
