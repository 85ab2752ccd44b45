/*
 * vm: see guest/vm/vm.h.
 */
#include <base/assert.h>
#include <console/console.h>
#include <guest/vm/vm.h>
#include <mmu/frames.h>
#include <riscv/sbi.h>

/* Who is told of requests; the same for all guests. */
static void (*kick_vcpu)(struct vcpu *vcpu);

void vm_request(struct vcpu *vcpu, uint32_t requests)
{
    __atomic_fetch_or(&vcpu->requests, requests, __ATOMIC_SEQ_CST);
    kick_vcpu(vcpu);
}

/* The PLIC's line to a vCPU has changed. */
static void external_line(void *owner, unsigned context, bool high)
{
    struct vm *vm = owner;
    struct vcpu *vcpu = &vm->vcpus[context];
    __atomic_store_n(&vcpu->external, high, __ATOMIC_RELEASE);
    vm_request(vcpu, VCPU_REQUEST_EXTERNAL);
}

static void uart_line(void *owner, bool high)
{
    struct vm *vm = owner;
    vplic_set_level(&vm->vplic, GUEST_UART_IRQ, high);
}

static void uart_put(void *owner, uint8_t byte)
{
    (void)owner;
    console_write((const char *)&byte, 1);
}

static struct layout layout_of(size_t vcpus)
{
    uint64_t size = sizeof(struct vm) + vcpus * sizeof(struct vcpu);
    return (struct layout){ (size + PAGE_SIZE - 1) & -PAGE_SIZE, PAGE_SIZE };
}

enum error vm_create(struct vm_wish wish, void (*kick)(struct vcpu *vcpu), struct vm **out)
{
    if (wish.vcpus - 1 >= GUEST_VCPUS_MAX || wish.levels - 3 > LEVELS_MAX - 3)
        return ERR_INVALID;
    struct vm *vm = allocator_alloc_zeroed(frames_default(), layout_of(wish.vcpus));
    if (vm == NULL)
        return ERR_NO_MEMORY;
    enum error error = guest_memory_init(&vm->memory, (struct gpa){ GUEST_RAM_BASE },
                                         wish.memory_bytes, wish.levels);
    if (error == OK && !vcpu_accepts(space_hgatp(&vm->memory.space, vm->memory.vmid))) {
        guest_memory_free(&vm->memory);
        error = ERR_NOT_SUPPORTED;
    }
    if (error) {
        allocator_dealloc(frames_default(), vm, layout_of(wish.vcpus));
        return error;
    }
    kick_vcpu = kick;
    vm->number = wish.number;
    vm->takes_input = true;
    vm->has_pmu = sbi_probe_extension(SBI_EXT_PMU);
    vm->vcpu_count = wish.vcpus;
    for (size_t i = 0; i < wish.vcpus; i++)
        vcpu_init(&vm->vcpus[i], vm, i, space_hgatp(&vm->memory.space, vm->memory.vmid));
    vuart_init(&vm->vuart, (struct gpa){ GUEST_UART_BASE }, uart_put, uart_line, vm);
    vplic_init(&vm->vplic, (struct gpa){ GUEST_PLIC_BASE }, GUEST_PLIC_SOURCES,
               (unsigned)wish.vcpus, external_line, vm);
    if (bus_add(&vm->bus, &vm->vuart.device) != OK || bus_add(&vm->bus, &vm->vplic.device) != OK)
        panic("the devices of a guest overlap");
    *out = vm;
    return OK;
}

void vm_destroy(struct vm *vm)
{
    for (size_t i = 0; i < vm->vcpu_count; i++)
        vcpu_forget(&vm->vcpus[i]);
    guest_memory_free(&vm->memory);
    allocator_dealloc(frames_default(), vm, layout_of(vm->vcpu_count));
}

enum vcpu_next vm_stop(struct vcpu *vcpu, enum vm_end end, const char *why, struct gpa gpa)
{
    struct vm *vm = vcpu->vm;
    enum vm_end runs = VM_RUNS;
    /* The others are kicked by who runs them, who sees that it is over. */
    if (__atomic_compare_exchange_n(&vm->end, &runs, end, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE)) {
        vm->why = why;
        vm->by = vcpu->id;
        vm->sepc = vcpu->frame.sepc;
        vm->gpa = gpa;
        for (size_t i = 0; i < vm->vcpu_count; i++)
            vm_request(&vm->vcpus[i], VCPU_REQUEST_LEAVE);
    }
    return VCPU_LEAVE;
}
