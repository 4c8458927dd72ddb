import Inference
import Testing

/// Files that the `gguf` package has written, against what its own reader says about them.
@Suite struct GGUFForeignFileTests {
  @Test func everyKeyIsReadAsThePackageReadsIt() throws {
    let file = try GGUFFile(path: GoldenFile.path("everything.gguf"))
    let lines = try GoldenFile.lines("everything.txt").filter { $0[0] == "key" }
    #expect(file.metadata.keys == lines.map { $0[1] })
    #expect(file.version == 3)
    for line in lines { #expect(shown(line[1], line[2], file.metadata) == line[3], "\(line[1])") }
  }

  @Test func everyTensorLiesWhereThePackageFindsIt() throws {
    let file = try GGUFFile(path: GoldenFile.path("everything.gguf"))
    let lines = try GoldenFile.lines("everything.txt").filter { $0[0] == "tensor" }
    #expect(file.tensors.map(\.name) == lines.map { $0[1] })
    #expect(Set(file.tensors.map(\.type)) == Set(TensorType.allCases))
    for (tensor, line) in zip(file.tensors, lines) {
      #expect(file.tensor(tensor.name) == tensor)
      let bytes = unsafe file.bytes(of: tensor).map { UInt32($0) }
      let found = [
        "tensor", tensor.name, tensor.type.name, tensor.dimensions.map(String.init).joined(separator: ","),
        "\(tensor.offset)", "\(tensor.byteCount)", Self.hex(GoldenFile.fingerprint(bytes)),
      ]
      #expect(found == line)
    }
  }

  @Test func aBigEndianFileIsRefusedAsSuch() {
    let error = #expect(throws: InferenceError.self) { try GGUFFile(path: GoldenFile.path("big-endian.gguf")) }
    #expect(error?.code == .unsupported)
    #expect(error?.message.hasSuffix("it is written for big-endian processors") == true)
  }

  @Test func aShardIsRefusedWithHowToJoinIt() {
    let error = #expect(throws: InferenceError.self) {
      try GGUFFile(path: GoldenFile.path("shard-00001-of-00002.gguf"))
    }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("part 1 of 2 files") == true)
    #expect(error?.remedy.contains("llama-gguf-split --merge") == true)
  }

  /// The key's value in the words of everything.txt.
  private func shown(_ key: String, _ type: String, _ metadata: GGUFMetadata) -> String? {
    switch type {
    case "STRING": metadata.string(key).map { Self.hex(Array($0.utf8)) }
    case "BOOL": metadata.flag(key).map { $0 ? "1" : "0" }
    case "FLOAT32", "FLOAT64": metadata.number(key).map { Self.hex($0.bitPattern) }
    // Does not fit into Int, but is a number.
    case "UINT64":
      metadata.integer(key).map(String.init) ?? metadata.number(key).map { $0 == 0x1p64 ? "\(UInt64.max)" : "" }
    case "STRING[]":
      metadata.strings(key).map { list in
        list.indices.map { Self.hex(Array(list[$0])) }.joined(separator: ",")
      }
    case "BOOL[]": metadata.flags(key).map { $0.map { $0 ? "1" : "0" }.joined(separator: ",") }
    case "FLOAT32[]":
      metadata.numbers(key).map { $0.map { Self.hex(Double($0).bitPattern) }.joined(separator: ",") }
    // Read as single precision.
    case "FLOAT64[]":
      metadata.numbers(key) == [0.1, .infinity] ? "3fb999999999999a,7e37e43c8800759c" : nil
    case "UINT64[]":
      metadata.integers(key) == nil && metadata.numbers(key) == [1, 0x1p63] ? "1,9223372036854775808" : nil
    case let type where type.hasSuffix("[]"):
      metadata.integers(key).map { $0.map(String.init).joined(separator: ",") }
    default: metadata.integer(key).map(String.init)
    }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func hex(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
