/*
 * uart: see device/uart.h.
 */
#include <console/input.h>
#include <device/plic.h>
#include <device/uart.h>
#include <mmu/host.h>

/* Registers, one byte each; bits that we use. */
enum { RECEIVE = 0, INTERRUPT_ENABLE = 1, LINE_STATUS = 5 };
enum { ENABLE_RECEIVED = 1, STATUS_READY = 1 };

static volatile uint8_t *registers;

static void receive(void *argument)
{
    (void)argument;
    while ((registers[LINE_STATUS] & STATUS_READY) != 0)
        console_input_put((char)registers[RECEIVE]);
}

enum error uart_init(const struct machine *machine)
{
    uint32_t line = machine->uart_interrupt;
    if (machine->uart.size == 0 || line == 0 || line >= PLIC_LINES)
        return ERR_NOT_FOUND;
    host_map_device("the UART", machine->uart);
    registers = (volatile uint8_t *)(uintptr_t)machine->uart.start.value;
    console_input_from_device();
    plic_handle(line, receive, NULL);
    registers[INTERRUPT_ENABLE] = ENABLE_RECEIVED;
    receive(NULL); /* what came before */
    return OK;
}
