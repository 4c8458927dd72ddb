/// Keys of objects whose keys are free, as a tree of prefixes, and the sets of keys that an object has already.
///
/// Free keys are 1 to 32 printable ASCII characters without quote and backslash, so that no reader sees two keys as one.
struct KeyTable {
  static let maximumLength = 32

  private struct Edge: Hashable {
    var parent: Int32
    var byte: UInt8
  }

  private var children: [Edge: Int32] = [:]
  private var parents: [(parent: Int32, byte: UInt8, length: Int)] = [(-1, 0, 0)]
  private var sets: [[Int32]] = [[]]
  private var numbers: [[Int32]: Int32] = [[]: 0]

  /// Key `prefix` one byte longer, or nil where it may not be.
  mutating func child(_ prefix: Int32, _ byte: UInt8, used: Int32) -> Int32? {
    guard (0x20...0x7E).contains(byte), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { return nil }
    let length = parents[Int(prefix)].length + 1
    guard length <= Self.maximumLength else { return nil }
    let edge = Edge(parent: prefix, byte: byte)
    let key: Int32
    if let known = children[edge] {
      key = known
    } else {
      key = Int32(parents.count)
      parents.append((prefix, byte, length))
      children[edge] = key
    }
    // A used key of full length could not become another one.
    return length == Self.maximumLength && sets[Int(used)].contains(key) ? nil : key
  }

  /// Whether an object that has the keys `used` may have this one as well.
  func isComplete(_ key: Int32, used: Int32) -> Bool { key != 0 && !sets[Int(used)].contains(key) }

  /// Fewest bytes to the key's end, closing quote included.
  func distance(_ key: Int32, used: Int32) -> Int {
    if isComplete(key, used: used) { return 1 }
    // At most eight keys are used, so that one of the 93 next characters makes a key that is not.
    return 2
  }

  /// The set with one key more.
  mutating func adding(_ key: Int32, to used: Int32) -> Int32 {
    var set = sets[Int(used)]
    set.append(key)
    set.sort()
    if let number = numbers[set] { return number }
    numbers[set] = Int32(sets.count)
    sets.append(set)
    return Int32(sets.count - 1)
  }

  /// A key's bytes.
  func bytes(_ key: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var key = key
    while key > 0 {
      bytes.append(parents[Int(key)].byte)
      key = parents[Int(key)].parent
    }
    return bytes.reversed()
  }

  func set(_ number: Int32) -> [Int32] { sets[Int(number)] }
}
