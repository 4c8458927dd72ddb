internal import CKernels

/// A matrix whose rows lie beside each other in groups, as the fast kernels read them; see `ckernels_packed.h`. Valid as long
/// as what it lies in.
@safe struct PackedMatrix {
  let type: TensorType
  let rows: Int
  let columns: Int
  private let base: UnsafeRawPointer

  init(type: TensorType, rows: Int, columns: Int, base: UnsafeRawPointer) {
    self.type = type
    self.rows = rows
    self.columns = columns
    unsafe self.base = base
  }

  var byteCount: Int { (rows + Self.groupRows - 1) / Self.groupRows * Self.groupBytes(type, columns: columns) }

  /// Rows of a group.
  static var groupRows: Int { ckernels_packed_rows() }

  /// Bytes of one group; 0 where the type has no packed form.
  static func groupBytes(_ type: TensorType, columns: Int) -> Int {
    ckernels_packed_group_bytes(Int32(type.rawValue), columns)
  }

  /// Bytes of the quantised activations of so many tokens.
  static func activationBytes(columns: Int, tokens: Int) -> Int { ckernels_activation_bytes(columns, tokens) }

  /// Quantises token `t` of the `tokens` at `activations`.
  static func quantise(
    _ x: UnsafePointer<Float>, columns: Int, token t: Int, of tokens: Int, into activations: UnsafeMutableRawPointer
  ) {
    unsafe ckernels_quantise(x, columns, t, tokens, activations)
  }

  /// Some of the rows; nil where they do not begin with a group.
  func slice(_ range: Range<Int>) -> PackedMatrix? {
    guard range.lowerBound % Self.groupRows == 0 else { return nil }
    return unsafe PackedMatrix(
      type: type, rows: range.count, columns: columns,
      base: base + range.lowerBound / Self.groupRows * Self.groupBytes(type, columns: columns))
  }

  /// The rows of the groups whose first row is in `range`.
  func groupRange(_ range: Range<Int>) -> Range<Int> {
    let height = Self.groupRows
    let begin = min(rows, (range.lowerBound + height - 1) / height * height)
    return begin..<max(begin, min(rows, (range.upperBound + height - 1) / height * height))
  }

  /// y[t × stride + r] = row r · token t, for the groups whose first row is in `range`.
  func multiply(
    _ activations: UnsafeRawPointer, tokens: Int, rows range: Range<Int>, into y: UnsafeMutablePointer<Float>,
    stride: Int
  ) {
    let height = Self.groupRows
    let begin = (range.lowerBound + height - 1) / height
    let end = (range.upperBound + height - 1) / height
    guard begin < end else { return }
    unsafe ckernels_packed_matmul(
      Int32(type.rawValue), base, columns, rows, begin, end, activations, tokens, y, stride)
  }
}
