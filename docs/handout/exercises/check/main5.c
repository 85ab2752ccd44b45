/* main of the check of exercise 5: hostile sizes for exercise5_pages. */
#include <base/assert.h>
#include <base/image.h>
#include <exercise5.h>
#include <watch.h>

void main(uint64_t hart_id, const void *device_tree);

static struct bump heap;

static size_t answers;

/* So many bytes need so many pages, which lie behind what was handed out before. */
static void granted(size_t size, size_t pages)
{
    uintptr_t before = heap.next;
    uintptr_t expected = before + bytes_to_align(before, PAGE);
    uintptr_t block = (uintptr_t)exercise5_pages(&heap, size);
    if (block == 0)
        mistake("exercise5_pages(heap, %zu) is NULL, but there is room", size);
    if (block % PAGE != 0)
        mistake("exercise5_pages(heap, %zu) is 0x%llx, no multiple of 4096", size,
                (unsigned long long)block);
    if (block != expected)
        mistake("exercise5_pages(heap, %zu): the first page that is free is 0x%llx, not 0x%llx",
                size, (unsigned long long)expected, (unsigned long long)block);
    if (heap.next < block + pages * PAGE)
        mistake("exercise5_pages(heap, %zu) needs %zu pages, but what comes next begins %zu bytes "
                "behind the first: on one of them",
                size, pages, (size_t)(heap.next - block));
    if (heap.next > block + pages * PAGE)
        mistake("exercise5_pages(heap, %zu) needs %zu pages, but took %zu bytes", size, pages,
                (size_t)(heap.next - block));
    answers++;
}

/* There is no room for so many bytes, and nothing changes. */
static void refused(size_t size)
{
    uintptr_t next = heap.next;
    size_t count = heap.count;
    void *block = exercise5_pages(&heap, size);
    if (block != NULL)
        mistake("exercise5_pages(heap, %zu) is %p, but must be NULL", size, block);
    if (heap.next != next || heap.count != count)
        mistake("exercise5_pages(heap, %zu) is NULL, as it must, but changed the heap", size);
    answers++;
}

/* exercise5_pages may count on bump_take for each multiple of a page that a size_t can hold. */
static void take_refuses(size_t size)
{
    void *block = NULL;
    if (bump_take(&heap, size, PAGE, &block))
        mistake(
            "bump_take(heap, %zu, 4096, &block) is true, though there is no such room: does a sum "
            "in its comparison wrap? Mend it in include/heap/bump.h first, then look at "
            "exercise5_pages",
            size);
}

void main(uint64_t hart_id, const void *device_tree)
{
    console_init();
    enum { PAGES = 64 };
    ASSERT(bump_init(&heap, __heap + 48, __heap + PAGES * PAGE) == OK); /* not on a page */
    for (size_t pages = 1; pages <= 4; pages++)
        take_refuses(0 - pages * PAGE);
    granted(1, 1);
    granted(PAGE, 1);
    granted(PAGE + 1, 2);
    ASSERT(bump_alloc(&heap, (struct layout){ 100, 4 }) != NULL);
    granted(3 * PAGE - 1, 3);
    refused(0);
    for (size_t below = 0; below <= 2 * PAGE; below++)
        refused(SIZE_MAX - below);
    for (size_t shift = 13 + 6; shift < 64; shift++) {
        refused((size_t)1 << shift);
        refused(((size_t)1 << shift) + 1);
    }
    refused(PTRDIFF_MAX);
    refused(PAGES * PAGE);
    size_t left = (size_t)(heap.end - heap.next) / PAGE;
    refused(left * PAGE + 1);
    granted(left * PAGE, left);
    refused(1);
    allocator_check(&heap.allocator);
    console_printf("all %zu answers are right\n", answers);
    power_off(POWER_WELL);
}
