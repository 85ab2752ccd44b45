/*
 * collections: four things that a hypervisor needs, each on the collection that suits it.
 *
 *     who runs next            a deque: taken at the front, put back at the end
 *     what is due next         a binary heap, the earliest deadline at its top
 *     whose address this is    a B-tree from the first address of each device, and a lower bound
 *     which interrupt waits    an intrusive list: it never allocates, so a trap handler may link
 */
#include <base/assert.h>
#include <collections/deque.h>
#include <collections/vec.h>
#include <console/console.h>
#include <demo/demo.h>
#include <lib/list.h>

/* --- The run queue ---------------------------------------------------------------------------- */

struct guest {
    int number, turns_left;
};

static void debug_guest(const struct guest *guest, struct format_sink *sink)
{
    format_write(sink, "guest %d", guest->number);
}

static void run_queue(struct allocator *allocator)
{
    DEQUE(struct guest) queue = DEQUE_INIT(allocator);
    for (int i = 1; i <= 3; i++)
        deque_push_back_or_panic(&queue, { i, i });
    deque_debug(&queue, console_sink(), "run queue", debug_guest);
    console_printf("; they run:");
    struct guest guest;
    while (deque_pop_front(&queue, &guest)) {
        console_printf(" %d", guest.number);
        if (--guest.turns_left > 0)
            deque_push_back_or_panic(&queue, guest);
    }
    console_printf("\n");
    deque_free(&queue);
}

/* --- The timer queue -------------------------------------------------------------------------- */

struct deadline {
    uint64_t ticks;
    const char *what;
};
typedef VEC(struct deadline) deadline_vec;

#define BINARY_HEAP_NAME         deadline_queue
#define BINARY_HEAP_VEC          deadline_vec
#define BINARY_HEAP_BEFORE(a, b) ((a)->ticks < (b)->ticks)
#include <collections/binary_heap.h>

static void debug_deadline(const struct deadline *deadline, struct format_sink *sink)
{
    format_write(sink, "%s at %llu", deadline->what, (unsigned long long)deadline->ticks);
}

static void timer_queue(struct allocator *allocator)
{
    static const struct deadline set[] = { { 300, "watchdog" }, { 100, "tick" }, { 200, "wake" } };
    struct deadline_queue queue = BINARY_HEAP_INIT(allocator);
    for (size_t i = 0; i < ARRAY_LENGTH(set); i++)
        deadline_queue_push_or_panic(&queue, set[i]);
    deadline_vec in_order;
    deadline_queue_into_sorted_vec(&queue, &in_order);
    vec_debug(&in_order, console_sink(), "timers", debug_deadline);
    console_printf("\n");
    vec_free(&in_order);
}

/* --- The address map -------------------------------------------------------------------------- */

struct region {
    uint64_t size;
    const char *name;
};

#define BTREE_NAME         address_map
#define BTREE_KEY          uint64_t
#define BTREE_VALUE        struct region
#define BTREE_BEFORE(a, b) (*(a) < *(b))
#include <collections/btree.h>

static void debug_address(const uint64_t *address, struct format_sink *sink)
{
    format_write(sink, "0x%llx", (unsigned long long)*address);
}

static void debug_region(const struct region *region, struct format_sink *sink)
{
    format_write(sink, "%s", region->name);
}

static void add(struct address_map *map, struct memory_range range, const char *name)
{
    if (range.size != 0)
        address_map_insert_or_panic(map, range.start.value, (struct region){ range.size, name });
}

/* Say whose address this is: the last region that begins at or before it, if it reaches so far. */
static void look_up(const struct address_map *map, uint64_t address)
{
    struct address_map_cursor at = address_map_upper_bound(map, address);
    address_map_prev(&at);
    if (at.key != NULL && address - *at.key < at.value->size)
        console_printf("; 0x%llx is %s + 0x%llx", (unsigned long long)address, at.value->name,
                       (unsigned long long)(address - *at.key));
    else
        console_printf("; 0x%llx is nobody's", (unsigned long long)address);
}

static void devices(const struct machine *machine, struct allocator *allocator)
{
    struct address_map map = BTREE_INIT(allocator);
    add(&map, machine->memory, "RAM");
    add(&map, machine->uart, "UART");
    add(&map, machine->plic, "PLIC");
    address_map_debug(&map, console_sink(), "devices", debug_address, debug_region);
    look_up(&map, machine->uart.start.value + 5);
    look_up(&map, machine->uart.start.value + machine->uart.size);
    console_printf("\n");
    address_map_free(&map);
}

/* --- The interrupt list ----------------------------------------------------------------------- */

struct interrupt {
    int source, priority;
    struct list_node node;
};

static void interrupts(void)
{
    static struct interrupt raised[] = { { 1, 3, {} }, { 10, 7, {} }, { 8, 5, {} } };
    struct list pending = LIST_INIT(pending);
    for (size_t i = 0; i < ARRAY_LENGTH(raised); i++) {
        struct list_node *place = &pending.ring; /* in front of the first that is less urgent */
        list_for_each (&pending, struct interrupt, node, other)
            if (place == &pending.ring && other->priority < raised[i].priority)
                place = &other->node;
        list_insert_before(place, &raised[i].node);
    }
    console_printf("interrupts, most urgent first:");
    list_for_each_safe (&pending, struct interrupt, node, interrupt) {
        console_printf(" %d (priority %d)", interrupt->source, interrupt->priority);
        list_remove(&interrupt->node);
    }
    console_printf("\n");
}

void demo_collections(const struct machine *machine, struct allocator *allocator)
{
    run_queue(allocator);
    timer_queue(allocator);
    devices(machine, allocator);
    interrupts();
}
