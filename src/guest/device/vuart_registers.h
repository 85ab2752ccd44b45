/*
 * vuart_registers: the registers of a 16550 and their bits, as far as vuart.c gives them a meaning.
 *
 * Source: National Semiconductor PC16550D data sheet, section 8, tables II and IV.
 */
#pragma once

/* What is read; in the comment what is written, where that is another. With LCR.DLAB the first two
   are the divisor. */
enum {
    RBR = 0, /* THR */
    IER = 1,
    IIR = 2, /* FCR */
    LCR = 3,
    MCR = 4,
    LSR = 5,
    MSR = 6,
    SCR = 7,
    REGISTERS = 8,
};
enum { /* interrupts that are enabled */
       IER_DATA = 1 << 0,
       IER_THR_EMPTY = 1 << 1,
       IER_LINE_STATUS = 1 << 2,
       IER_MODEM_STATUS = 1 << 3,
       IER_ALL = 0x0f,
};
enum { /* which interrupt it is, the most urgent last, and whether there is a FIFO */
       IIR_NONE = 0x01,
       IIR_MODEM_STATUS = 0x00,
       IIR_THR_EMPTY = 0x02,
       IIR_DATA = 0x04,
       IIR_TIMEOUT = 0x0c,
       IIR_LINE_STATUS = 0x06,
       IIR_FIFO = 0xc0,
};
enum { FCR_ENABLE = 1 << 0, FCR_RESET_RECEIVER = 1 << 1, FCR_TRIGGER_SHIFT = 6 };
enum { LCR_DLAB = 1 << 7 };
enum {
    MCR_DTR = 1 << 0,
    MCR_RTS = 1 << 1,
    MCR_OUT1 = 1 << 2,
    MCR_OUT2 = 1 << 3,
    MCR_LOOP = 1 << 4
};
enum { MCR_ALL = 0x1f };
enum { LSR_DATA = 1 << 0, LSR_OVERRUN = 1 << 1, LSR_THR_EMPTY = 1 << 5, LSR_EMPTY = 1 << 6 };
enum { /* the lowest four bits say which of the highest changed: RI only where it fell */
       MSR_RI_FELL = 1 << 2,
       MSR_CHANGES = 0x0f,
       MSR_CTS = 1 << 4,
       MSR_DSR = 1 << 5,
       MSR_RI = 1 << 6,
       MSR_DCD = 1 << 7,
};
