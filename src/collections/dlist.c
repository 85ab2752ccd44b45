/*
 * dlist: see collections/dlist.h for the drawing.
 *
 * Linking, unlinking, joining and cutting are those of lib/list.h, on a ring that has no head. What
 * is left to do here: the block of a node, the count, and which node is the first.
 */
#include <collections/dlist.h>
#include <lib/memory.h>

static struct layout layout_of_node(struct layout element)
{
    size_t align =
        element.align > _Alignof(struct list_node) ? element.align : _Alignof(struct list_node);
    size_t size;
    if (__builtin_add_overflow(raw_dlist_offset(element), element.size, &size))
        size = SIZE_MAX; /* which no allocator grants */
    return (struct layout){ size, align };
}

static void *element_of(const struct list_node *node, struct layout element)
{
    return (char *)node + raw_dlist_offset(element);
}

/* A node in no ring, with a copy of the value; NULL iff there is no room. */
static struct list_node *new_node(struct raw_dlist *l, const void *value, struct layout element)
{
    if (unlikely(l->alloc == NULL))
        panic("a list without an allocator wants memory: use DLIST_INIT or dlist_init first");
    struct list_node *node = allocator_alloc(l->alloc, layout_of_node(element));
    if (node == NULL)
        return NULL;
    list_node_init(node);
    memcpy(element_of(node, element), value, element.size);
    return node;
}

/* Link a node in front of `at`, or at the end where that is NULL. */
static void link_node(struct raw_dlist *l, struct list_node *at, struct list_node *node)
{
    if (l->first == NULL) {
        *node = (struct list_node){ node, node };
        l->first = node;
    } else {
        list_insert_before(at == NULL ? l->first : at, node);
        if (at == l->first)
            l->first = node;
    }
    l->len++;
}

/* Add a value in front of `at`, or at the end where that is NULL. */
static enum error add(struct raw_dlist *l, struct list_node *at, const void *value,
                      struct layout element)
{
    struct list_node *node = new_node(l, value, element);
    if (node == NULL)
        return ERR_NO_MEMORY;
    link_node(l, at, node);
    return OK;
}

enum error raw_dlist_push_front(struct raw_dlist *l, const void *value, struct layout element)
{
    return add(l, l->first, value, element);
}

enum error raw_dlist_push_back(struct raw_dlist *l, const void *value, struct layout element)
{
    return add(l, NULL, value, element);
}

void raw_dlist_push_front_or_panic(struct raw_dlist *l, const void *value, struct layout element)
{
    if (add(l, l->first, value, element) != OK)
        allocator_oom(l->alloc, layout_of_node(element), __builtin_return_address(0));
}

void raw_dlist_push_back_or_panic(struct raw_dlist *l, const void *value, struct layout element)
{
    if (add(l, NULL, value, element) != OK)
        allocator_oom(l->alloc, layout_of_node(element), __builtin_return_address(0));
}

enum error raw_dlist_insert(struct raw_dlist *l, void *at, const void *value, struct layout element)
{
    return add(l, at == NULL ? NULL : raw_dlist_node(at, element), value, element);
}

void raw_dlist_append(struct raw_dlist *l, struct raw_dlist *from)
{
    if (unlikely(l == from || l->alloc != from->alloc))
        panic("a list is appended to %s",
              l == from ? "itself"
                        : "one with another allocator, which could not free its elements");
    if (l->first == NULL)
        l->first = from->first;
    else if (from->first != NULL)
        list_exchange(l->first, from->first);
    l->len += from->len;
    from->first = NULL;
    from->len = 0;
}

void *raw_dlist_remove(struct raw_dlist *l, void *at, void *out, struct layout element)
{
    struct list_node *node = raw_dlist_node(at, element);
    void *next = raw_dlist_next(l, at, element);
    struct list_node *second = node->next;
    list_remove(node); /* panics where the node is in no list, before anything is changed */
    if (node == l->first)
        l->first = second == node ? NULL : second;
    l->len--;
    if (out != NULL)
        memcpy(out, at, element.size);
    allocator_dealloc(l->alloc, node, layout_of_node(element));
    return next;
}

