import Glibc

/// CLOCK_MONOTONIC in nanoseconds. Any thread, the real-time ones too: no system call on usual kernels.
@Sendable public func monotonicNanoseconds() -> Int64 {
  var now = timespec()
  unsafe _ = clock_gettime(CLOCK_MONOTONIC, &now)
  return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec)
}
