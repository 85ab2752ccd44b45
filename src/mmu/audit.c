/*
 * audit: is this space as it should be? See mmu/space.h.
 *
 * Leaves that continue each other, with the same rights, are joined to runs; then every run is
 * compared with every other. Shortcoming: at most RUNS_MAX runs are compared, and more of them is
 * itself a mistake that is reported.
 */
#include <base/types.h>
#include <mmu/space.h>

enum { RUNS_MAX = 256 };

struct auditor {
    struct audit audit;
    size_t count;
    struct leaf runs[RUNS_MAX];
};

static void found(struct audit *audit, const char *mistake, struct leaf first, struct leaf second)
{
    if (audit->mistake == NULL)
        *audit = (struct audit){ audit->leaves, mistake, first, second };
}

static void look_at(void *context, struct leaf leaf)
{
    struct auditor *auditor = context;
    auditor->audit.leaves++;
    if ((leaf.rights & (PTE_W | PTE_X)) == (PTE_W | PTE_X))
        found(&auditor->audit, "writable and executable", leaf, leaf);
    if ((leaf.rights & (PTE_R | PTE_W)) == PTE_W)
        found(&auditor->audit, "writable and not readable, which is reserved", leaf, leaf);
    if (leaf.to.value % leaf.size != 0)
        found(&auditor->audit, "not aligned to its size", leaf, leaf);
    struct leaf *last = auditor->count > 0 ? &auditor->runs[auditor->count - 1] : NULL;
    if (last != NULL && last->rights == leaf.rights &&
        last->from.value + last->size == leaf.from.value &&
        last->to.value + last->size == leaf.to.value)
        last->size += leaf.size;
    else if (auditor->count < RUNS_MAX)
        auditor->runs[auditor->count++] = leaf;
    else
        found(&auditor->audit, "more runs than the audit can compare", leaf, leaf);
}

static bool share_memory(const struct leaf *a, const struct leaf *b)
{
    return a->to.value < b->to.value + b->size && b->to.value < a->to.value + a->size;
}

struct audit space_audit(const struct space *space)
{
    static struct auditor auditor; /* too large for a stack; the audit is for one hart at a time */
    auditor.audit = (struct audit){ 0 };
    auditor.count = 0;
    space_walk(space, look_at, &auditor);
    for (size_t i = 0; i < auditor.count; i++)
        for (size_t j = 0; j < i; j++)
            if (auditor.runs[i].rights != auditor.runs[j].rights &&
                share_memory(&auditor.runs[i], &auditor.runs[j]))
                found(&auditor.audit, "mapped twice with different rights", auditor.runs[j],
                      auditor.runs[i]);
    return auditor.audit;
}

const char *rights_name(enum rights rights)
{
    static const char *const names[] = { "---", "R--", "-W-", "RW-", "--X", "R-X", "-WX", "RWX" };
    return names[rights >> 1 & 7];
}
