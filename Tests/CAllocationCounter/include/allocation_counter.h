// Counts the heap allocations of one thread, for tests that promise none. Replaces malloc in the test process; counting
// is off until a thread turns it on for itself. Not for use under a sanitizer, which owns malloc.
#pragma once
#include <stdint.h>

/// 1 where counting works in this build, 0 under AddressSanitizer or ThreadSanitizer.
int alc_is_available(void);
/// Starts counting on the calling thread, from zero.
void alc_start(void);
/// Stops counting on the calling thread and returns how many allocations (malloc, calloc, realloc, aligned) it made.
uint64_t alc_stop(void);
