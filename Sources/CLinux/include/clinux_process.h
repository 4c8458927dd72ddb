// What starting a program needs beside the Subprocess library.
#pragma once
#include <stddef.h>

#ifdef __clang__
#pragma clang assume_nonnull begin
#endif

/// A descriptor (close-on-exec, at position 0) that reads back `count` bytes and then ends: standard input without a
/// pipe, so that a program that does not read it costs no SIGPIPE and no stall. Returns it, or -errno.
int clx_memory_file(const void *_Nullable bytes, size_t count);

#ifdef __clang__
#pragma clang assume_nonnull end
#endif
