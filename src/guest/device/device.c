/*
 * device: see guest/device/device.h.
 */
#include <guest/device/device.h>

enum error bus_add(struct bus *bus, struct device *device)
{
    uint64_t first = device->base.value, last;
    if (device->size == 0)
        return ERR_INVALID;
    if (__builtin_add_overflow(first, device->size - 1, &last))
        return ERR_OVERFLOW;

    struct device **link = &bus->first;
    for (; *link != NULL; link = &(*link)->next) {
        uint64_t other_first = (*link)->base.value;
        uint64_t other_last = other_first + ((*link)->size - 1);
        if (first <= other_last && other_first <= last)
            return ERR_INVALID;
    }
    device->next = NULL;
    *link = device;
    return OK;
}
