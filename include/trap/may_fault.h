/*
 * may_fault: for assembly: an instruction that may fault, and where to go on then (trap/probe.h).
 * The file that uses it has a label `failed`.
 */
/* may_fault INSTRUCTION: the instruction, and its row {where it is, where to go on}. */
.macro may_fault instruction : vararg.pushsection.fixups, "a".balign 8.dword 1f,
    failed.popsection 1 :      \instruction.endm
