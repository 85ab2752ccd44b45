// expect: conversion
/* A value that does not fit the element loses bits in silence nowhere. */
#include <collections/vec.h>

typedef VEC(char) wanted_vec;

enum error f(wanted_vec *v, long value);
enum error f(wanted_vec *v, long value)
{
#ifndef WRONG
    return vec_push(v, (char)value);
#else
    return vec_push(v, value);
#endif
}
