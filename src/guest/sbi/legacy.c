/*
 * legacy: what guests of the time before extensions call (chapter 5): timer, console, shutdown. One
 * answer, in a0; a1 is not touched. Calls that take a pointer to a hart mask are not there.
 */
#include <console/console.h>
#include <guest/sbi/vsbi.h>

enum { SET_TIMER, PUTCHAR, GETCHAR, SHUTDOWN = 8 };

static enum vcpu_next call(struct vcpu *vcpu)
{
    uint64_t *a0 = &vcpu->frame.x[10], argument = *a0;
    uint8_t byte = (uint8_t)argument;
    *a0 = VSBI_SUCCESS;
    switch (vcpu->frame.x[17]) {
    case SET_TIMER:
        return vsbi_set_timer(vcpu, argument);
    case PUTCHAR:
        console_write((const char *)&byte, 1);
        return VCPU_RESUME;
    case GETCHAR:
        *a0 = vuart_take(&vcpu->vm->vuart, &byte) ? byte : UINT64_MAX;
        return VCPU_RESUME;
    default: /* SHUTDOWN */
        return vm_stop(vcpu, VM_POWER_OFF, "it powers off", (struct gpa){ 0 });
    }
}

/* Two rows: what lies between them is not there, and a probe is to say so. */
const struct vsbi_extension vsbi_legacy = { "legacy", SET_TIMER, GETCHAR, call };
const struct vsbi_extension vsbi_legacy_shutdown = { "legacy off", SHUTDOWN, SHUTDOWN, call };
