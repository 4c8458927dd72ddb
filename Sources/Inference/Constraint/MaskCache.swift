/// Masks by state, the least recently used forgotten first.
struct MaskCache {
  struct Entry {
    var mask: TokenMask
    /// The largest distance to the end after any of the mask's byte tokens.
    var reach: Int
    var lastUse: Int
  }

  /// 16 MiB at 262,144 tokens.
  static let maximumCount = 512

  private var slots: [Int32: Int] = [:]
  private var states: [Int32] = []
  private(set) var entries: [Entry] = []
  private var clock = 0

  /// The number of a state's entry, now the most recently used.
  mutating func find(_ state: Int32) -> Int? {
    guard let slot = slots[state] else { return nil }
    clock += 1
    entries[slot].lastUse = clock
    return slot
  }

  mutating func insert(_ mask: TokenMask, reach: Int, for state: Int32) -> Int {
    clock += 1
    let entry = Entry(mask: mask, reach: reach, lastUse: clock)
    guard entries.count >= Self.maximumCount,
      let oldest = entries.indices.min(by: {
        entries[$0].lastUse < entries[$1].lastUse
      })
    else {
      entries.append(entry)
      states.append(state)
      slots[state] = entries.count - 1
      return entries.count - 1
    }
    slots[states[oldest]] = nil
    entries[oldest] = entry
    states[oldest] = state
    slots[state] = oldest
    return oldest
  }
}
