/// What a model file may hold. Far above every model that is known, and low enough that the index of a hostile file
/// stays at some megabytes whatever its counts say; everything that the index points to stays in the file.
enum GGUFLimits {
  static let versions: ClosedRange<UInt32> = 2...3
  /// Magic, version, number of tensors, number of keys.
  static let headerBytes = 24
  /// Keys; models have some 30 to 60.
  static let keys = 4_096
  /// Tensors; a dense 70B model has 723, large mixtures of experts below 3,000.
  static let tensors = 16_384
  /// Bytes of a key: the specification's limit.
  static let keyBytes = 65_535
  /// Bytes of a tensor's name: ggml's `GGML_MAX_NAME` is 64 with the terminating zero.
  static let nameBytes = 63
  /// Elements of an array; the largest vocabularies have 262,144 tokens and some 515,000 merges.
  static let elements = 1 << 20
  /// ggml's `GGML_MAX_DIMS`.
  static let dimensions = 4
  static let defaultAlignment = 32
  /// The specification asks for a multiple of 8, and ggml for a power of two.
  static let alignment = 8...1 << 20
  /// On disk: a length and a value of one byte at least, or an information of one dimension.
  static let smallestKey = 8 + 1 + 4 + 1
  static let smallestTensor = 8 + 1 + 4 + 8 + 4 + 8
}
