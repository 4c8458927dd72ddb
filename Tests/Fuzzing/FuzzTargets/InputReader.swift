/// Takes choices off the front of a fuzzer's input; what is left is the data.
struct InputReader {
  private(set) var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// The next byte, 0 after the end.
  mutating func byte() -> Int { Int(rest.popFirst() ?? 0) }

  /// One of `values`.
  mutating func choice<Value>(_ values: [Value]) -> Value { values[byte() % values.count] }

  /// The parts between zero bytes as text, the first `count - 1` of them; the last part takes the rest.
  func texts(_ count: Int) -> [String] {
    rest.split(separator: 0, maxSplits: count - 1, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
  }
}
