/*
 * vplic: see guest/device/vplic.h. The first half is the state, the second half its registers.
 */
#include <base/assert.h>
#include <base/bits.h>
#include <guest/device/vplic.h>
#include <lib/memory.h>

/* Where the registers are: PLIC Specification 1.0.0, "Memory Map". All are of 4 bytes. */
enum {
    PENDING = 0x1000, /* below it the priorities, one register for each source */
    ENABLES = 0x2000,
    ENABLES_STEP = 0x80, /* from one context to the next */
    CONTEXTS = 0x20'0000,
    CONTEXTS_STEP = 0x1000,
    THRESHOLD = 0, /* within a context */
    CLAIM = 4,     /* read: claim; written: complete */
};

/* Numbers of sources and contexts are of 64 bits in here: each is an index, and part of a shift. */
static uint64_t word_of(uint64_t source)
{
    return source / 64;
}

static uint64_t bit_of(uint64_t number)
{
    return UINT64_C(1) << number % 64;
}

/* The best source that pends for a context and has a priority greater than `floor`; 0: none. */
[[gnu::always_inline]] static inline uint64_t
best_of(const struct vplic *vplic, const struct vplic_context *context, uint64_t floor)
{
    uint64_t best = 0;
    for (uint64_t words = vplic->busy; words != 0; words &= words - 1) {
        uint64_t word = lowest_bit(words);
        uint64_t candidates = vplic->pending[word] & context->enabled[word];
        while ((candidates &= vplic->above[floor][word]) != 0) {
            best = word * 64 + lowest_bit(candidates);
            floor = vplic->priority[best];
        }
    }
    return best;
}

static void change_line(struct vplic *vplic, uint64_t context)
{
    vplic->lines ^= bit_of(context);
    vplic->set_line(vplic->owner, (unsigned)context, vplic->lines >> context & 1);
}

/* Bring the lines of some contexts, a bit each, to what the rest of the state says. */
static void update_lines(struct vplic *vplic, uint64_t contexts)
{
    for (; contexts != 0; contexts &= contexts - 1) {
        uint64_t c = lowest_bit(contexts);
        const struct vplic_context *context = &vplic->context[c];
        bool high = best_of(vplic, context, context->threshold) != 0;
        if (high != (vplic->lines >> c & 1))
            change_line(vplic, c);
    }
}

/* The gateway lets a request through iff the level is high and none is under way. One request more
   can only raise lines, and itself says which. */
static void open_gateway(struct vplic *vplic, uint64_t source)
{
    uint64_t word = word_of(source), bit = bit_of(source);
    if ((vplic->level[word] & ~(vplic->pending[word] | vplic->claimed[word]) & bit) == 0)
        return;
    vplic->pending[word] |= bit;
    vplic->busy |= bit_of(word);
    uint64_t low = vplic->targets[source] & ~vplic->lines;
    for (; low != 0; low &= low - 1)
        if (vplic->priority[source] > vplic->context[lowest_bit(low)].threshold)
            change_line(vplic, lowest_bit(low));
}

/* "The claim operation is not affected by the setting of the priority threshold register." */
static uint64_t claim(struct vplic *vplic, const struct vplic_context *context)
{
    uint64_t source = best_of(vplic, context, 0), word = word_of(source), bit = bit_of(source);
    if (source == 0)
        return 0;
    vplic->claimed[word] |= bit;
    vplic->pending[word] &= ~bit;
    if (vplic->pending[word] == 0)
        vplic->busy &= ~bit_of(word);
    update_lines(vplic, vplic->targets[source] & vplic->lines);
    return source;
}

/* Who completes need not be who claimed; "if the completion ID does not match an interrupt source
   that is currently enabled for the target, the completion is silently ignored". */
static void complete(struct vplic *vplic, uint64_t c, uint64_t source)
{
    if (source > vplic->sources || (vplic->targets[source] & bit_of(c)) == 0)
        return;
    vplic->claimed[word_of(source)] &= ~bit_of(source);
    open_gateway(vplic, source);
}

