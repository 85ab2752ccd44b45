/*
 * dbcn: the guest's debug console (chapter 12). It shares our console, and its input with the UART.
 */
#include <console/console.h>
#include <guest/sbi/vsbi.h>

enum { WRITE, READ, WRITE_BYTE };
enum { AT_ONCE = 256 }; /* so many bytes at most are done in a call; the guest asks again */

static enum vcpu_next transfer(struct vcpu *vcpu, bool is_write)
{
    uint64_t size = vsbi_argument(vcpu, 0);
    struct gpa at = { vsbi_argument(vcpu, 1) };
    const struct guest_memory *memory = &vcpu->vm->memory;
    if (vsbi_argument(vcpu, 2) != 0 || !guest_range_ok(memory, at, size))
        return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
    char bytes[AT_ONCE];
    uint64_t done = 0;
    if (is_write) {
        done = size < AT_ONCE ? size : AT_ONCE;
        if (guest_read(memory, at, bytes, done) != OK)
            return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
        console_write(bytes, done);
    } else {
        while (done < size && done < AT_ONCE &&
               vuart_take(&vcpu->vm->vuart, (uint8_t *)&bytes[done]))
            done++;
        if (guest_write(memory, at, bytes, done) != OK)
            return vsbi_answer(vcpu, VSBI_INVALID_PARAM, 0);
    }
    return vsbi_answer(vcpu, VSBI_SUCCESS, done);
}

static enum vcpu_next call(struct vcpu *vcpu)
{
    uint64_t function = vsbi_function(vcpu);
    char byte = (char)vsbi_argument(vcpu, 0);
    switch (function) {
    case WRITE:
    case READ:
        return transfer(vcpu, function == WRITE);
    case WRITE_BYTE:
        console_write(&byte, 1);
        return vsbi_answer(vcpu, VSBI_SUCCESS, 0);
    default:
        return vsbi_answer(vcpu, VSBI_NOT_SUPPORTED, 0);
    }
}

const struct vsbi_extension vsbi_dbcn = { "DBCN", SBI_EXT_DBCN, SBI_EXT_DBCN, call };
