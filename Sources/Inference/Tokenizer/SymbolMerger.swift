/// What two neighbouring symbols become, and how early: the lower `priority`, the earlier.
struct MergeStep {
  var priority: UInt32
  var token: TokenID
}

/// Which neighbours may merge.
protocol MergeRule {
  /// - Parameters:
  ///   - left: the left symbol's token, -1 where its bytes are no token.
  ///   - range: the bytes of both symbols in `bytes`.
  func merge(_ left: TokenID, _ right: TokenID, _ bytes: [UInt8], _ range: Range<Int>) -> MergeStep?
}

/// Merges neighbouring symbols of one text until no rule applies: always the pair of the lowest priority, of equal ones
/// the leftmost. O(n log n) for n symbols; its memory is kept for the next text.
struct SymbolMerger {
  struct Symbol {
    var start: Int
    /// End of the bytes; equal to `start` for a symbol that has been merged into the one on its left.
    var end: Int
    var token: TokenID
    /// Neighbours' indices; -1 at the ends.
    var previous: Int
    var next: Int
  }

  private(set) var symbols: [Symbol] = []
  // A binary heap of priority (24 bits) and index of the left symbol (40 bits). Entries outlive the pairs that they were
  // made for; they are checked when they come up.
  private var heap: [UInt64] = []

  mutating func begin() {
    symbols.removeAll(keepingCapacity: true)
    heap.removeAll(keepingCapacity: true)
  }

  mutating func append(_ range: Range<Int>, token: TokenID) {
    let index = symbols.count
    if index > 0 { symbols[index - 1].next = index }
    symbols.append(Symbol(start: range.lowerBound, end: range.upperBound, token: token, previous: index - 1, next: -1))
  }

  /// After it, `symbols` linked from index 0 by `next` are the result.
  /// - Parameter merged: is told each merge: the new symbol's token, its bytes, and where its left part ended.
  mutating func run(
    _ rule: borrowing some MergeRule, _ bytes: [UInt8], merged: (TokenID, Range<Int>, Int) -> Void = { _, _, _ in }
  ) {
    for index in symbols.indices.dropLast() { consider(index, rule, bytes) }
    while let entry = popLowest() {
      let index = Int(entry & 0xFF_FFFF_FFFF)
      guard let step = step(index, rule, bytes), UInt64(step.priority) == entry >> 40 else { continue }
      let right = symbols[index].next
      let boundary = symbols[index].end
      symbols[index].end = symbols[right].end
      symbols[index].token = step.token
      symbols[index].next = symbols[right].next
      symbols[right].end = symbols[right].start
      symbols[right].next = -1
      if symbols[index].next >= 0 { symbols[symbols[index].next].previous = index }
      merged(step.token, symbols[index].start..<symbols[index].end, boundary)
      consider(index, rule, bytes)
      if symbols[index].previous >= 0 { consider(symbols[index].previous, rule, bytes) }
    }
  }

  /// The merge of symbol `index` with the one on its right, if both still stand.
  private func step(_ index: Int, _ rule: borrowing some MergeRule, _ bytes: [UInt8]) -> MergeStep? {
    let left = symbols[index]
    guard left.next >= 0 else { return nil }
    let right = symbols[left.next]
    return rule.merge(left.token, right.token, bytes, left.start..<right.end)
  }

  private mutating func consider(_ index: Int, _ rule: borrowing some MergeRule, _ bytes: [UInt8]) {
    guard let step = step(index, rule, bytes) else { return }
    push(UInt64(step.priority) << 40 | UInt64(index))
  }

  private mutating func push(_ entry: UInt64) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child] < heap[parent] else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func popLowest() -> UInt64? {
    guard let lowest = heap.first else { return nil }
    let last = heap.removeLast()
    if heap.isEmpty { return lowest }
    heap[0] = last
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { return lowest }
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      guard heap[child] < heap[parent] else { return lowest }
      heap.swapAt(child, parent)
      parent = child
    }
  }
}
