#define _GNU_SOURCE
#include "clinux_process.h"
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

int clx_memory_file(const void *bytes, size_t count) {
  int descriptor = memfd_create("earshot-stdin", MFD_CLOEXEC);
  if (descriptor < 0) return -errno;
  const char *rest = bytes;
  while (count > 0) {
    ssize_t written = write(descriptor, rest, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      int error = written < 0 ? errno : EIO;
      close(descriptor);
      return -error;
    }
    rest += written;
    count -= (size_t)written;
  }
  if (lseek(descriptor, 0, SEEK_SET) < 0) {
    int error = errno;
    close(descriptor);
    return -error;
  }
  return descriptor;
}
