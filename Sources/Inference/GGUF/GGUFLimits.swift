/// What a model file may hold. Far above every model that is known, and low enough that the index of a hostile file
/// stays below two megabytes whatever its counts say; everything that the index points to stays in the file.
enum GGUFLimits {
  static let versions: ClosedRange<UInt32> = 2...3
  /// Magic, version, number of tensors, number of keys.
  static let headerBytes = 24
  /// Keys; models have some 30 to 60.
  static let keys = 1_024
  /// Tensors; a dense 70B model has 723, the largest mixtures of experts some 1,200.
  static let tensors = 4_096
  /// Bytes of a key: the specification's limit.
  static let keyBytes = 65_535
  /// Bytes of a tensor's name: ggml's `GGML_MAX_NAME` is 64 with the terminating zero.
  static let nameBytes = 63
  /// Elements of an array; the largest vocabularies have 262,144 tokens and some 515,000 merges.
  static let elements = 1 << 20
  /// Bytes that an array may take when it is read with wider elements than it is stored with, unless that is no more
  /// than twice its bytes in the file: per-layer arrays of bytes are read as integers, a million of them is not.
  static let widenedBytes = 1 << 19
  /// ggml's `GGML_MAX_DIMS`.
  static let dimensions = 4
  static let defaultAlignment = 32
  /// The specification asks for a multiple of 8, and ggml for a power of two.
  static let alignment = 8...1 << 20
  /// On disk: a length and a value of one byte at least, or an information of one dimension.
  static let smallestKey = 8 + 1 + 4 + 1
  static let smallestTensor = 8 + 1 + 4 + 8 + 4 + 8
}