bool raw_dlist_pop_front(struct raw_dlist *l, void *out, struct layout element)
{
    if (l->first == NULL)
        return false;
    raw_dlist_remove(l, element_of(l->first, element), out, element);
    return true;
}

bool raw_dlist_pop_back(struct raw_dlist *l, void *out, struct layout element)
{
    if (l->first == NULL)
        return false;
    raw_dlist_remove(l, element_of(l->first->prev, element), out, element);
    return true;
}

/* How many elements lie from `at` on: both sides are walked at once until the shorter one ends. */
static size_t count_from(const struct raw_dlist *l, const struct list_node *at)
{
    const struct list_node *before = at, *behind = at;
    for (size_t steps = 0;; steps++) {
        if (before == l->first)
            return l->len - steps;
        before = before->prev;
        behind = behind->next;
        if (behind == l->first)
            return steps + 1;
    }
}

void raw_dlist_split_off(struct raw_dlist *l, void *at, struct raw_dlist *out,
                         struct layout element)
{
    *out = (struct raw_dlist){ .alloc = l->alloc };
    if (at == NULL)
        return;
    struct list_node *node = raw_dlist_node(at, element);
    out->len = count_from(l, node);
    out->first = node;
    list_exchange(l->first, node); /* the same node where all goes: then nothing is cut */
    l->len -= out->len;
    if (l->len == 0)
        l->first = NULL;
}

void raw_dlist_free(struct raw_dlist *l, element_release *release, struct layout element)
{
    while (l->first != NULL) {
        if (release != NULL)
            release(element_of(l->first, element));
        raw_dlist_remove(l, element_of(l->first, element), NULL, element);
    }
}

enum error raw_dlist_clone(const struct raw_dlist *l, struct raw_dlist *out, struct layout element,
                           element_clone *clone, element_release *release)
{
    *out = (struct raw_dlist){ .alloc = l->alloc };
    enum error error = OK;
    for (const void *at = raw_dlist_front(l, element); error == OK && at != NULL;
         at = raw_dlist_next(l, at, element)) {
        error = add(out, NULL, at, element);
        if (error == OK && clone != NULL) {
            void *copy = raw_dlist_back(out, element);
            error = clone(at, copy);
            if (error != OK) /* it has bytes that own nothing */
                raw_dlist_remove(out, copy, NULL, element);
        }
    }
    if (error != OK)
        raw_dlist_free(out, release, element);
    return error;
}

bool raw_dlist_equal(const struct raw_dlist *l, const struct raw_dlist *m, element_equal *equal,
                     struct layout element)
{
    if (l->len != m->len)
        return false;
    const void *a = raw_dlist_front(l, element), *b = raw_dlist_front(m, element);
    while (a != NULL && equal(a, b)) {
        a = raw_dlist_next(l, a, element);
        b = raw_dlist_next(m, b, element);
    }
    return a == NULL;
}

void raw_dlist_check(const struct raw_dlist *l, struct layout element)
{
    size_t count = 0;
    const struct list_node *node = l->first;
    ASSERT(l->first == NULL || l->alloc != NULL);
    while (node != NULL) {
        ASSERT_COMPARE((uintptr_t)element_of(node, element) % element.align, ==, 0);
        ASSERT_COMPARE(node->next->prev, ==, node);
        ASSERT_COMPARE(++count, <=, l->len); /* ends also where the ring does not come back */
        node = node->next == l->first ? NULL : node->next;
    }
    ASSERT_COMPARE(count, ==, l->len);
}

bool raw_dlist_debug_next(void *cursor, struct debug_entry *entry)
{
    struct raw_dlist_cursor *c = cursor;
    c->at =
        c->at == NULL ? raw_dlist_front(c->l, c->element) : raw_dlist_next(c->l, c->at, c->element);
    entry->value = c->at;
    return c->at != NULL;
}
