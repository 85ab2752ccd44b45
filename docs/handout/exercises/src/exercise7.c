/*
 * exercise7: room, wanted and given back. The contract is in include/exercise7.h.
 */
#include <exercise7.h>

enum error exercise7_reserve(struct int_vec *v, size_t additional)
{
    return ERR_NOT_SUPPORTED;
}

enum error exercise7_shrink(struct int_vec *v)
{
    return ERR_NOT_SUPPORTED;
}
