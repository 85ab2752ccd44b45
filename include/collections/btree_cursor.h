/*
 * btree_cursor: walking through a collections/btree.h, and ranges of it. Part of a template:
 * include collections/btree.h, which has the contract.
 *
 * A cursor is at an entry or at the end, which is one place, behind the last entry and in front of
 * the first: so stepping is the same both ways.
 */

BTREE_CURSOR
{
    const BTREE_K *key; /* of the entry where it is; NULL at the end. Read only */
#ifdef BTREE_VALUE
    BTREE_V *value; /* the same; it may be changed through it */
#endif
    BTREE_PLACE place; /* the rest is the tree's */
    const BTREE_TREE *tree;
#ifdef BUMPVISOR_CHECKED
    uint64_t generation; /* of the tree, when this was made */
#endif
};

/* Look at the entry at `place`. */
[[gnu::always_inline]] INSTANTIATED inline void BTREE(look)(BTREE_CURSOR *cursor, BTREE_PLACE place)
{
    cursor->place = place;
    bool is_end = place.node == NULL;
    cursor->key = is_end ? NULL : &place.node->keys[place.index];
#ifdef BTREE_VALUE
    cursor->value = is_end ? NULL : &place.node->values[place.index];
#endif
}

INSTANTIATED inline BTREE_CURSOR BTREE(cursor_at)(const BTREE_TREE *tree, BTREE_PLACE place)
{
    BTREE_CURSOR cursor = { .tree = tree };
#ifdef BUMPVISOR_CHECKED
    cursor.generation = tree->generation;
#endif
    BTREE(look)(&cursor, place);
    return cursor;
}

/* Checked builds panic iff the tree has other entries than when the cursor was made. */
[[gnu::always_inline]] INSTANTIATED inline void
BTREE(check_cursor)([[maybe_unused]] const BTREE_CURSOR *cursor)
{
#ifdef BUMPVISOR_CHECKED
    if (cursor->generation != cursor->tree->generation)
        btree_panic_stale(cursor->tree->len);
#endif
}

/* The first entry, the last; at the end iff there is none. O(log n). */
INSTANTIATED inline BTREE_CURSOR BTREE(first)(const BTREE_TREE *tree)
{
    return BTREE(cursor_at)(tree, BTREE(first_place)(tree));
}

INSTANTIATED inline BTREE_CURSOR BTREE(last)(const BTREE_TREE *tree)
{
    return BTREE(cursor_at)(tree, BTREE(last_place)(tree));
}

/* Step to the next entry, or from the last to the end, or from the end to the first; and the other
   way. O(1) amortised: n steps take O(n), one O(log n). */
[[gnu::always_inline]] INSTANTIATED inline void BTREE(next)(BTREE_CURSOR *cursor)
{
    BTREE(check_cursor)(cursor);
    BTREE(look)
    (cursor,
     cursor->key != NULL ? BTREE(next_place)(cursor->place) : BTREE(first_place)(cursor->tree));
}

[[gnu::always_inline]] INSTANTIATED inline void BTREE(prev)(BTREE_CURSOR *cursor)
{
    BTREE(check_cursor)(cursor);
    BTREE(look)
    (cursor,
     cursor->key != NULL ? BTREE(prev_place)(cursor->place) : BTREE(last_place)(cursor->tree));
}

/* The entry with this key; at the end iff there is none. O(log n). */
INSTANTIATED inline BTREE_CURSOR BTREE(find)(const BTREE_TREE *tree, BTREE_K key)
{
    BTREE_PLACE at = BTREE(search)(tree, &key);
    return BTREE(cursor_at)(tree, at.found ? at : (BTREE_PLACE){ 0 });
}

/* The first entry that does not come before key; at the end iff all do. O(log n). */
INSTANTIATED BTREE_CURSOR BTREE(lower_bound)(const BTREE_TREE *tree, BTREE_K key)
{
    BTREE_PLACE at = BTREE(search)(tree, &key);
    return BTREE(cursor_at)(tree, at.found ? at : BTREE(climb_right)(at));
}

/* The first entry that key comes before; at the end iff there is none. O(log n). */
INSTANTIATED BTREE_CURSOR BTREE(upper_bound)(const BTREE_TREE *tree, BTREE_K key)
{
    BTREE_CURSOR cursor = BTREE(lower_bound)(tree, key);
    if (cursor.key != NULL && !(BTREE_BEFORE((const BTREE_K *)&key, cursor.key)))
        BTREE(next)(&cursor);
    return cursor;
}

/* The entries from one place up to another, to be taken from both ends. */
BTREE_RANGE
{
    BTREE_CURSOR front; /* the next from this end */
    BTREE_CURSOR back;  /* one behind the next from that end; equal: nothing is left */
};

/* The entries that do not come before *from, but before *to; NULL: from the first, to the last. A
   range whose ends are the wrong way round is empty. O(log n). */
INSTANTIATED BTREE_RANGE BTREE(range)(const BTREE_TREE *tree, const BTREE_K *from,
                                      const BTREE_K *to)
{
    const BTREE_CURSOR end = BTREE(cursor_at)(tree, (BTREE_PLACE){ 0 });
    if (from != NULL && to != NULL && !(BTREE_BEFORE(from, to)))
        return (BTREE_RANGE){ end, end };
    return (BTREE_RANGE){ from != NULL ? BTREE(lower_bound)(tree, *from) : BTREE(first)(tree),
                          to != NULL ? BTREE(lower_bound)(tree, *to) : end };
}

/* Make *entry the next from the front, or from the back, and step over it; false, and *entry as it
   was, iff nothing is left. O(1) amortised. */
INSTANTIATED bool BTREE(range_next)(BTREE_RANGE *range, BTREE_CURSOR *entry)
{
    BTREE(check_cursor)(&range->front);
    if (range->front.key == range->back.key || range->front.key == NULL)
        return false;
    *entry = range->front;
    BTREE(next)(&range->front);
    return true;
}

INSTANTIATED bool BTREE(range_prev)(BTREE_RANGE *range, BTREE_CURSOR *entry)
{
    BTREE(check_cursor)(&range->back);
    if (range->front.key == range->back.key)
        return false;
    BTREE(prev)(&range->back);
    if (range->back.key == NULL) { /* the order lies: the front was behind the back */
        range->front = range->back;
        return false;
    }
    *entry = range->back;
    return true;
}
