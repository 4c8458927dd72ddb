/// Where each matrix lies in a pack: known from the model file alone, so that the pack needs no table.
///
/// A header of 4,096 bytes, the matrices in the file's order, each from a multiple of 4,096 on, and behind them one XXH64 of
/// each.
struct PackLayout {
  /// Changes with everything that changes what the bytes mean.
  static let version: UInt32 = 1
  static let alignment = 4096

  /// One matrix in the pack.
  struct Entry {
    let tensor: GGUFTensor
    let offset: Int
    let groupBytes: Int
    let groups: Int

    var byteCount: Int { groups * groupBytes }
  }

  let entries: [Entry]
  /// Where the checksums begin.
  let hashes: Int
  let byteCount: Int
  private let places: [String: Int]

  init(_ file: GGUFFile) {
    var entries: [Entry] = []
    var end = Self.alignment
    for tensor in file.tensors where Self.isPacked(tensor, in: file) {
      let groupBytes = PackedMatrix.groupBytes(tensor.type, columns: tensor.dimensions[0])
      let groups = (tensor.dimensions[1] + PackedMatrix.groupRows - 1) / PackedMatrix.groupRows
      guard groupBytes > 0 else { continue }
      let entry = Entry(tensor: tensor, offset: end, groupBytes: groupBytes, groups: groups)
      entries.append(entry)
      end = (end + entry.byteCount + Self.alignment - 1) / Self.alignment * Self.alignment
    }
    self.entries = entries
    hashes = end
    byteCount = end + 8 * entries.count
    places = Dictionary(uniqueKeysWithValues: entries.indices.map { (entries[$0].tensor.name, $0) })
  }

  func entry(_ tensor: GGUFTensor) -> Entry? { places[tensor.name].map { entries[$0] } }

  /// Matrices that are multiplied; an embedding is only looked up, unless it is the output as well.
  private static func isPacked(_ tensor: GGUFTensor, in file: GGUFFile) -> Bool {
    tensor.dimensions.count == 2
      && (tensor.name != "token_embd.weight" || file.tensor("output.weight") == nil)
  }

  /// The header of this layout for the model `identity`.
  func header(identity: UInt64) -> [UInt8] {
    var bytes = Array("earshot pack\n\0\0\0".utf8)
    for number in [
      UInt64(Self.version), UInt64(PackedMatrix.groupRows), identity, UInt64(byteCount), UInt64(entries.count),
    ] {
      bytes += (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
    return bytes
  }
}
