/// Reads float tensors out of an ONNX model: its graph's initialisers, nothing else. The graph itself is not looked at; the
/// network is ours.
///
/// ```
///   protobuf: (field number << 3 | wire type) as varint, then 0 varint · 1 eight bytes · 2 length and bytes · 5 four bytes
///   ModelProto   7 graph
///   GraphProto   5 initializer (repeated)
///   TensorProto  1 dims (repeated or packed)   2 data_type (1: float)   8 name   9 raw_data
/// ```
/// Source: onnx/onnx.proto (ONNX 1.16); protobuf encoding specification. Every length is checked against what is left; at
/// most 4,096 tensors of at most 8 dimensions.
struct ONNXFile: WeightFile {
  let name: String
  private let bytes: [UInt8]
  private var tensors: [String: Tensor] = [:]

  private struct Tensor {
    var shape: [UInt64] = []
    var type: UInt64 = 0
    var data = 0..<0
  }

  /// Our names (the safetensors file's) for the model's.
  private static let names = [
    "stft_conv.weight": "model.stft.forward_basis_buffer",
    "conv1.weight": "model.encoder.0.reparam_conv.weight", "conv1.bias": "model.encoder.0.reparam_conv.bias",
    "conv2.weight": "model.encoder.1.reparam_conv.weight", "conv2.bias": "model.encoder.1.reparam_conv.bias",
    "conv3.weight": "model.encoder.2.reparam_conv.weight", "conv3.bias": "model.encoder.2.reparam_conv.bias",
    "conv4.weight": "model.encoder.3.reparam_conv.weight", "conv4.bias": "model.encoder.3.reparam_conv.bias",
    "lstm_cell.weight_ih": "model.decoder.rnn.weight_ih", "lstm_cell.weight_hh": "model.decoder.rnn.weight_hh",
    "lstm_cell.bias_ih": "model.decoder.rnn.bias_ih", "lstm_cell.bias_hh": "model.decoder.rnn.bias_hh",
    "final_conv.weight": "model.decoder.decoder.2.weight", "final_conv.bias": "model.decoder.decoder.2.bias",
  ]

  /// Reads a model that lies in memory.
  init(bytes: [UInt8], name: String) throws(TurnDetectionError) {
    self.bytes = bytes
    self.name = name
    var model = Fields(bytes, 0..<bytes.count, name)
    while let (field, value) = try model.next() {
      guard field == 7, case .bytes(let graphRange) = value else { continue }
      var graph = Fields(bytes, graphRange, name)
      while let (field, value) = try graph.next() {
        guard field == 5, case .bytes(let range) = value else { continue }
        try readTensor(range)
      }
    }
    guard !tensors.isEmpty else { throw wrongModel("it is no ONNX model with weights") }
  }

  func floats(_ key: String, shape: [Int]) throws(TurnDetectionError) -> [Float] {
    let key = Self.names[key] ?? key
    guard let tensor = tensors[key] else { throw wrongModel("it has no tensor \(key)") }
    guard tensor.type == 1 else { throw wrongModel("\(key) is of ONNX type \(tensor.type), not 1 (float)") }
    guard tensor.shape == shape.map(UInt64.init) else {
      throw wrongModel("\(key) has the shape \(tensor.shape), not \(shape)")
    }
    return try values(
      bytes, at: tensor.data.lowerBound, byteCount: tensor.data.count, count: shape.reduce(1, *), key)
  }

  private mutating func readTensor(_ range: Range<Int>) throws(TurnDetectionError) {
    var tensor = Tensor()
    var key = ""
    var fields = Fields(bytes, range, name)
    while let (field, value) = try fields.next() {
      switch (field, value) {
      case (1, .number(let size)): tensor.shape.append(size)
      case (1, .bytes(let packed)):
        var sizes = Fields(bytes, packed, name)
        while let size = try sizes.nextNumber(), tensor.shape.count <= 8 { tensor.shape.append(size) }
      case (2, .number(let type)): tensor.type = type
      case (8, .bytes(let text)) where text.count <= 256: key = String(decoding: bytes[text], as: UTF8.self)
      case (9, .bytes(let data)): tensor.data = data
      default: break
      }
      guard tensor.shape.count <= 8 else { throw wrongModel("a tensor has more than 8 dimensions") }
    }
    tensors[key] = tensor
    guard tensors.count <= 4_096 else { throw wrongModel("it has more than 4096 tensors") }
  }

  /// Walks over the fields of one protobuf message.
  private struct Fields {
    enum Value {
      case number(UInt64)
      case bytes(Range<Int>)
      /// Fixed size; nothing that is of use here.
      case other
    }

    private let bytes: [UInt8]
    private let name: String
    private var position: Int
    private let end: Int

    init(_ bytes: [UInt8], _ range: Range<Int>, _ name: String) {
      self.bytes = bytes
      self.name = name
      position = range.lowerBound
      end = range.upperBound
    }

    mutating func next() throws(TurnDetectionError) -> (field: UInt64, value: Value)? {
      guard let key = try nextNumber() else { return nil }
      switch key & 7 {
      case 0:
        guard let number = try nextNumber() else { throw corrupt() }
        return (key >> 3, .number(number))
      case 1:
        try skip(8)
        return (key >> 3, .other)
      case 2:
        guard let length = try nextNumber() else { throw corrupt() }
        let start = position
        try skip(length)
        return (key >> 3, .bytes(start..<position))
      case 5:
        try skip(4)
        return (key >> 3, .other)
      default: throw corrupt()
      }
    }

    /// A varint: seven bits a byte, lowest first, the top bit says that another follows. Nil at the end.
    mutating func nextNumber() throws(TurnDetectionError) -> UInt64? {
      guard position < end else { return nil }
      var number: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 64, by: 7) {
        guard position < end else { throw corrupt() }
        let byte = bytes[position]
        position += 1
        number |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return number }
      }
      throw corrupt()
    }

    private mutating func skip(_ count: UInt64) throws(TurnDetectionError) {
      guard count <= UInt64(end - position) else { throw corrupt() }
      position += Int(count)
    }

    private func corrupt() -> TurnDetectionError {
      TurnDetectionError(
        .corrupt, "load \(name)", "it is neither safetensors nor ONNX (byte \(position))",
        remedy: "Fetch the file again with make setup.")
    }
  }
}
