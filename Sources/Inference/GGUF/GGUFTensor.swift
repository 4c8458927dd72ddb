/// Where one tensor lies in its file, checked against the file's length.
public struct GGUFTensor: Hashable, Sendable {
  public let name: String
  /// One to four, each 1 or more. The first is contiguous: for a matrix `[input features, output features]`, one row of
  /// `dimensions[0]` weights per output.
  public let dimensions: [Int]
  public let type: TensorType
  /// Where it begins, in bytes from the start of the file; a multiple of the file's alignment.
  public let offset: Int
  public let byteCount: Int

  init(name: String, dimensions: [Int], type: TensorType, offset: Int, byteCount: Int) {
    self.name = name
    self.dimensions = dimensions
    self.type = type
    self.offset = offset
    self.byteCount = byteCount
  }

  /// Number of values: the product of the dimensions.
  public var elementCount: Int { dimensions.reduce(1, *) }

  /// Rows of `dimensions[0]` values: the product of the other dimensions.
  public var rowCount: Int { dimensions.dropFirst().reduce(1, *) }

  /// Bytes of one row.
  public var rowBytes: Int { dimensions[0] / type.blockElements * type.blockBytes }
}
