/*
 * image: the symbols of hypervisor.ld. A symbol has an address and no value: declared as an
 * array, its name is that address, and nobody reads through it by mistake.
 */
#pragma once

/* [symbols] */
extern char __image_start[], __image_end[];
extern char __text_start[], __text_end[];
extern char __rodata_start[], __rodata_end[];
extern char __data_start[], __data_end[];
extern char __bss_start[], __bss_end[];
extern char __stack_guard[], __stack_bottom[], __stack_top[];
extern char __heap[], __heap_end[];
/* [/symbols] */
