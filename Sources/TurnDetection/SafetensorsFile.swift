import FoundationEssentials

/// Reads float tensors out of a safetensors file.
///
/// ```
///   header length (8, little endian)   header (JSON)                                            data
///                                      {"name":{"dtype":"F32","shape":[…],"data_offsets":[a,b]}}  a..<b counted from here
/// ```
/// Source: huggingface/safetensors, README, "Format". Bounds: 256 KiB of header, 1,024 tensors. Offsets, shapes and
/// products are checked before anything is taken.
struct SafetensorsFile: WeightFile {
  let name: String
  private let bytes: [UInt8]
  private let dataStart: Int
  private let entries: [String: Entry]

  static let largestHeader = 256 << 10

  private struct Entry: Decodable {
    var dtype: String
    var shape: [Int]
    var dataOffsets: [Int]

    private enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }
  }

  private struct Header: Decodable {
    var entries: [String: Entry] = [:]

    struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init?(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      // The one key that is no tensor: a dictionary of strings.
      for key in container.allKeys where key.stringValue != "__metadata__" {
        entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
      }
    }
  }

  /// Reads a file that lies in memory.
  init(bytes: [UInt8], name: String) throws(TurnDetectionError) {
    func corrupt(_ reason: String) -> TurnDetectionError {
      TurnDetectionError(.corrupt, "load \(name)", reason, remedy: "Fetch the file again with make setup.")
    }
    self.name = name
    self.bytes = bytes
    guard bytes.count >= 8 else { throw corrupt("it has \(bytes.count) bytes, not even a header length") }
    var length: UInt64 = 0
    for byte in bytes[..<8].reversed() { length = length << 8 | UInt64(byte) }
    guard length <= UInt64(Self.largestHeader) else {
      throw corrupt("its header length of \(length) is above \(Self.largestHeader)")
    }
    guard Int(length) <= bytes.count - 8 else { throw corrupt("its header of \(length) bytes is cut off") }
    dataStart = 8 + Int(length)
    let dataCount = bytes.count - dataStart
    do {
      entries = try JSONDecoder().decode(Header.self, from: Data(bytes[8..<dataStart])).entries
    } catch { throw corrupt("its header is not the JSON of a safetensors file") }
    guard entries.count <= 1_024 else { throw corrupt("it has \(entries.count) tensors, more than 1024") }
    for (key, entry) in entries {
      let offsets = entry.dataOffsets
      guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= dataCount else {
        throw corrupt("the data_offsets \(offsets) of \(key) are outside 0...\(dataCount)")
      }
    }
  }

  /// The values of the F32 tensor `key`, which must have exactly `shape`, in row-major order.
  func floats(_ key: String, shape: [Int]) throws(TurnDetectionError) -> [Float] {
    guard let entry = entries[key] else { throw wrongModel("it has no tensor \(key)") }
    guard entry.dtype == "F32" else { throw wrongModel("\(key) is of type \(entry.dtype), not F32") }
    guard entry.shape == shape else { throw wrongModel("\(key) has the shape \(entry.shape), not \(shape)") }
    let count = shape.reduce(1, *)
    let start = entry.dataOffsets[0]
    return try values(bytes, at: dataStart + start, byteCount: entry.dataOffsets[1] - start, count: count, key)
  }
}
