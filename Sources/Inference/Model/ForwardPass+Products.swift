extension ForwardPass {
  /// One matrix and where its products go, [count × rows].
  @safe struct Product {
    let matrix: WeightMatrix
    let out: UnsafeMutablePointer<Float>
  }

  /// Up to three products of the same x, divided as if their rows were one matrix's.
  struct Products {
    let first: Product
    var second: Product?
    var third: Product?

    var rows: Int { first.matrix.rows + (second?.matrix.rows ?? 0) + (third?.matrix.rows ?? 0) }
    var columns: Int { first.matrix.columns }
    var havePacked: Bool { isPacked(first) || isPacked(second) || isPacked(third) }
    var arePacked: Bool { isPacked(first) && isPacked(second ?? first) && isPacked(third ?? first) }

    /// Calls `body` with the rows of each matrix that lie in `part` of all rows.
    func forEach(_ part: Range<Int>, _ body: (Product, Range<Int>) -> Void) {
      let two = first.matrix.rows + (second?.matrix.rows ?? 0)
      visit(first, part, from: 0, body)
      if let second { visit(second, part, from: first.matrix.rows, body) }
      if let third { visit(third, part, from: two, body) }
    }

    private func visit(_ product: Product, _ part: Range<Int>, from begin: Int, _ body: (Product, Range<Int>) -> Void) {
      let rows = part.clamped(to: begin..<begin + product.matrix.rows)
      if !rows.isEmpty { body(product, rows.lowerBound - begin..<rows.upperBound - begin) }
    }

    private func isPacked(_ product: Product?) -> Bool { product?.matrix.packed != nil }
  }

  /// Products of x [count × columns].
  /// - Parameter isQuantised: whether the activations are x already, as the packed kernels take it.
  func multiply(
    _ x: UnsafePointer<Float>, count: Int, isQuantised: Bool = false, _ products: Products, _ lane: ComputeLane
  ) {
    if products.havePacked, !isQuantised { unsafe quantise(x, columns: products.columns, count: count, lane) }
    if products.arePacked {
      multiplyPacked(products, count: count, lane)
    } else {
      lane.share(products.rows, grain: Self.plainGrain(products, count: count, lanes: lane.laneCount)) { part in
        products.forEach(part) { product, rows in
          if let packed = product.matrix.packed {
            unsafe packed.multiply(
              scratch.activations, tokens: count, rows: rows, into: product.out, stride: packed.rows)
          } else {
            unsafe product.matrix.multiply(
              x, tokens: count, rows: rows, into: product.out, stride: product.matrix.rows)
          }
        }
      }
    }
  }

  /// Each thread computes into its own piece of memory, so that another may do the same where it is stopped.
  private func multiplyPacked(_ products: Products, count: Int, _ lane: ComputeLane) {
    let own = unsafe scratch.pieces + lane.index * scratch.pieceStride
    // Few activations stay in the first cache whatever the rows; many want all rows of the piece at once.
    let step = PackedMatrix.activationBytes(columns: products.columns, tokens: count) <= 64 << 10 ? 64 : Int.max
    lane.share(
      products.rows,
      grain: PieceSize.rows(of: products.rows, columns: products.columns, tokens: count, lanes: lane.laneCount),
      compute: { part, isWanted in
        var place = unsafe own
        products.forEach(part) { product, rows in
          guard let packed = product.matrix.packed, let matrix = packed.slice(packed.groupRange(rows)) else { return }
          var row = 0
          while row < matrix.rows, isWanted() {
            let end = row + min(step, matrix.rows - row)
            unsafe matrix.multiply(
              scratch.activations, tokens: count, rows: row..<end, into: place, stride: matrix.rows)
            row = end
          }
          unsafe place += matrix.rows * count
        }
      },
      write: { part in
        var place = unsafe UnsafePointer(own)
        products.forEach(part) { product, rows in
          guard let packed = product.matrix.packed else { return }
          let range = packed.groupRange(rows)
          for t in 0..<count {
            unsafe (product.out + t * packed.rows + range.lowerBound).update(from: place, count: range.count)
            unsafe place += range.count
          }
        }
      })
  }

  /// x [count × columns] as the packed kernels take it, into `activations`.
  private func quantise(_ x: UnsafePointer<Float>, columns: Int, count: Int, _ lane: ComputeLane) {
    lane.share(count, grain: max(1, count / (4 * lane.laneCount))) { range in
      for t in range { unsafe quantise(x + t * columns, columns: columns, token: t, of: count) }
    }
  }

  /// x [columns], which is token `t` of `count`, into `activations`.
  func quantise(_ x: UnsafePointer<Float>, columns: Int, token t: Int, of count: Int) {
    unsafe PackedMatrix.quantise(x, columns: columns, token: t, of: count, into: scratch.activations)
  }

  /// Rows of plain matrices that are one piece: for many tokens a panel of them, for which OpenBLAS packs the activations.
  private static func plainGrain(_ products: Products, count: Int, lanes: Int) -> Int {
    count < MatrixProduct.blasTokens ? max(16, (products.rows / (32 * lanes) + 15) / 16 * 16) : 256
  }
}

/// Rows of packed matrices that are one piece of work: enough pieces that a slow thread holds the others up little, enough
/// work that taking one costs nothing beside it.
enum PieceSize {
  /// Multiplications of a piece, at least: about a microsecond.
  private static let leastWork = 32 << 10
  /// Products of a piece where it has many tokens, at most: they stay in the second-level cache.
  private static let mostProducts = 64 << 10

  static func rows(of rows: Int, columns: Int, tokens: Int, lanes: Int) -> Int {
    let least = max(
      leastWork / (columns * tokens), (rows + ComputeTeam.repeatablePieces - 1) / ComputeTeam.repeatablePieces)
    let most = max(least, mostProducts / tokens)
    let even = min(most, max(least, rows / (32 * lanes)))
    return (even + 15) / 16 * 16
  }

  /// Floats that the products of a piece take, at most: each of three matrices may add a part of a group at either end.
  static func products(of rows: Int, tokens: Int) -> Int {
    let ofMany = (rows + ComputeTeam.repeatablePieces - 1) / ComputeTeam.repeatablePieces * tokens
    return max(mostProducts, ofMany) + (16 + 3 * PackedMatrix.groupRows) * tokens
  }
}