static void set_priority(struct vplic *vplic, uint64_t source, uint64_t value)
{
    if (source == 0 || source > vplic->sources)
        return;
    uint64_t word = word_of(source), bit = bit_of(source), priority = value & VPLIC_PRIORITY_MAX;
    vplic->priority[source] = (uint8_t)priority;
    for (uint64_t p = 0; p < VPLIC_PRIORITY_MAX; p++)
        vplic->above[p][word] = (vplic->above[p][word] & ~bit) | (priority > p ? bit : 0);
    if (vplic->pending[word] & bit)
        update_lines(vplic, vplic->targets[source]);
}

/* The bits of a word that are sources: not 0, and none behind the last. */
static uint64_t sources_of(const struct vplic *vplic, uint64_t word)
{
    uint64_t bits = word == 0 ? ~UINT64_C(1) : ~UINT64_C(0);
    uint64_t end = vplic->sources + 1;
    if (word >= word_of(end))
        bits &= word == word_of(end) ? bit_of(end) - 1 : 0;
    return bits;
}

/* A register is half a word: the lower one where its number is even. */
static uint32_t half_of(const uint64_t *words, uint64_t reg)
{
    return (uint32_t)(words[reg / 2] >> reg % 2 * 32);
}

static void set_enabled(struct vplic *vplic, uint64_t c, uint64_t reg, uint64_t value)
{
    uint64_t word = reg / 2, *enabled = &vplic->context[c].enabled[word];
    uint64_t mask = (UINT64_C(0xffffffff) << reg % 2 * 32) & sources_of(vplic, word);
    uint64_t changed = (*enabled ^ value << reg % 2 * 32) & mask;
    *enabled ^= changed;
    for (; changed != 0; changed &= changed - 1)
        vplic->targets[word * 64 + lowest_bit(changed)] ^= bit_of(c);
    update_lines(vplic, bit_of(c));
}

static uint64_t read_register(struct vplic *vplic, uint64_t offset)
{
    if (offset >= CONTEXTS) {
        uint64_t c = (offset - CONTEXTS) / CONTEXTS_STEP, reg = offset % CONTEXTS_STEP;
        if (c >= vplic->contexts || reg > CLAIM)
            return 0;
        struct vplic_context *context = &vplic->context[c];
        return reg == CLAIM ? claim(vplic, context) : context->threshold;
    }
    if (offset >= ENABLES) {
        uint64_t c = (offset - ENABLES) / ENABLES_STEP, reg = offset % ENABLES_STEP / 4;
        return c < vplic->contexts ? half_of(vplic->context[c].enabled, reg) : 0;
    }
    if (offset >= PENDING) {
        uint64_t reg = (offset - PENDING) / 4;
        return reg / 2 < VPLIC_WORDS ? half_of(vplic->pending, reg) : 0;
    }
    return vplic->priority[offset / 4];
}

static void write_register(struct vplic *vplic, uint64_t offset, uint32_t value)
{
    if (offset >= CONTEXTS) {
        uint64_t c = (offset - CONTEXTS) / CONTEXTS_STEP, reg = offset % CONTEXTS_STEP;
        if (c >= vplic->contexts)
            return;
        if (reg == CLAIM) {
            complete(vplic, c, value);
        } else if (reg == THRESHOLD) {
            vplic->context[c].threshold = value & VPLIC_PRIORITY_MAX;
            update_lines(vplic, bit_of(c));
        }
    } else if (offset >= ENABLES) {
        uint64_t c = (offset - ENABLES) / ENABLES_STEP;
        if (c < vplic->contexts)
            set_enabled(vplic, c, offset % ENABLES_STEP / 4, value);
    } else if (offset < PENDING) {
        set_priority(vplic, offset / 4, value);
    }
}

