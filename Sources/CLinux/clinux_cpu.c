#define _GNU_SOURCE
#include "clinux.h"
#include <errno.h>
#include <sched.h>
#include <stdio.h>

// A number in a file of a CPU's folder in sysfs; 0 where there is none.
static long cpu_number(int cpu, const char *file) {
  char path[96];
  snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/%s", cpu, file);
  FILE *stream = fopen(path, "re");
  if (!stream) return 0;
  long number = 0;
  if (fscanf(stream, "%ld", &number) != 1) number = 0;
  fclose(stream);
  return number;
}

// The allowed CPUs that are fast, the fastest first. Returns how many, at most CPU_SETSIZE.
static int fast_cpus(int cpus[CPU_SETSIZE]) {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return 0;
  long capacities[CPU_SETSIZE];
  int count = 0;
  for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
    if (!CPU_ISSET(cpu, &allowed)) continue;
    // What the scheduler goes by, on ARM; elsewhere the highest frequency, which differs by little but between kinds of cores.
    long capacity = cpu_number(cpu, "cpu_capacity");
    if (capacity <= 0) capacity = cpu_number(cpu, "cpufreq/cpuinfo_max_freq");
    int place = count++;
    for (; place > 0 && capacities[place - 1] < capacity; place--) {
      capacities[place] = capacities[place - 1];
      cpus[place] = cpus[place - 1];
    }
    capacities[place] = capacity;
    cpus[place] = cpu;
  }
  int fast = 0;
  while (fast < count && capacities[fast] * 10 >= capacities[0] * 6) fast++;
  return fast;
}

int clx_fast_cpu_count(void) {
  int cpus[CPU_SETSIZE];
  const int count = fast_cpus(cpus);
  return count > 0 ? count : 1;
}

int clx_thread_keep_to_cpu(int index, int count) {
  int cpus[CPU_SETSIZE];
  const int fast = fast_cpus(cpus);
  if (fast == 0 || index < 0 || count > fast) return EINVAL;
  cpu_set_t set;
  CPU_ZERO(&set);
  for (int i = 0; i < fast; i++) {
    if (count < fast || i == index) CPU_SET(cpus[i], &set);
  }
  return sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : errno;
}
