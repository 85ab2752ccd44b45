/*
 * exercise5: whole pages from a bump. The contract is in include/exercise5.h.
 */
#include <exercise5.h>

void *exercise5_pages(struct bump *heap, size_t size)
{
    return NULL;
}