static bool vplic_read(struct device *device, uint64_t offset, unsigned width_bytes,
                       uint64_t *value)
{
    struct vplic *vplic = container_of(device, struct vplic, device);
    *value = 0;
    if (width_bytes != 4 || offset % 4 != 0)
        return true;
    uint64_t interrupts = spinlock_lock(&vplic->lock, __builtin_return_address(0));
    *value = read_register(vplic, offset);
    spinlock_unlock(&vplic->lock, interrupts);
    return true;
}

static bool vplic_write(struct device *device, uint64_t offset, unsigned width_bytes,
                        uint64_t value)
{
    struct vplic *vplic = container_of(device, struct vplic, device);
    if (width_bytes != 4 || offset % 4 != 0)
        return true;
    uint64_t interrupts = spinlock_lock(&vplic->lock, __builtin_return_address(0));
    write_register(vplic, offset, (uint32_t)value);
    spinlock_unlock(&vplic->lock, interrupts);
    return true;
}

void vplic_init(struct vplic *vplic, struct gpa base, unsigned sources, unsigned contexts,
                void (*set_line)(void *owner, unsigned context, bool high), void *owner)
{
    ASSERT_COMPARE(sources, >=, 1);
    ASSERT_COMPARE(sources, <=, VPLIC_SOURCES_MAX);
    ASSERT_COMPARE(contexts, >=, 1);
    ASSERT_COMPARE(contexts, <=, VPLIC_CONTEXTS_MAX);
    memset(vplic, 0, sizeof *vplic);
    vplic->device = (struct device){
        .name = "plic", .base = base, .size = VPLIC_SIZE, .read = vplic_read, .write = vplic_write
    };
    vplic->sources = sources;
    vplic->contexts = contexts;
    vplic->set_line = set_line;
    vplic->owner = owner;
}

void vplic_set_level(struct vplic *vplic, unsigned source, bool high)
{
    if (source == 0 || source > vplic->sources)
        return;
    uint64_t interrupts = spinlock_lock(&vplic->lock, __builtin_return_address(0));
    uint64_t *level = &vplic->level[word_of(source)];
    if (high) {
        *level |= bit_of(source);
        open_gateway(vplic, source);
    } else {
        *level &= ~bit_of(source);
    }
    spinlock_unlock(&vplic->lock, interrupts);
}

void vplic_check(struct vplic *vplic)
{
    uint64_t interrupts = spinlock_lock(&vplic->lock, __builtin_return_address(0));
    for (uint64_t w = 0; w < VPLIC_WORDS; w++) {
        uint64_t all = vplic->level[w] | vplic->pending[w] | vplic->claimed[w] | vplic->above[0][w];
        ASSERT_COMPARE(all & ~sources_of(vplic, w), ==, 0);
        ASSERT_COMPARE(vplic->pending[w] & vplic->claimed[w], ==, 0);
        ASSERT_COMPARE(vplic->level[w] & ~(vplic->pending[w] | vplic->claimed[w]), ==, 0);
        ASSERT_COMPARE(vplic->busy >> w & 1, ==, vplic->pending[w] != 0);
    }
    for (uint64_t s = 0; s <= VPLIC_SOURCES_MAX; s++)
        for (uint64_t p = 0; p <= VPLIC_PRIORITY_MAX; p++)
            ASSERT_COMPARE((vplic->above[p][word_of(s)] & bit_of(s)) != 0, ==,
                           vplic->priority[s] > p);
    for (uint64_t c = 0; c < VPLIC_CONTEXTS_MAX; c++) {
        const struct vplic_context *context = &vplic->context[c];
        ASSERT_COMPARE(context->threshold, <=, c < vplic->contexts ? VPLIC_PRIORITY_MAX : 0);
        for (uint64_t s = 0; s <= VPLIC_SOURCES_MAX; s++)
            ASSERT_COMPARE((context->enabled[word_of(s)] & bit_of(s)) != 0, ==,
                           vplic->targets[s] >> c & 1);
        ASSERT_COMPARE(best_of(vplic, context, context->threshold) != 0, ==, vplic->lines >> c & 1);
    }
    spinlock_unlock(&vplic->lock, interrupts);
}
