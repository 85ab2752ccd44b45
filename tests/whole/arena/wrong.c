/*
 * wrong: a sound allocator that makes mistakes: in the first trace the first of PLAN, which stands
 * in front of this file (tests/whole/arena.t), in the second the second, and so on. In the stress,
 * which is another boot, the first. The arena must name trace and operation of each.
 */
#define my_name  sound_name
#define my_init  sound_init
#define my_alloc sound_alloc
#define my_free  sound_free
#define my_check sound_check
#include "docs/handout/exercises/10/mine.c"
#undef my_name
#undef my_init
#undef my_alloc
#undef my_free
#undef my_check

#include <base/assert.h>
#include <console/console.h>
#include <riscv/hart.h>
#include <riscv/power.h>

const char *my_name(void);
bool my_init(void *start, size_t size);
void *my_alloc(size_t size, size_t align);
void my_free(void *block, size_t size, size_t align);
const char *my_check(void);

enum mistake {
    NONE,
    OVERLAPS,   /* the third block lies where the second one is */
    MISALIGNED, /* what should be at a multiple of 64 or more is 16 bytes off */
    SCRIBBLES,  /* into the block before, when the third is asked for */
    OUTSIDE,    /* the second block is behind the region */
    BESIDE,     /* writes behind the region at the second block */
    BEFORE,     /* writes before the region at the second block */
    NEVER_NULL, /* when it is full it gives the start of the region */
    FORGETS,    /* when it was full it stays so */
    LOSES,      /* every other block that is given back */
    HANGS,      /* at the first free */
    HANGS_IN_CHECK,
    CRASHES, /* at the first free: a store to NULL */
    FOLLOWS, /* at the first free: a load through a block's pattern, eight equal bytes */
    JUMPS,   /* at the first free: a call of NULL */
    ILLEGAL, /* at the first free: an instruction that is none */
    DEEP,    /* at the first block: a recursion without end */
    ASSERTS, /* at the first free */
    REFUSES, /* to start */
    CHECK,   /* says that it is broken */
    PRINTS,  /* at the first block */
    ENDS,    /* the machine, so that nobody can say anything any more */
    ENDS_WELL,
    MASKED, /* hangs, interrupts masked, so that no timer ends it */
    /* Only on some harts: */
    SHARES,         /* hart 2 is given other harts' blocks */
    CRASHES_ON_TWO, /* hart 2 stores to NULL */
    HANGS_ON_FOUR,
};

static const unsigned char plan[] = { PLAN };
static size_t traces; /* how many there were before this one */
static enum mistake mistake;
static size_t allocs, frees; /* in this trace */
static unsigned char *last_block, *region, *region_end;
static bool was_full;

const char *my_name(void)
{
    return "wrong, and \"odd\"";
}

bool my_init(void *start, size_t size)
{
    mistake = traces < sizeof plan ? plan[traces] : NONE;
    traces++;
    allocs = frees = 0;
    was_full = false;
    region = start;
    region_end = region + size;
    return sound_init(start, size) && mistake != REFUSES;
}

/* Deeper than any stack. */
[[gnu::noinline]] static size_t deeper(volatile size_t depth)
{
    volatile size_t here[64];
    here[depth % 64] = depth;
    if (depth == SIZE_MAX)
        return 0;
    return deeper(depth + 1) + here[depth % 64];
}

static void (*volatile nowhere)(void);

/* What goes wrong before a block is looked for; NULL: go on. */
static void *before_alloc(void)
{
    switch (mistake) {
    case OVERLAPS:
        return allocs == 3 ? last_block : NULL;
    case SCRIBBLES:
        if (allocs == 3)
            last_block[5] ^= 1;
        return NULL;
    case OUTSIDE:
        return allocs == 2 ? region_end : NULL;
    case BESIDE:
        if (allocs == 2)
            *region_end = 0;
        return NULL;
    case BEFORE:
        if (allocs == 2)
            region[-8] = 0;
        return NULL;
    case DEEP:
        return deeper(0) == 1 ? region : NULL;
    case PRINTS:
        if (allocs == 1)
            console_printf("said by the allocator");
        return NULL;
    case SHARES:
        return hart_index() == 2 && allocs > 100 ? last_block : NULL;
    case CRASHES_ON_TWO:
        if (hart_index() == 2)
            *(volatile char *)NULL = 0;
        return NULL;
    case HANGS_ON_FOUR:
        while (hart_index() == 4)
            __asm__ volatile("");
        return NULL;
    default:
        return NULL;
    }
}

void *my_alloc(size_t size, size_t align)
{
    allocs++;
    void *wrong = before_alloc();
    if (wrong != NULL)
        return wrong;
    if (mistake == MISALIGNED && align >= 64)
        return (char *)sound_alloc(size + 16, align) + 16;
    unsigned char *block = was_full ? NULL : sound_alloc(size, align);
    if (block == NULL && mistake == NEVER_NULL)
        return region;
    was_full |= block == NULL && mistake == FORGETS;
    if (block != NULL)
        last_block = block;
    return block;
}

void my_free(void *block, size_t size, size_t align)
{
    frees++;
    switch (mistake) {
    case LOSES:
        if (frees % 2 == 0)
            return;
        break;
    case HANGS:
        for (;;)
            __asm__ volatile("");
    case CRASHES:
        *(volatile char *)NULL = 0;
        break;
    case FOLLOWS:
        (void)*(volatile char *)0x4141414141414141;
        break;
    case JUMPS:
        nowhere();
        break;
    case ENDS:
        power_off(POWER_PANIC);
    case ENDS_WELL:
        power_off(POWER_WELL);
    case MASKED:
        (void)hart_mask_interrupts();
        for (;;)
            __asm__ volatile("");
    case ILLEGAL:
        __asm__ volatile("unimp");
        break;
    case ASSERTS:
        ASSERT_COMPARE(size, ==, 17);
        break;
    case SHARES:
        return; /* so that its own structures stay sound */
    default:
        break;
    }
    sound_free(block, size, align);
}

const char *my_check(void)
{
    while (mistake == HANGS_IN_CHECK)
        __asm__ volatile("");
    return mistake == CHECK ? "a \"list\", broken" : sound_check();
}

#ifdef LARGE
unsigned char kept_outside[5000] = { 1 };
#endif
