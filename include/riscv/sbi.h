/*
 * sbi: calls to the firmware (RISC-V Supervisor Binary Interface Specification, version 2.0).
 *
 * One typed call carries all; the pair {error, value} that it returns becomes an enum error in
 * one place, sbi_error(). Legacy calls (chapter 5) return one number and have no error.
 */
#pragma once

#include <base/error.h>
#include <base/types.h>

/* Extension ids, chapters 4 to 13. */
enum sbi_extension {
    SBI_EXT_LEGACY_PUTCHAR = 0x01,
    SBI_EXT_LEGACY_GETCHAR = 0x02,
    SBI_EXT_LEGACY_SHUTDOWN = 0x08,
    SBI_EXT_BASE = 0x10,
    SBI_EXT_TIME = 0x54494D45,
    SBI_EXT_IPI = 0x735049,
    SBI_EXT_RFENCE = 0x52464E43,
    SBI_EXT_HSM = 0x48534D,
    SBI_EXT_SRST = 0x53525354,
    SBI_EXT_PMU = 0x504D55,
    SBI_EXT_DBCN = 0x4442434E,
    SBI_EXT_SUSP = 0x53555350,
};

struct sbi_result {
    int64_t error;  /* 0, or one of the negative numbers of chapter 3 */
    uint64_t value; /* meaningful iff error is 0 */
};

/* Call `function` of `extension` with up to three arguments. Cost: about 250 instructions in
   OpenSBI, more for what does work. */
struct sbi_result sbi_call(enum sbi_extension extension, uint64_t function, uint64_t argument0,
                           uint64_t argument1, uint64_t argument2);

/* An SBI error number in our own terms. Unknown numbers are ERR_IO. */
enum error sbi_error(int64_t error);

/* True iff the firmware offers the extension (BASE, function 3). */
bool sbi_probe_extension(enum sbi_extension extension);

/* Who the firmware is (BASE, functions 0 to 2). */
struct sbi_firmware {
    uint64_t specification_major, specification_minor;
    uint64_t implementation; /* 1 is OpenSBI */
    uint64_t version;        /* the implementation's own; OpenSBI: major << 16 | minor */
};
struct sbi_firmware sbi_firmware(void);

/* The implementation's name, or "unknown firmware". */
const char *sbi_firmware_name(uint64_t implementation);

/*
 * Write bytes of a static buffer to the debug console (DBCN, function 0). `*written` is how many
 * were taken, which may be fewer than asked. Fails iff the extension is absent or the device
 * reports an error.
 */
enum error sbi_console_write(const char *bytes, size_t length, size_t *written);

/* Write one byte, the old way (legacy extension 1): there with every firmware of today. */
void sbi_legacy_putchar(char byte);

/* Read one byte that was typed (legacy extension 2). False iff there is none. */
bool sbi_legacy_getchar(char *byte);

/* Start a hart at a physical address, with `opaque` in its a1 (HSM, function 0). Fails iff the
   id is unknown (ERR_INVALID), it runs already (ERR_STATE), or HSM is absent. */
enum error sbi_hart_start(uint64_t hart_id, struct hpa start, uint64_t opaque);

/* Stop this hart: it can be started again (HSM, function 1). Returns only where it failed. */
enum error sbi_hart_stop(void);

/* What a hart does (HSM, function 2); the first are the numbers of table 6. */
enum sbi_hart_state {
    SBI_HART_STARTED,
    SBI_HART_STOPPED,
    SBI_HART_START_PENDING,
    SBI_HART_STOP_PENDING,
    SBI_HART_SUSPENDED,
    SBI_HART_SUSPEND_PENDING,
    SBI_HART_RESUME_PENDING,
    SBI_HART_UNKNOWN, /* no such hart, or no HSM */
};
enum sbi_hart_state sbi_hart_state(uint64_t hart_id);

/* Sleep, keeping all state, until an interrupt is pending that sie lets through (HSM, function 3,
   default retentive suspend). Fails iff the firmware does not offer it. */
enum error sbi_hart_suspend(void);

/* A timer interrupt for this hart when time reaches `ticks`; UINT64_MAX: none (TIME, function 0).
   Clears the one that is pending. */
enum error sbi_set_timer(uint64_t ticks);

/* A software interrupt for the hart (IPI, function 0). Fails iff there is no such hart. */
enum error sbi_send_ipi(uint64_t hart_id);

/* The same for every hart that is started, this one included. */
void sbi_send_ipi_to_all(void);

/* Have harts forget translations, or instructions (RFENCE, chapter 8). Harts are bits: 1 << (id -
   base). Returns when they have. Fails iff one of them is not there. */
enum sbi_fence {
    SBI_FENCE_I = 0,
    SBI_SFENCE_VMA = 1,
    SBI_HFENCE_VVMA_ASID = 5,
    SBI_HFENCE_VVMA = 6,
};
[[nodiscard]] enum error sbi_remote_fence(enum sbi_fence kind, uint64_t harts, uint64_t base,
                                          uint64_t start, uint64_t size_bytes, uint64_t asid);

/* Ask for a shutdown, or for a cold reboot (SRST, function 0). Return only where the firmware
   cannot. */
void sbi_shutdown(void);
void sbi_reboot(void);
