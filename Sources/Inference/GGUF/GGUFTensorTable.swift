/// The tensors of a model file, in file order and by name.
struct GGUFTensorTable {
  private(set) var tensors: [GGUFTensor] = []
  private(set) var indices: [String: Int] = [:]

  /// Reads `count` entries and checks that every tensor lies inside the file, aligned and beside the others.
  init(reading cursor: inout GGUFCursor, count: Int, metadata: GGUFMetadata) throws(InferenceError) {
    try Self.refuseSplit(metadata, cursor)
    let alignment = try Self.alignment(metadata, cursor)
    var entries: [Entry] = []
    entries.reserveCapacity(count)
    for index in 0..<count { entries.append(try Entry(reading: &cursor, "tensor \(index + 1) of \(count)", alignment)) }
    // Cannot overflow: the file is shorter than `Int.max` by more than an alignment.
    let start = (cursor.offset + alignment - 1) / alignment * alignment
    tensors.reserveCapacity(count)
    indices.reserveCapacity(count)
    for (index, entry) in entries.enumerated() {
      tensors.append(try entry.placed(from: start, cursor))
      guard indices.updateValue(index, forKey: entry.name) == nil else {
        throw cursor.invalid("the tensor \(entry.name) is there twice")
      }
    }
    try checkOverlaps(cursor)
  }

  private func checkOverlaps(_ cursor: GGUFCursor) throws(InferenceError) {
    let order = tensors.indices.sorted { tensors[$0].offset < tensors[$1].offset }
    for (first, second) in zip(order, order.dropFirst()) {
      let end = tensors[first].offset + tensors[first].byteCount
      guard end <= tensors[second].offset else {
        throw cursor.invalid(
          "the tensor \(tensors[second].name) begins at byte \(tensors[second].offset), inside \(tensors[first].name), "
            + "which ends at byte \(end)")
      }
    }
  }

  private static func alignment(_ metadata: GGUFMetadata, _ cursor: GGUFCursor) throws(InferenceError) -> Int {
    let key = "general.alignment"
    guard let value = metadata.values[key] else { return GGUFLimits.defaultAlignment }
    guard value.count == nil, let alignment = metadata.integer(key), GGUFLimits.alignment ~= alignment,
      alignment.nonzeroBitCount == 1
    else {
      let given = metadata.integer(key).map { "the value \($0)" } ?? "no single integer"
      throw cursor.invalid(
        "the key \(key) has \(given); powers of two from \(GGUFLimits.alignment.lowerBound) to "
          + "\(GGUFLimits.alignment.upperBound) are allowed")
    }
    return alignment
  }

  private static func refuseSplit(_ metadata: GGUFMetadata, _ cursor: GGUFCursor) throws(InferenceError) {
    guard let parts = metadata.integer("split.count"), parts > 1 else { return }
    let part = metadata.integer("split.no").map { "part \($0 &+ 1)" } ?? "one"
    throw cursor.unsupported(
      "it is \(part) of \(parts) files of one model (key split.count)",
      remedy: "Join them with llama.cpp's `llama-gguf-split --merge`, or download the model in one file.")
  }
}

/// One entry of the table as it stands in the file.
private struct Entry {
  let name: String
  private let dimensions: [Int]
  private let type: TensorType
  private let byteCount: Int
  /// From the start of the tensors' bytes.
  private let offset: UInt64

  init(reading cursor: inout GGUFCursor, _ what: String, _ alignment: Int) throws(InferenceError) {
    let name = try cursor.name("the name of \(what)", limit: GGUFLimits.nameBytes)
    self.name = name
    let rank = try cursor.number("the number of dimensions of \(name)", as: UInt32.self)
    guard 1...UInt32(GGUFLimits.dimensions) ~= rank else {
      throw cursor.invalid("the tensor \(name) has \(rank) dimensions; 1 to \(GGUFLimits.dimensions) are allowed")
    }
    var dimensions: [Int] = []
    dimensions.reserveCapacity(Int(rank))
    for index in 0..<rank {
      let dimension = try cursor.number("dimension \(index) of \(name)", as: UInt64.self)
      guard let dimension = Int(exactly: dimension), dimension > 0 else {
        throw cursor.invalid("dimension \(index) of the tensor \(name) is \(dimension); 1 to \(Int.max) are allowed")
      }
      dimensions.append(dimension)
    }
    self.dimensions = dimensions
    type = try Self.type(of: name, &cursor)
    byteCount = try Self.byteCount(name, dimensions, type, cursor)
    offset = try cursor.number("the offset of \(name)")
    guard offset % UInt64(alignment) == 0 else {
      throw cursor.invalid("the tensor \(name) has the offset \(offset); multiples of \(alignment) are allowed")
    }
  }

  private static func type(of name: String, _ cursor: inout GGUFCursor) throws(InferenceError) -> TensorType {
    let number = try cursor.number("the type of \(name)", as: UInt32.self)
    if let type = TensorType(rawValue: number) { return type }
    let allowed = TensorType.allCases.map(\.name).joined(separator: ", ")
    guard let foreign = TensorType.foreignName(number) else {
      throw cursor.invalid("the tensor \(name) has the unknown type \(number); allowed are \(allowed)")
    }
    throw cursor.unsupported(
      "the tensor \(name) has the type \(foreign); allowed are \(allowed)",
      remedy: "Use the model in another quantisation, for example Q4_K_M.")
  }

  private static func byteCount(
    _ name: String, _ dimensions: [Int], _ type: TensorType, _ cursor: GGUFCursor
  ) throws(InferenceError) -> Int {
    guard dimensions[0] % type.blockElements == 0 else {
      throw cursor.invalid(
        "the rows of the tensor \(name) have \(dimensions[0]) values; \(type.name) allows multiples of "
          + "\(type.blockElements)")
    }
    var bytes = (dimensions[0] / type.blockElements).multipliedReportingOverflow(by: type.blockBytes)
    for dimension in dimensions.dropFirst() where !bytes.overflow {
      bytes = bytes.partialValue.multipliedReportingOverflow(by: dimension)
    }
    let values = dimensions.reduce((1, false)) { product, dimension in
      let (value, overflow) = product.0.multipliedReportingOverflow(by: dimension)
      return (value, product.1 || overflow)
    }
    guard !bytes.overflow, !values.1, bytes.partialValue <= cursor.bytes.count else {
      let shape = dimensions.map(String.init).joined(separator: " × ")
      throw cursor.invalid(
        "the tensor \(name) has \(shape) values of \(type.name), more than a file of \(cursor.bytes.count) bytes holds")
    }
    return bytes.partialValue
  }

  /// The tensor where it lies in the file, whose tensors' bytes begin at `start`.
  func placed(from start: Int, _ cursor: GGUFCursor) throws(InferenceError) -> GGUFTensor {
    let begin = UInt64(start).addingReportingOverflow(offset)
    let end = begin.partialValue.addingReportingOverflow(UInt64(byteCount))
    guard !begin.overflow, !end.overflow, end.partialValue <= UInt64(cursor.bytes.count) else {
      throw cursor.invalid(
        "the tensor \(name) takes \(byteCount) bytes at the offset \(offset) after byte \(start), and the file ends at "
          + "byte \(cursor.bytes.count)")
    }
    return GGUFTensor(
      name: name, dimensions: dimensions, type: type, offset: Int(begin.partialValue), byteCount: byteCount)
  }
}
