/*
 * sbi: the one place where we call the firmware. See riscv/sbi.h.
 *
 * Calling convention (SBI specification 2.0, chapter 3): a7 extension, a6 function, a0 .. a5
 * arguments; a0 and a1 come back as error and value; all other registers are preserved.
 */
#include <riscv/sbi.h>

/* [sbi-call] */
struct sbi_result sbi_call(enum sbi_extension extension, uint64_t function, uint64_t argument0,
                           uint64_t argument1, uint64_t argument2)
{
    register uint64_t a0 __asm__("a0") = argument0;
    register uint64_t a1 __asm__("a1") = argument1;
    register uint64_t a2 __asm__("a2") = argument2;
    register uint64_t a6 __asm__("a6") = function;
    register uint64_t a7 __asm__("a7") = (uint64_t)extension;
    __asm__ volatile("ecall" : "+r"(a0), "+r"(a1) : "r"(a2), "r"(a6), "r"(a7) : "memory");
    return (struct sbi_result){ .error = (int64_t)a0, .value = a1 };
}
/* [/sbi-call] */

enum error sbi_error(int64_t error)
{
    switch (error) { /* SBI specification 2.0, chapter 3, table 1 */
    case 0:
        return OK;
    case -2:
        return ERR_NOT_SUPPORTED;
    case -3: /* invalid parameter */
    case -5: /* invalid address */
        return ERR_INVALID;
    case -6: /* already available */
    case -7: /* already started */
    case -8: /* already stopped */
        return ERR_STATE;
    default:
        return ERR_IO;
    }
}

enum { BASE_GET_SPEC_VERSION, BASE_GET_IMPL_ID, BASE_GET_IMPL_VERSION, BASE_PROBE_EXTENSION };

bool sbi_probe_extension(enum sbi_extension extension)
{
    struct sbi_result result =
        sbi_call(SBI_EXT_BASE, BASE_PROBE_EXTENSION, (uint64_t)extension, 0, 0);
    return result.error == 0 && result.value != 0;
}

struct sbi_firmware sbi_firmware(void)
{
    uint64_t specification = sbi_call(SBI_EXT_BASE, BASE_GET_SPEC_VERSION, 0, 0, 0).value;
    return (struct sbi_firmware){
        /* Section 4.1: minor in the low 24 bits, major in the 7 above. */
        .specification_major = specification >> 24 & 0x7f,
        .specification_minor = specification & 0xff'ffff,
        .implementation = sbi_call(SBI_EXT_BASE, BASE_GET_IMPL_ID, 0, 0, 0).value,
        .version = sbi_call(SBI_EXT_BASE, BASE_GET_IMPL_VERSION, 0, 0, 0).value,
    };
}

const char *sbi_firmware_name(uint64_t implementation)
{
    /* Section 4.9, table of SBI implementation ids. */
    static const char *const names[] = { "BBL",    "OpenSBI", "Xvisor", "KVM",          "RustSBI",
                                         "Diosix", "Coffer",  "Xen",    "PolarFire HSS" };
    return implementation < ARRAY_LENGTH(names) ? names[implementation] : "unknown firmware";
}

/* [sbi-write] */
enum error sbi_console_write(const char *bytes, size_t length, size_t *written)
{
    /* SBI specification, chapter 12: length, then the physical address in two words. The caller's
       bytes lie in the image, which is mapped to itself: the pointer is a physical address. */
    struct sbi_result result = sbi_call(SBI_EXT_DBCN, 0, length, (uintptr_t)bytes, 0);
    *written = result.error == 0 ? result.value : 0;
    return sbi_error(result.error);
}
/* [/sbi-write] */

/* [sbi-putchar] */
void sbi_legacy_putchar(char byte)
{
    (void)sbi_call(SBI_EXT_LEGACY_PUTCHAR, 0, (unsigned char)byte, 0, 0);
}
/* [/sbi-putchar] */

bool sbi_legacy_getchar(char *byte)
{
    /* Section 5.3: the byte, or -1, in a0, where other calls have their error. */
    int64_t answer = sbi_call(SBI_EXT_LEGACY_GETCHAR, 0, 0, 0, 0).error;
    if (answer < 0)
        return false;
    *byte = (char)answer;
    return true;
}

/* Functions of HSM, chapter 9. */
enum { HSM_START, HSM_STOP, HSM_STATUS, HSM_SUSPEND };

enum error sbi_hart_start(uint64_t hart_id, struct hpa start, uint64_t opaque)
{
    return sbi_error(sbi_call(SBI_EXT_HSM, HSM_START, hart_id, start.value, opaque).error);
}

enum error sbi_hart_stop(void)
{
    return sbi_error(sbi_call(SBI_EXT_HSM, HSM_STOP, 0, 0, 0).error);
}

enum sbi_hart_state sbi_hart_state(uint64_t hart_id)
{
    struct sbi_result result = sbi_call(SBI_EXT_HSM, HSM_STATUS, hart_id, 0, 0);
    if (result.error != 0 || result.value >= SBI_HART_UNKNOWN)
        return SBI_HART_UNKNOWN;
    return (enum sbi_hart_state)result.value;
}

enum error sbi_hart_suspend(void)
{
    return sbi_error(sbi_call(SBI_EXT_HSM, HSM_SUSPEND, 0 /* default, retentive */, 0, 0).error);
}

enum error sbi_set_timer(uint64_t ticks)
{
    return sbi_error(sbi_call(SBI_EXT_TIME, 0, ticks, 0, 0).error);
}

enum error sbi_send_ipi(uint64_t hart_id)
{
    return sbi_error(sbi_call(SBI_EXT_IPI, 0, 1, hart_id, 0).error);
}

void sbi_send_ipi_to_all(void)
{
    /* Section 3.1: a mask base of all ones stands for all harts. */
    (void)sbi_call(SBI_EXT_IPI, 0, 0, UINT64_MAX, 0);
}

enum { RESET_SHUTDOWN, RESET_COLD_REBOOT };

void sbi_shutdown(void)
{
    (void)sbi_call(SBI_EXT_SRST, 0, RESET_SHUTDOWN, 0 /* no reason */, 0);
}

void sbi_reboot(void)
{
    (void)sbi_call(SBI_EXT_SRST, 0, RESET_COLD_REBOOT, 0, 0);
}

enum error sbi_remote_fence(enum sbi_fence kind, uint64_t harts, uint64_t base, uint64_t start,
                            uint64_t size_bytes, uint64_t asid)
{
    register uint64_t a0 __asm__("a0") = harts;
    register uint64_t a1 __asm__("a1") = base;
    register uint64_t a2 __asm__("a2") = start;
    register uint64_t a3 __asm__("a3") = size_bytes;
    register uint64_t a4 __asm__("a4") = asid;
    register uint64_t a6 __asm__("a6") = (uint64_t)kind;
    register uint64_t a7 __asm__("a7") = SBI_EXT_RFENCE;
    __asm__ volatile("ecall"
                     : "+r"(a0), "+r"(a1)
                     : "r"(a2), "r"(a3), "r"(a4), "r"(a6), "r"(a7)
                     : "memory");
    return sbi_error((int64_t)a0);
}
