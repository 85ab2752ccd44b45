/* tree: device trees for the host tests, compiled by dtc from tests/host/data/. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A malloc'd blob of exactly *size bytes, so that the sanitizer sees a byte too far. */
static inline void *tree_compile(const char *dts, size_t *size)
{
    static uint8_t buffer[1 << 16];
    char command[256];
    snprintf(command, sizeof command, "dtc -q -I dts -O dtb tests/host/data/%s", dts);
    FILE *pipe = popen(command, "r");
    *size = pipe == NULL ? 0 : fread(buffer, 1, sizeof buffer, pipe);
    if (pipe == NULL || pclose(pipe) != 0 || *size == 0) {
        fprintf(stderr, "failed: %s (run the tests from the project's folder)\n", command);
        abort();
    }
    void *blob = malloc(*size);
    memcpy(blob, buffer, *size);
    return blob;
}
