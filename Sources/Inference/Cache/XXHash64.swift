/// The 64-bit hash XXH64 with seed 0, for finding damage and telling models apart; it withstands no attacker. Bytes may
/// come in any pieces. Source: https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md
struct XXHash64 {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

  private var lanes: (UInt64, UInt64, UInt64, UInt64) = (prime1 &+ prime2, prime2, 0, 0 &- prime1)
  // Bytes that do not fill a stripe of 32 yet.
  private var rest: [UInt8] = []
  private var total: UInt64 = 0

  init() { rest.reserveCapacity(32) }

  mutating func update(_ bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    unsafe bytes.withUnsafeBytes { unsafe update($0) }
  }

  mutating func update(_ value: UInt64) { unsafe withUnsafeBytes(of: value.littleEndian) { unsafe update($0) } }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    total &+= UInt64(bytes.count)
    var at = 0
    if !rest.isEmpty {
      at = min(32 - rest.count, bytes.count)
      unsafe rest.append(contentsOf: bytes[..<at])
      guard rest.count == 32 else { return }
      unsafe rest.withUnsafeBytes { unsafe consume($0, at: 0) }
      rest.removeAll(keepingCapacity: true)
    }
    while at + 32 <= bytes.count {
      unsafe consume(bytes, at: at)
      at += 32
    }
    unsafe rest.append(contentsOf: bytes[at...])
  }

  /// The hash of all bytes so far.
  var value: UInt64 {
    var hash: UInt64
    if total >= 32 {
      hash = Self.rotate(lanes.0, 1) &+ Self.rotate(lanes.1, 7) &+ Self.rotate(lanes.2, 12) &+ Self.rotate(lanes.3, 18)
      for lane in [lanes.0, lanes.1, lanes.2, lanes.3] {
        hash = (hash ^ Self.round(0, lane)) &* Self.prime1 &+ Self.prime4
      }
    } else {
      hash = Self.prime5
    }
    hash &+= total
    var at = 0
    while at + 8 <= rest.count {
      hash = Self.rotate(hash ^ Self.round(0, number(at, 8)), 27) &* Self.prime1 &+ Self.prime4
      at += 8
    }
    if at + 4 <= rest.count {
      hash = Self.rotate(hash ^ number(at, 4) &* Self.prime1, 23) &* Self.prime2 &+ Self.prime3
      at += 4
    }
    while at < rest.count {
      hash = Self.rotate(hash ^ UInt64(rest[at]) &* Self.prime5, 11) &* Self.prime1
      at += 1
    }
    hash = (hash ^ hash >> 33) &* Self.prime2
    hash = (hash ^ hash >> 29) &* Self.prime3
    return hash ^ hash >> 32
  }

  private func number(_ at: Int, _ count: Int) -> UInt64 {
    rest[at..<at + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func consume(_ bytes: UnsafeRawBufferPointer, at: Int) {
    func word(_ index: Int) -> UInt64 {
      UInt64(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: at + 8 * index, as: UInt64.self))
    }
    lanes.0 = Self.round(lanes.0, word(0))
    lanes.1 = Self.round(lanes.1, word(1))
    lanes.2 = Self.round(lanes.2, word(2))
    lanes.3 = Self.round(lanes.3, word(3))
  }

  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotate(lane &+ word &* prime2, 31) &* prime1
  }

  private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 { value << bits | value >> (64 - bits) }
}
