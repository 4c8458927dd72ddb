/// What a snapshot file begins with, all numbers little endian:
/// ```
///  0  "EARSHKV1"
///  8  u64 model      identity of the model's file
/// 16  u64 payload    bytes of keys and values
/// 24  u32 type       of keys and values: 0 F16, 1 Q8_0, 2 F32
/// 28  u32 rope       1: frequencies for long contexts
/// 32  u32 window     rows kept by layers with a sliding window, 0: no such layer
/// 36  u32 tokens     how many
/// 40  i32 × tokens
///  …  u64            XXH64 of all before
/// ```
/// The payload follows: by layer, head, keys then values, in the order of positions; then XXH64 of it.
struct SnapshotHeader: Hashable {
  var model: UInt64
  var payloadBytes: Int
  var keyValueType: UInt32
  var longRope: Bool
  var window: UInt32
  var tokens: [TokenID]

  /// Up to the tokens.
  static let fixedBytes = 40
  static let checksumBytes = 8
  private static let magic = Array("EARSHKV1".utf8)

  /// Of a header with `tokens` tokens.
  static func byteCount(tokens: Int) -> Int { fixedBytes + 4 * tokens + checksumBytes }

  var bytes: [UInt8] {
    var bytes = Self.magic
    func append(_ value: some FixedWidthInteger) {
      unsafe withUnsafeBytes(of: value.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }
    append(model)
    append(UInt64(payloadBytes))
    append(keyValueType)
    append(UInt32(longRope ? 1 : 0))
    append(window)
    append(UInt32(tokens.count))
    tokens.forEach { append($0) }
    var hash = XXHash64()
    hash.update(bytes)
    append(hash.value)
    return bytes
  }

  /// How many tokens a header says it has, from its first ``fixedBytes``; the rest of it is read after this.
  /// - Throws: a reason, as the end of a sentence.
  static func tokenCount(_ bytes: [UInt8], atMost limit: Int) throws(SnapshotFlaw) -> Int {
    guard bytes.count >= fixedBytes else {
      throw SnapshotFlaw("it is \(bytes.count) bytes long, a header is at least \(fixedBytes)")
    }
    guard bytes[..<8].elementsEqual(magic) else { throw SnapshotFlaw("it does not begin with EARSHKV1") }
    let count = Int(number(bytes, 36, as: UInt32.self))
    guard count >= 1, count <= limit else {
      throw SnapshotFlaw("it has \(count) tokens, allowed are 1 to \(limit)")
    }
    return count
  }

  /// Parses all of a header.
  init(_ bytes: [UInt8], atMost limit: Int) throws(SnapshotFlaw) {
    let count = try Self.tokenCount(bytes, atMost: limit)
    let end = Self.byteCount(tokens: count)
    guard bytes.count >= end else {
      throw SnapshotFlaw("it is \(bytes.count) bytes long, its header is \(end)")
    }
    var hash = XXHash64()
    hash.update(bytes[..<(end - Self.checksumBytes)])
    guard hash.value == Self.number(bytes, end - Self.checksumBytes, as: UInt64.self) else {
      throw SnapshotFlaw("its header's checksum does not fit")
    }
    model = Self.number(bytes, 8, as: UInt64.self)
    guard let payload = Int(exactly: Self.number(bytes, 16, as: UInt64.self)) else {
      throw SnapshotFlaw("its payload is longer than a file can be")
    }
    payloadBytes = payload
    keyValueType = Self.number(bytes, 24, as: UInt32.self)
    let rope = Self.number(bytes, 28, as: UInt32.self)
    guard rope <= 1 else { throw SnapshotFlaw("its choice of rope is \(rope), allowed are 0 and 1") }
    longRope = rope == 1
    window = Self.number(bytes, 32, as: UInt32.self)
    tokens = (0..<count).map { Self.number(bytes, Self.fixedBytes + 4 * $0, as: TokenID.self) }
  }

  init(model: UInt64, payloadBytes: Int, keyValueType: UInt32, longRope: Bool, window: UInt32, tokens: [TokenID]) {
    self.model = model
    self.payloadBytes = payloadBytes
    self.keyValueType = keyValueType
    self.longRope = longRope
    self.window = window
    self.tokens = tokens
  }

  /// What keeps a snapshot from being used in the place of this one, as the end of a sentence; nil: nothing.
  func difference(to wanted: SnapshotHeader) -> String? {
    if model != wanted.model { return "it was made with another model" }
    if keyValueType != wanted.keyValueType { return "it keeps keys and values as another type" }
    if longRope != wanted.longRope { return "it was made for a context on the other side of the model's original one" }
    if window != wanted.window { return "it keeps \(window) rows of windows instead of \(wanted.window)" }
    if tokens != wanted.tokens { return "it is of other tokens" }
    if payloadBytes != wanted.payloadBytes {
      return "it has \(payloadBytes) bytes of keys and values instead of \(wanted.payloadBytes)"
    }
    return nil
  }

  private static func number<Value: FixedWidthInteger>(_ bytes: [UInt8], _ at: Int, as type: Value.Type) -> Value {
    unsafe bytes.withUnsafeBytes { Value(littleEndian: unsafe $0.loadUnaligned(fromByteOffset: at, as: type)) }
  }
}

/// Why a snapshot cannot be used: the end of a sentence.
struct SnapshotFlaw: Error, Hashable {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}
