/*
 * record: an image that runs the demo on an allocator which prints what it is asked for, as a
 * trace.
 *
 *     ./run.sh bench record >/tmp/boot.trace && mv /tmp/boot.trace bench/arena/traces
 */
#include <base/assert.h>
#include <base/image.h>
#include <console/console.h>
#include <demo/demo.h>
#include <heap/heap.h>
#include <lib/machine.h>
#include <riscv/power.h>

enum { BLOCKS = 64 };

static struct {
    struct allocator allocator;
    void *blocks[BLOCKS]; /* block number i is there; NULL: the number is free */
} recorder;

static size_t number_of(const void *block)
{
    for (size_t i = 0; i < BLOCKS; i++)
        if (recorder.blocks[i] == block)
            return i;
    panic("more than %d blocks are live, or %p is not one", BLOCKS, block);
}

static void *record_alloc(struct allocator *self, size_t size, size_t align)
{
    (void)self;
    void *block = allocator_alloc_or_oom(heap_default(), (struct layout){ size, align });
    size_t number = number_of(NULL);
    recorder.blocks[number] = block;
    console_printf("\ntrace: a %zu %zu %zu\n", number, size, align);
    return block;
}

static void record_dealloc(struct allocator *self, void *block, size_t size, size_t align)
{
    (void)self;
    size_t number = number_of(block);
    console_printf("\ntrace: f %zu\n", number);
    recorder.blocks[number] = NULL;
    allocator_dealloc(heap_default(), block, (struct layout){ size, align });
}

static void *record_realloc(struct allocator *self, void *block, size_t size, size_t align,
                            size_t new_size)
{
    (void)self;
    size_t number = number_of(block);
    console_printf("\ntrace: r %zu %zu\n", number, new_size);
    struct layout layout = { size, align };
    void *moved = allocator_realloc(heap_default(), block, layout, new_size);
    if (moved == NULL)
        allocator_oom(heap_default(), (struct layout){ new_size, align }, NULL);
    recorder.blocks[number] = moved;
    return moved;
}

void main(uint64_t hart_id, const void *device_tree);
void main(uint64_t hart_id, const void *device_tree)
{
    static struct machine machine;
    static const struct allocator_ops ops = {
        .alloc = record_alloc,
        .dealloc = record_dealloc,
        .alloc_zeroed = allocator_default_alloc_zeroed,
        .realloc = record_realloc,
    };
    struct dt dt;
    recorder.allocator.ops = &ops;
    console_init();
    console_printf("Booting the recorder (hart %llu)\n", (unsigned long long)hart_id);
    ASSERT(dt_open(&dt, device_tree, 1 << 20) == OK);
    machine_read(&machine, &dt);
    power_set_finisher(machine.finisher);
    ASSERT(heap_init(__heap, __heap_end) == OK);
    console_printf("\ntrace: # What the demo asks of its heap. ./run.sh bench record\n");
    demo_vector(&recorder.allocator);
    demo_string(&recorder.allocator);
    power_off(POWER_WELL);
}
