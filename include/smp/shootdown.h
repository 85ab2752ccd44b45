/*
 * shootdown: make every hart forget a translation.
 *
 *     this hart                       every other hart that runs
 *     1  change the tables
 *     2  fence; call the others  -->  3  fence ("sfence.vma")
 *     5  free what was there     <--  4  answer
 *
 * A hart keeps translations in a buffer of its own, which a change of the tables does not reach
 * (Privileged Specification, "Supervisor Memory-Management Fence Instruction"). Until the last
 * hart has answered, one of them may still write through the old translation: so the page is
 * reused only after step 4.
 *
 * The firmware offers remote fences too (SBI RFENCE). Ours wait the same way, and say who hangs.
 */
#pragma once

#include <mmu/space.h>

/* Make all harts forget `size` bytes from `from` on; returns when all have. Up to 64 pages are
   named one by one, more by a fence of everything. Context: no lock held. */
void shootdown(struct hva from, uint64_t size);

/* space_unmap in the hypervisor's own space, then a shootdown: after it the memory may be reused.
   Fails as space_unmap does. */
enum error shootdown_unmap(struct hva from, uint64_t size);

/* Map one piece elsewhere or otherwise: unmap, shootdown, map. Fails as space_unmap and space_map
   do; where the second fails the piece is not mapped. */
enum error shootdown_remap(struct hva from, struct hpa to, uint64_t size, enum rights rights);
