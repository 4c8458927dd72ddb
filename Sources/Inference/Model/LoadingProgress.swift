/// What takes long while a model is loaded, and how much of it is done, 0...1.
public enum LoadingProgress: Hashable, Sendable {
  /// Weights are packed; the first start does this.
  case packing(Double)
  /// Packed weights are read and compared with their checksums.
  case checking(Double)

  public var part: Double {
    switch self {
    case .packing(let part), .checking(let part): part
    }
  }
}
