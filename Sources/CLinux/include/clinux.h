// What Swift cannot reach by itself: thread priority and name, eventfd, GPIO line requests. Nothing else.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include "clinux_gpio.h"
#include "clinux_process.h"

#ifdef __clang__
#pragma clang assume_nonnull begin
#endif

/// Names the calling thread (15 bytes at most are kept) as `top -H` shows it. Returns 0 or an errno.
int clx_thread_set_name(const char *name);

/// Puts the calling thread under SCHED_FIFO at `priority` (1...99). Returns 0 or an errno (EPERM: no RLIMIT_RTPRIO).
int clx_thread_set_fifo(int priority);

/// CPUs that the calling thread may run on and that are fast: at least 6/10 of the fastest one's capacity, as the kernel tells
/// it of chips with cores of several kinds. At least 1.
int clx_fast_cpu_count(void);

/// Keeps the calling thread to the fast CPUs; where there are exactly `count` of them, to the one with the number `index`
/// among them, the fastest first. Returns 0 or an errno.
int clx_thread_keep_to_cpu(int index, int count);

/// Lets all threads of the process share at most `count` heaps of malloc's.
void clx_limit_heaps(int count);

/// Gives pages that malloc holds and nobody uses back to the system. Takes each heap's lock for some milliseconds.
void clx_trim_heaps(void);

#ifdef __clang__
#pragma clang assume_nonnull end
#endif
