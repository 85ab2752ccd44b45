/*
 * family_bump: the family of an image that has chosen its heap. It is linked instead of family.c,
 * and then the linker leaves out every allocator that has no row here.
 */
#include <heap/family.h>

static enum error init_bump(union any_heap *self, void *start, void *end)
{
    return bump_init(&self->bump, start, end);
}

const struct family_member family[] = {
    { .name = "bump", .init = init_bump, .gives = true },
};
const size_t family_size = ARRAY_LENGTH(family);
