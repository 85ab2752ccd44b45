/*
 * Runs of pages: each of the bitmap's searches (a window of two words, a stride over full words)
 * against a loop over pages, which looks for the lowest place that fits.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "random.h"

#include <heap/bitmap.h>

enum { PAGE = 4096, PAGES = 3000, BLOCKS = 200 };

static _Alignas(PAGE) char region[PAGES * PAGE]; /* but for the maps nothing is touched */
static struct bitmap bitmap;
static bool is_free(size_t page)
{
    return bitmap.words[page / 64] >> page % 64 & 1;
}

/* The lowest address, or 0. */
static uintptr_t slow_search(size_t count, size_t align)
{
    for (size_t page = 0, run = 0; page < bitmap.pages; page++) {
        run = is_free(page) ? run + 1 : 0;
        /* A longer run may be aligned further on: look at each place that ends here. */
        if (run >= count) {
            uintptr_t address = bitmap.base + (page + 1 - count) * PAGE;
            if (address % (align * PAGE) == 0)
                return address;
        }
    }
    return 0;
}

static struct layout any_run(void)
{
    static const size_t aligns[] = { 1, 1, 2, 4, 32, 64, 128, 512 };
    size_t count = below(2) ? 2 + below(63) : below(2) ? 65 + below(63) : 128 + below(500);
    return (struct layout){ count * PAGE - below(PAGE), aligns[below(8)] * PAGE };
}

static void runs_are_the_lowest_that_fit(void **state)
{
    (void)state;
    static struct {
        void *block;
        struct layout layout;
    } blocks[BLOCKS];
    size_t granted = 0, refused = 0;
    assert_int_equal(bitmap_init(&bitmap, region + 3 * 1000, region + sizeof region), OK);
    for (size_t i = 0; i < 20'000; i++) {
        size_t b = below(BLOCKS);
        if (blocks[b].block != NULL) {
            allocator_dealloc(&bitmap.allocator, blocks[b].block, blocks[b].layout);
            blocks[b].block = NULL;
            continue;
        }
        struct layout run = i % 5 == 0 ? (struct layout){ 1, 1 } : any_run();
        size_t count = (run.size + PAGE - 1) / PAGE,
               align = run.align < PAGE ? 1 : run.align / PAGE;
        uintptr_t expected = slow_search(count, align);
        blocks[b].block = allocator_alloc(&bitmap.allocator, run);
        blocks[b].layout = run;
        if (run.size == 1) /* a single page is the next one, not the lowest */
            continue;
        assert_int_equal((uintptr_t)blocks[b].block, expected);
        *(expected != 0 ? &granted : &refused) += 1;
    }
    allocator_check(&bitmap.allocator);
    printf("# %zu runs granted, %zu refused\n", granted, refused);
    assert_true(granted > 1000 && refused > 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_are_the_lowest_that_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
