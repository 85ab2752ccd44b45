/*
 * guest: a guest of a few instructions (src/guest/boot/hello.S) prints a line and powers off.
 */
#include <base/assert.h>
#include <console/console.h>
#include <demo/demo.h>
#include <guest/boot/guest.h>
#include <mmu/frames.h>

void demo_guest(const struct machine *machine)
{
    struct guest_wish wish = guest_wish_hello();
    size_t before = allocator_statistics(frames_default()).used_bytes;
    enum vm_end end;
    if (guest_run(machine, &wish, &end) != OK)
        return;
    size_t after = allocator_statistics(frames_default()).used_bytes;
    ASSERT_COMPARE(after, ==, before);
    console_printf("  its frames are back: %zu bytes in use before and after\n", after);
}
