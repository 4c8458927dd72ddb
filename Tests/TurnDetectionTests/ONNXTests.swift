import TestSupport
import Testing
import TurnDetection

/// Writes just enough protobuf to make models, right and wrong.
private enum Proto {
  static func varint(_ value: Int) -> [UInt8] {
    var (rest, bytes) = (UInt64(value), [UInt8]())
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
  static func field(_ number: Int, _ value: Int) -> [UInt8] { varint(number << 3) + varint(value) }
  static func field(_ number: Int, _ bytes: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(bytes.count) + bytes
  }
}

@Suite struct ONNXTests {
  private static let shapes: [(String, [Int])] = [
    ("model.stft.forward_basis_buffer", [258, 1, 256]),
    ("model.encoder.0.reparam_conv.weight", [128, 129, 3]), ("model.encoder.0.reparam_conv.bias", [128]),
    ("model.encoder.1.reparam_conv.weight", [64, 128, 3]), ("model.encoder.1.reparam_conv.bias", [64]),
    ("model.encoder.2.reparam_conv.weight", [64, 64, 3]), ("model.encoder.2.reparam_conv.bias", [64]),
    ("model.encoder.3.reparam_conv.weight", [128, 64, 3]), ("model.encoder.3.reparam_conv.bias", [128]),
    ("model.decoder.rnn.weight_ih", [512, 128]), ("model.decoder.rnn.weight_hh", [512, 128]),
    ("model.decoder.rnn.bias_ih", [512]), ("model.decoder.rnn.bias_hh", [512]),
    ("model.decoder.decoder.2.weight", [1, 128, 1]), ("model.decoder.decoder.2.bias", [1]),
  ]

  private func tensor(_ name: String, _ shape: [Int], type: Int = 1, packed: Bool = false, byte: UInt8 = 0) -> [UInt8] {
    let sizes = packed ? Proto.field(1, shape.flatMap(Proto.varint)) : shape.flatMap { Proto.field(1, $0) }
    let data = [UInt8](repeating: byte, count: shape.reduce(4, *))
    return Proto.field(5, sizes + Proto.field(2, type) + Proto.field(8, Array(name.utf8)) + Proto.field(9, data))
  }

  private func model(_ tensors: [[UInt8]]) -> [UInt8] {
    // A version and a producer before the graph, as real files have.
    var graph: [UInt8] = []
    for tensor in tensors { graph += tensor }
    return Proto.field(1, 8) + Proto.field(2, Array("pytorch".utf8)) + Proto.field(7, graph)
  }

  private func error(_ bytes: [UInt8]) -> TurnDetectionError? {
    do {
      _ = try SileroVAD(weightBytes: bytes, name: "x.onnx")
      return nil
    } catch { return error }
  }

  @Test(arguments: [false, true]) func aModelOfTheRightShapeIsAccepted(_ packed: Bool) throws {
    let bytes = model(Self.shapes.map { tensor($0.0, $0.1, packed: packed) })
    let detector = try SileroVAD(weightBytes: bytes)
    // All weights are 0: the sigmoid of 0.
    #expect(detector.speechProbability(of: Signal.noise(count: 512).span) == 0.5)
  }

  @Test func everythingWrongIsOneClearError() {
    func changed(_ index: Int, _ replacement: [UInt8]?) -> [UInt8] {
      var tensors = Self.shapes.map { tensor($0.0, $0.1) }
      if let replacement { tensors[index] = replacement } else { tensors.remove(at: index) }
      return model(tensors)
    }
    let (name, shape) = Self.shapes[3]
    #expect(error(changed(3, nil))?.reason == "it has no tensor model.encoder.1.reparam_conv.weight")
    #expect(error(changed(3, tensor(name, [64, 128, 5])))?.code == .wrongModel)
    #expect(error(changed(3, tensor(name, shape, type: 10)))?.code == .wrongModel)
    #expect(error(changed(3, tensor(name, shape, byte: 0xFF)))?.reason.contains("not numbers") == true)
    #expect(error(changed(3, tensor(name, [Int](repeating: 1, count: 12))))?.code == .wrongModel)
    let short = Proto.field(1, 64) + Proto.field(1, 128) + Proto.field(1, 3) + Proto.field(2, 1)
    let named = short + Proto.field(8, Array(name.utf8)) + Proto.field(9, [1, 2, 3, 4])
    #expect(error(changed(3, Proto.field(5, named)))?.reason == "\(name) has 4 bytes, not 98304")
    #expect(error(Array("this is a text, not a model".utf8)) != nil)
    #expect(error([UInt8](repeating: 0xFF, count: 64))?.code == .corrupt)
    #expect(error([UInt8](repeating: 0, count: 64)) != nil)
  }

  @Test func truncatedAndMutatedModelsNeverTrap() {
    // Small tensors: it is the structure that is tried, and every result is refused.
    let whole = model(Self.shapes.map { tensor($0.0, [2, 3]) })
    for count in 0..<whole.count { #expect(error(Array(whole[..<count])) != nil) }
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<4_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) { bytes.mutate(using: &generator) }
      #expect(error(bytes) != nil)
    }
  }
}
