/// Masks by state, the least recently used forgotten first.
struct MaskCache {
  struct Entry {
    var mask: TokenMask
    /// The largest distance to the end after any of the mask's byte tokens.
    var reach: Int
  }

  /// 16 MiB at 262,144 tokens.
  static let maximumCount = 512

  private var slots: [Int32: Int] = [:]
  private var states: [Int32] = []
  private(set) var entries: [Entry] = []
  private var lastUses: [Int] = []
  private var clock = 0

  /// The number of a state's entry, now the most recently used.
  mutating func find(_ state: Int32) -> Int? {
    guard let slot = slots[state] else { return nil }
    clock += 1
    lastUses[slot] = clock
    return slot
  }

  mutating func insert(_ mask: TokenMask, reach: Int, for state: Int32) -> Int {
    clock += 1
    let entry = Entry(mask: mask, reach: reach)
    guard entries.count >= Self.maximumCount, let oldest = lastUses.indices.min(by: { lastUses[$0] < lastUses[$1] })
    else {
      entries.append(entry)
      states.append(state)
      lastUses.append(clock)
      slots[state] = entries.count - 1
      return entries.count - 1
    }
    slots[states[oldest]] = nil
    lastUses[oldest] = clock
    entries[oldest] = entry
    states[oldest] = state
    slots[state] = oldest
    return oldest
  }
}
