#define _GNU_SOURCE
#include "clinux.h"
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

int clx_thread_set_name(const char *name) {
  char kept[16];
  strncpy(kept, name, sizeof kept - 1);
  kept[sizeof kept - 1] = 0;
  return pthread_setname_np(pthread_self(), kept);
}

int clx_thread_set_fifo(int priority) {
  struct sched_param param = {.sched_priority = priority};
  return pthread_setschedparam(pthread_self(), SCHED_FIFO | SCHED_RESET_ON_FORK, &param);
}

void clx_limit_heaps(int count) { mallopt(M_ARENA_MAX, count); }

void clx_trim_heaps(void) { malloc_trim(0); }
