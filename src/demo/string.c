/*
 * string: appended to, formatted into, and split into views.
 */
#include <collections/str.h>
#include <console/console.h>
#include <demo/demo.h>

/* Exact text goes out byte by byte as it is, so a view needs no NUL. */
static void print_view(const char *label, struct str_view text)
{
    console_printf("%s\"%.*s\"\n", label, str_precision(text), text.data);
}

static enum error build(struct str *s)
{
    enum error error = str_append(s, SV("bump"));
    if (error)
        return error;
    error = str_append(s, SV("visor"));
    if (error)
        return error;
    error = str_push(s, U'→'); /* three bytes of UTF-8 */
    if (error)
        return error;
    return str_format(s, " %d%% C, %#x bytes so far", 100, (unsigned)str_len(s));
}

void demo_string(struct allocator *allocator)
{
    struct str s = STR_INIT(allocator);
    enum error error = build(&s);
    if (error) {
        console_printf("string: %s\n", error_name(error));
        str_free(&s);
        return;
    }
    print_view("s = ", str_view(&s));
    struct str_view rest = str_view(&s), word;
    size_t words = 0;
    while (str_split_next(&rest, SV(" "), &word))
        words++;
    console_printf("  %zu bytes, %zu code points, %zu words, capacity %zu\n", str_len(&s),
                   str_count_scalars(str_view(&s)), words, str_capacity(&s));
    str_free(&s);
}
