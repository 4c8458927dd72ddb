/// Text that is not empty, well-formed UTF-8 without U+0000, that begins with none of some strings and holds none of
/// others, at which what follows the text begins.
struct TextLeaf: Sendable {
  /// Goto function of all stop strings (Aho, Corasick 1975): `[node × 256]`, -1 where a stop string is complete.
  private let stops: [Int32]
  /// Tree of the strings at whose beginning the text may not stand: the next node by byte, -1 where one is complete.
  private let beginnings: [[UInt8: Int]]

  init(notBeginningWith forbidden: [[UInt8]], stops: [[UInt8]]) {
    var tree: [[UInt8: Int]] = [[:]]
    for string in forbidden where !string.isEmpty {
      var node = 0
      for (index, byte) in string.enumerated() {
        if index == string.count - 1 {
          tree[node][byte] = -1
        } else if let next = tree[node][byte] {
          guard next >= 0 else { break }
          node = next
        } else {
          tree.append([:])
          tree[node][byte] = tree.count - 1
          node = tree.count - 1
        }
      }
    }
    beginnings = tree
    self.stops = Self.automaton(stops.filter { !$0.isEmpty })
  }

  private static func automaton(_ strings: [[UInt8]]) -> [Int32] {
    var children: [[UInt8: Int]] = [[:]]
    var isComplete = [false]
    for string in strings {
      var node = 0
      for byte in string {
        if let next = children[node][byte] {
          node = next
        } else {
          children.append([:])
          isComplete.append(false)
          children[node][byte] = children.count - 1
          node = children.count - 1
        }
      }
      isComplete[node] = true
    }
    var table = [Int32](repeating: 0, count: children.count * 256)
    var failures = [Int](repeating: 0, count: children.count)
    var queue = [0]
    var index = 0
    while index < queue.count {
      let node = queue[index]
      index += 1
      for byte in 0..<256 {
        let inherited = node == 0 ? 0 : table[failures[node] * 256 + byte]
        guard let child = children[node][UInt8(byte)] else {
          table[node * 256 + byte] = inherited
          continue
        }
        // Where the suffix is complete, so is the whole.
        table[node * 256 + byte] = isComplete[child] || inherited < 0 ? -1 : Int32(child)
        failures[child] = Int(max(0, inherited))
        queue.append(child)
      }
    }
    return table
  }

  // Packed: bits 0-25 UTF-8 value, 26-27 remaining, 28-43 node of the stops, 44-59 node of the beginnings + 1 or 0 where
  // the text has left them, 60 whether it has a character.
  var start: LeafState { 1 << 44 }

  func next(_ state: LeafState, _ byte: UInt8) -> LeafState {
    guard byte != 0 else { return .dead }
    let utf8 = Self.utf8(state)
    guard let following = utf8.next(byte) else { return .dead }
    let stop = stops[Int(state >> 28 & 0xFFFF) * 256 + Int(byte)]
    guard stop >= 0 else { return .dead }
    var beginning = Int(state >> 44 & 0xFFFF)
    if beginning > 0 {
      let next = beginnings[beginning - 1][byte]
      if next == -1 { return .dead }
      beginning = (next ?? -1) + 1
    }
    let isBegun: LeafState = following == .boundary || state >> 60 & 1 == 1 ? 1 : 0
    return LeafState(following.value) | LeafState(following.remaining) << 26 | LeafState(stop) << 28
      | LeafState(beginning) << 44 | isBegun << 60
  }

  private static func utf8(_ state: LeafState) -> UTF8State {
    let value = UInt32(state & 0x3FF_FFFF)
    let remaining = UInt8(state >> 26 & 3)
    let (low, high): (UInt8, UInt8) =
      switch (remaining, value) {
      case (2, 0): (0xA0, 0xBF)
      case (2, 0x0D): (0x80, 0x9F)
      case (3, 0): (0x90, 0xBF)
      case (3, 4): (0x80, 0x8F)
      default: (0x80, 0xBF)
      }
    return remaining == 0 ? .boundary : UTF8State(remaining: remaining, value: value, low: low, high: high)
  }

  func isComplete(_ state: LeafState) -> Bool { state >> 26 & 3 == 0 && state >> 60 & 1 == 1 }

  func distance(_ state: LeafState) -> Int {
    let remaining = Int(state >> 26 & 3)
    return remaining > 0 ? remaining : isComplete(state) ? 0 : 1
  }
}
