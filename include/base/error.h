/*
 * error: what a function that can fail returns.
 *
 * The enum is [[nodiscard]]: to ignore a failure is a compile error everywhere. A function that
 * also has a value hands it out through a pointer, or in a small struct; no integer is ever both
 * an error and a value.
 */
#pragma once

enum [[nodiscard]] error{
    OK = 0,            /* zero, so that `if (error)` reads as it should */
    ERR_NO_MEMORY,     /* the allocator has no room for the request */
    ERR_OVERFLOW,      /* a size or a number does not fit its type */
    ERR_INVALID,       /* an argument or an input breaks its documented form */
    ERR_NOT_FOUND,     /* what was asked for is not there */
    ERR_NOT_SUPPORTED, /* the machine or the firmware does not offer it */
    ERR_STATE,         /* not now: not set up yet, there already, running, or stopped */
    ERR_IO,            /* a device or the firmware reported a failure */
};

/* The name of an error, for people: "out of memory". Never NULL, also for unknown numbers. */
const char *error_name(enum error error);
