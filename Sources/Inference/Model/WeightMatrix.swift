internal import CKernels

/// A matrix in the mapped file, or some of its rows: [rows × columns], each row quantised by itself. Valid as long as
/// its file.
@safe struct WeightMatrix {
  let type: TensorType
  let rows: Int
  let columns: Int
  let rowBytes: Int
  private let base: UnsafeRawPointer
  /// The same rows in groups, where there is a pack.
  private(set) var packed: PackedMatrix?

  /// `bytes` holds `rows` rows.
  init(type: TensorType, rows: Int, columns: Int, bytes: UnsafeRawBufferPointer, packed: PackedMatrix? = nil) {
    self.type = type
    self.rows = rows
    self.columns = columns
    rowBytes = columns / type.blockElements * type.blockBytes
    precondition(bytes.count >= rows * rowBytes, "\(bytes.count) bytes for \(rows) rows of \(rowBytes)")
    unsafe base = bytes.baseAddress!
    self.packed = packed
  }

  private init(_ matrix: WeightMatrix, rows range: Range<Int>) {
    type = matrix.type
    columns = matrix.columns
    rowBytes = matrix.rowBytes
    rows = range.count
    unsafe base = matrix.base + range.lowerBound * matrix.rowBytes
    packed = matrix.packed?.slice(range)
  }

  /// What a product reads.
  var byteCount: Int { packed?.byteCount ?? rows * rowBytes }

  /// Some of the rows.
  func slice(_ range: Range<Int>) -> WeightMatrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows \(range) of \(rows)")
    return WeightMatrix(self, rows: range)
  }

  /// Writes one row as floats [columns].
  func row(_ index: Int, into out: UnsafeMutablePointer<Float>) {
    precondition(index >= 0 && index < rows, "row \(index) of \(rows)")
    let status = unsafe ckernels_dequantise(Int32(type.rawValue), base + index * rowBytes, out, columns)
    precondition(status == 0, "no kernel for \(type.name)")
  }

  /// y[t × stride + r] = row r · x[t] for the rows in `range`; x is [tokens × columns].
  func multiply(
    _ x: UnsafePointer<Float>, tokens: Int, rows range: Range<Int>, into y: UnsafeMutablePointer<Float>, stride: Int
  ) {
    unsafe MatrixProduct.multiply(
      type, weights: base, rowBytes: rowBytes, columns: columns, rows: range, x: x, xStride: columns, tokens: tokens,
      y: y, yStride: stride)
  }
}

/// A matrix and what is added to each of its products.
@safe struct Projection {
  var matrix: WeightMatrix
  /// [rows], or none.
  var bias: UnsafePointer<Float>?

  var rows: Int { matrix.rows }
  var isPacked: Bool { matrix.packed != nil }
}
