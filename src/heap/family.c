/*
 * family: one row for each allocator. See heap/family.h.
 */
#include <heap/family.h>

static enum error init_dummy(union any_heap *self, void *start, void *end)
{
    return dummy_init(&self->dummy, start, end);
}

static enum error init_bump(union any_heap *self, void *start, void *end)
{
    return bump_init(&self->bump, start, end);
}

static enum error init_linked_list(union any_heap *self, void *start, void *end)
{
    return linked_list_init(&self->linked_list, start, end);
}

static enum error init_bucket(union any_heap *self, void *start, void *end)
{
    return bucket_init(&self->bucket, start, end);
}

static enum error init_bitmap(union any_heap *self, void *start, void *end)
{
    return bitmap_init(&self->bitmap, start, end);
}

static enum error init_tlsf(union any_heap *self, void *start, void *end)
{
    return tlsf_init(&self->tlsf, start, end);
}

const struct family_member family[] = {
    { .name = "dummy", .init = init_dummy },
    { .name = "bump", .init = init_bump, .gives = true },
    { .name = "linked_list", .init = init_linked_list, .gives = true, .reuses = true },
    { .name = "bucket", .init = init_bucket, .gives = true, .reuses = true },
    { .name = "bitmap", .init = init_bitmap, .gives = true, .reuses = true },
    { .name = "tlsf", .init = init_tlsf, .gives = true, .reuses = true },
};
const size_t family_size = ARRAY_LENGTH(family);
