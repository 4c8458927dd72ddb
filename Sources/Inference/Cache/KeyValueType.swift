internal import CKernels

/// How keys and values are kept.
// The cases have the names that the field uses.
// swift-format-ignore: AlwaysUseLowerCamelCase
public enum KeyValueType: String, Hashable, Sendable, CaseIterable {
  /// Half precision, 2 bytes for each element.
  case f16
  /// Blocks of 32 signed bytes with a scale, 34 bytes for 32 elements; heads must be multiples of 32 long.
  case q8_0
  /// Single precision, 4 bytes for each element: exact, for comparing logits.
  case f32

  /// Its number in snapshots and kernels.
  var code: Int32 {
    switch self {
    case .f16: Int32(ckernels_kv_f16)
    case .q8_0: Int32(ckernels_kv_q8_0)
    case .f32: Int32(ckernels_kv_f32)
    }
  }

  /// Rows of heads are whole blocks.
  var blockElements: Int { self == .q8_0 ? 32 : 1 }

  /// Bytes of a row of `count` elements, whole blocks.
  func rowBytes(_ count: Int) -> Int {
    switch self {
    case .f16: 2 * count
    case .q8_0: count / 32 * 34
    case .f32: 4 * count
    }
  }
}
