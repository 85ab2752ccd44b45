/*
 * The fuzzer's corpus, replayed: each file of tests/fuzz/corpus is a sequence of operations that
 * reached code which none before it had reached. See tests/fuzz/family_fuzz.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <glob.h>

#include "../fuzz/family_fuzz.c"

static void the_corpus_runs_clean(void **state)
{
    (void)state;
    glob_t files;
    assert_int_equal(glob("tests/fuzz/corpus/*", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        static uint8_t bytes[65536];
        FILE *file = fopen(files.gl_pathv[i], "rb");
        assert_non_null(file);
        size_t length = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        (void)LLVMFuzzerTestOneInput(bytes, length);
    }
    printf("# %zu sequences of operations\n", files.gl_pathc);
    assert_true(files.gl_pathc >= 20);
    globfree(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_corpus_runs_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
