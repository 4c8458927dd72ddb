import CKernels
import COpenBLAS

/// Weights times activations, by what is faster for their number: the kernels for few tokens, OpenBLAS over a panel of
/// floats for many.
public enum MatrixProduct {
  /// From this many tokens on, OpenBLAS. A panel's conversion and packing then cost less than they save.
  static let blasTokens = 32
  /// Rows and columns of the panel, 512 KiB: rows enough to pay for packing the activations once per panel.
  private static let panelRows = 256
  private static let panelColumns = 512

  /// y[t · yStride + r] = Σ W[r][k] · x[t · xStride + k] for the given rows and all tokens.
  ///
  /// W is `[rows × columns]`, its rows `rowBytes` apart and `columns` a multiple of the type's block; x is
  /// `[tokens × columns]`, y `[tokens × rows]`; strides count floats and are at least as long as what they step over.
  /// Weights become floats exactly and sums are kept in float. Runs on the calling thread alone, so that callers split
  /// the rows; with OpenBLAS a number may differ in its last bits with the split.
  public static func multiply(
    _ type: TensorType, weights: UnsafeRawPointer, rowBytes: Int, columns: Int, rows: Range<Int>,
    x: UnsafePointer<Float>, xStride: Int, tokens: Int, y: UnsafeMutablePointer<Float>, yStride: Int
  ) {
    precondition(
      columns % type.blockElements == 0 && rowBytes >= columns / type.blockElements * type.blockBytes && tokens >= 0,
      "\(columns) columns of \(type.name) in \(rowBytes) bytes")
    if tokens >= blasTokens, columns > 0, !rows.isEmpty {
      if type == .f32, rowBytes % 4 == 0, Int(bitPattern: weights) % 4 == 0 {
        let w = unsafe (weights + rows.lowerBound * rowBytes).assumingMemoryBound(to: Float.self)
        unsafe gemm(
          x, xStride, w, rowBytes / 4, columns, y + rows.lowerBound, yStride, tokens: tokens, rows: rows.count,
          adds: false)
      } else {
        unsafe throughPanel(type, weights, rowBytes, columns, rows, x, xStride, tokens, y, yStride)
      }
    } else {
      let status = unsafe ckernels_matmul(
        Int32(type.rawValue), weights, rowBytes, columns, rows.lowerBound, rows.upperBound, x, xStride, tokens, y,
        yStride)
      precondition(status == 0, "the kernels have no \(type.name)")
    }
  }

  private static func throughPanel(
    _ type: TensorType, _ weights: UnsafeRawPointer, _ rowBytes: Int, _ columns: Int, _ rows: Range<Int>,
    _ x: UnsafePointer<Float>, _ xStride: Int, _ tokens: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int
  ) {
    let size = min(panelRows, rows.count) * min(panelColumns, columns)
    unsafe withUnsafeTemporaryAllocation(of: Float.self, capacity: size) { panel in
      let floats = panel.baseAddress!
      for row in stride(from: rows.lowerBound, to: rows.upperBound, by: panelRows) {
        let height = min(panelRows, rows.upperBound - row)
        for column in stride(from: 0, to: columns, by: panelColumns) {
          let width = min(panelColumns, columns - column)
          for index in 0..<height {
            let block = unsafe weights + (row + index) * rowBytes + column / type.blockElements * type.blockBytes
            let status = unsafe ckernels_dequantise(Int32(type.rawValue), block, floats + index * width, width)
            precondition(status == 0, "the kernels have no \(type.name)")
          }
          unsafe gemm(
            x + column, xStride, floats, width, width, y + row, yStride, tokens: tokens, rows: height, adds: column > 0)
        }
      }
    }
  }

  /// y `[tokens × rows]` = or += x `[tokens × columns]` · w `[rows × columns]` transposed.
  private static func gemm(
    _ x: UnsafePointer<Float>, _ xStride: Int, _ w: UnsafePointer<Float>, _ wStride: Int, _ columns: Int,
    _ y: UnsafeMutablePointer<Float>, _ yStride: Int, tokens: Int, rows: Int, adds: Bool
  ) {
    _ = singleThreaded
    unsafe cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, blasint(tokens), blasint(rows), blasint(columns), 1, x,
      blasint(xStride), w, blasint(wStride), adds ? 1 : 0, y, blasint(yStride))
  }

  /// The library's own threads would wait actively beside ours.
  private static let singleThreaded: Void = openblas_set_num_threads(1)
}
