/* main of the check of exercise 8: short and long texts, on an unpleasant allocator. */
#include <exercise8.h>
#include <lib/memory.h>
#include <watch.h>

void main(uint64_t hart_id, const void *device_tree);

enum { MOST = 8000 };

static char model[MOST + 1]; /* what the string must be */
static size_t model_len;
static struct small_str s = SMALL_STR_INIT(&watch);
static size_t answers;

/* The string is what the model is, and has a block only if it must. */
static void look(const char *after)
{
    const char *text = small_str_text(&s);
    if (s.len != model_len)
        mistake("%s: len is %zu, where %zu was wanted", after, s.len, model_len);
    if (text == NULL)
        mistake("%s: small_str_text is NULL", after);
    if (memcmp(text, model, model_len) != 0)
        mistake("%s: the text of %zu bytes is \"%s\", where \"%s\" was wanted", after, model_len,
                text, model);
    if (text[model_len] != '\0')
        mistake("%s: no NUL follows the text of %zu bytes", after, model_len);
    if (s.cap == 0 && text != s.small)
        mistake("%s: cap is 0, but small_str_text is not `small`", after);
    if (s.cap != watch_in_use)
        mistake("%s: cap is %zu, but %zu bytes of the heap are in use", after, s.cap, watch_in_use);
    if (model_len >= SMALL_BYTES && s.cap <= model_len)
        mistake("%s: cap is %zu, too small for %zu bytes and a NUL", after, s.cap, model_len);
    answers++;
}

static void start_again(void)
{
    small_str_free(&s);
    model_len = 0;
    model[0] = '\0';
    look("after small_str_free");
}

static void append(const char *what, struct str_view text, enum error wanted)
{
    size_t asked = watch_asked;
    char copy[MOST];
    if (wanted == OK)
        memcpy(copy, text.data, text.len);
    enum error got = small_str_append(&s, text);
    if (got != wanted)
        mistake("appending %s to %zu bytes says \"%s\", where \"%s\" was wanted", what, model_len,
                error_name(got), error_name(wanted));
    if (wanted == OK) {
        memcpy(model + model_len, copy, text.len);
        model_len += text.len;
        model[model_len] = '\0';
    }
    if (model_len < SMALL_BYTES && wanted != ERR_NO_MEMORY && watch_asked != asked)
        mistake("appending %s: %zu bytes fit into the struct, and yet the allocator was asked",
                what, model_len);
    look(what);
}

/* `count` bytes of a pattern, at once. */
static void fill(size_t count)
{
    static char bytes[MOST];
    for (size_t i = 0; i < count; i++)
        bytes[i] = (char)('a' + (model_len + i) % 26);
    append("a text", (struct str_view){ bytes, count }, OK);
}

static void sizes(void)
{
    for (size_t first = 0; first <= 40; first++)
        for (size_t second = 0; second <= 40; second++) {
            start_again();
            fill(first);
            fill(second);
        }
    start_again();
    append("a text with a NUL inside", SV("ab\0cd"), OK);
    append("a text with a NUL inside", SV("\0efghijklmnopqrstuvwxyz\0"), OK);
}

static void growth(void)
{
    start_again();
    size_t before = watch_asked;
    while (model_len < 4000)
        fill(1);
    if (watch_asked - before > 16)
        mistake("4000 bytes, one by one, asked the allocator %zu times: a block that doubles asks "
                "about 9 times",
                watch_asked - before);
}

static void refusals(void)
{
    static const size_t lengths[] = { 0, 1, 15, 16, 40 };
    for (size_t i = 0; i < ARRAY_LENGTH(lengths); i++) {
        start_again();
        fill(lengths[i]);
        watch_refuses = true;
        append("200 bytes where the heap has no room", (struct str_view){ model, 200 },
               ERR_NO_MEMORY);
        append("nothing", SV(""), OK);
        watch_refuses = false;
        append("SIZE_MAX bytes", (struct str_view){ model, SIZE_MAX }, ERR_OVERFLOW);
        append("PTRDIFF_MAX bytes", (struct str_view){ model, PTRDIFF_MAX }, ERR_OVERFLOW);
        append("bytes whose sum wraps around", (struct str_view){ model, SIZE_MAX - lengths[i] },
               ERR_OVERFLOW);
        fill(200);
    }
}

static void itself(void)
{
    for (size_t first = 1; first <= 40; first++) {
        start_again();
        fill(first);
        while (model_len < MOST / 4)
            append("the string to itself", (struct str_view){ small_str_text(&s), s.len }, OK);
        start_again();
        fill(first);
        while (model_len < MOST / 8)
            append("a part of the string to itself",
                   (struct str_view){ small_str_text(&s) + s.len / 3, s.len - s.len / 3 }, OK);
    }
}

static void moved(void)
{
    static const size_t lengths[] = { 0, 15, 16, 100 };
    for (size_t i = 0; i < ARRAY_LENGTH(lengths); i++) {
        start_again();
        fill(lengths[i]);
        struct small_str other = s;
        memset(&s, 0x5a, sizeof s);
        if (memcmp(small_str_text(&other), model, model_len + 1) != 0)
            mistake("a string of %zu bytes was moved by assignment, and lost its text", model_len);
        s = other;
        look("moved by assignment, and back");
    }
}

void main(uint64_t hart_id, const void *device_tree)
{
    console_init();
    look("an empty string");
    sizes();
    growth();
    refusals();
    itself();
    moved();
    start_again();
    start_again();
    if (watch_in_use != 0)
        mistake("after small_str_free %zu bytes of the heap are in use", watch_in_use);
    console_printf("all %zu answers are right\n", answers);
    power_off(POWER_WELL);
}
