import CAllocationCounter

/// False under a sanitizer, which owns malloc: allocation tests are switched off there.
public let canCountAllocations = alc_is_available() != 0

/// How many heap allocations the calling thread makes during `body`.
public func countAllocations(during body: () throws -> Void) rethrows -> Int {
  alc_start()
  do { try body() } catch {
    _ = alc_stop()
    throw error
  }
  return Int(alc_stop())
}
