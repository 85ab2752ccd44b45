/*
 * fix: the table of instructions that may fault. See trap/probe.h.
 */
#include <trap/trap.h>

/* Rows that src/trap/probe.S writes; hypervisor.ld puts them between these two. */
struct fixup {
    uint64_t at;    /* the instruction that may fault */
    uint64_t go_on; /* where to go on when it does */
};
extern const struct fixup __fixups[], __fixups_end[];

bool trap_fix(struct frame *frame)
{
    for (const struct fixup *fixup = __fixups; fixup != __fixups_end; fixup++)
        if (fixup->at == frame->sepc) {
            frame->sepc = fixup->go_on;
            return true;
        }
    return false;
}
