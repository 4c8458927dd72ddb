/// Number of a token in its model's vocabulary.
public typealias TokenID = Int32

/// Many byte strings one behind the other: a vocabulary of 262,144 tokens is two arrays instead of 262,144.
public struct ByteStrings: Hashable, Sendable {
  /// All bytes.
  public private(set) var bytes: [UInt8] = []
  /// Where each string ends in `bytes`; the first begins at 0.
  public private(set) var ends: [Int] = []

  public init() {}

  public init(_ strings: some Sequence<String>) { for string in strings { append(string.utf8) } }

  public mutating func reserveCapacity(strings: Int, bytes: Int) {
    ends.reserveCapacity(strings)
    self.bytes.reserveCapacity(bytes)
  }

  public mutating func append(_ string: some Sequence<UInt8>) {
    bytes.append(contentsOf: string)
    ends.append(bytes.count)
  }

  public var count: Int { ends.count }
  public var indices: Range<Int> { ends.indices }

  /// Where string `index` lies in `bytes`.
  public func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  public subscript(index: Int) -> ArraySlice<UInt8> { bytes[range(index)] }
}
