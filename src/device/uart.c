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

static bool next(char *byte)
{
    if ((registers[LINE_STATUS] & STATUS_READY) == 0)
        return false;
    *byte = (char)registers[RECEIVE];
    return true;
}

static void listen(bool wanted)
{
    registers[INTERRUPT_ENABLE] = wanted ? ENABLE_RECEIVED : 0;
}

static void receive(void *argument)
{
    (void)argument;
    console_input_ready();
}

enum error uart_init(const struct machine *machine)
{
    static const struct input_device uart = { next, listen };
    uint32_t line = machine->uart_interrupt;
    if (machine->uart.size == 0 || line == 0 || line >= PLIC_LINES)
        return ERR_NOT_FOUND;
    host_map_device("the UART", machine->uart);
    registers = (volatile uint8_t *)(uintptr_t)machine->uart.start.value;
    plic_handle(line, receive, NULL);
    console_input_from(&uart);
    return OK;
}
