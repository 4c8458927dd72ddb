import Glibc
import Inference
import TestModels
import TestSupport
import Testing

@Suite struct GGUFFileTests {
  private func file(_ writer: GGUFWriter) throws -> GGUFFile { try GGUFFile(bytes: writer.encoded().span, name: "m") }

  @Test(arguments: [2, 3] as [UInt32]) func bothVersionsAreRead(version: UInt32) throws {
    var writer = GGUFWriter()
    writer.version = version
    writer.add("k", .string("v"))
    writer.add("w", [2, 3], [1, 2, 3, 4, 5, 6])
    let file = try file(writer)
    #expect(file.version == version && file.metadata.string("k") == "v")
    #expect(file.byteCount == writer.encoded().count)
    let tensor = try #require(file.tensor("w"))
    #expect(tensor.dimensions == [2, 3] && tensor.type == .f32 && tensor.byteCount == 24 && tensor.offset % 32 == 0)
    #expect(tensor.elementCount == 6 && tensor.rowCount == 3 && tensor.rowBytes == 8)
    #expect(unsafe file.bytes(of: tensor).bindMemory(to: Float.self).elementsEqual([1, 2, 3, 4, 5, 6]))
    #expect(file.tensor("v") == nil)
  }

  @Test func aMappedFileHoldsTheSameAsItsBytes() throws {
    try withTemporaryFolder { folder in
      var writer = GGUFWriter()
      writer.alignment = 4_096
      writer.add("general.alignment", .uint32(4_096))
      for type in TensorType.allCases {
        writer.add(type.name, [type.blockElements, 2], type, BlockSamples.finite(type, blocks: 2, seed: 1))
      }
      let path = folder + "/model.gguf"
      try writer.write(to: path)
      let mapped = try GGUFFile(path: path)
      let copied = try file(writer)
      // The name may go: the mapping stays.
      unsafe unlink(path)
      #expect(mapped.tensors == copied.tensors && mapped.byteCount == copied.byteCount && mapped.path == path)
      for tensor in mapped.tensors {
        let bytes = unsafe mapped.bytes(of: tensor).map { $0 }
        #expect(bytes == BlockSamples.finite(tensor.type, blocks: 2, seed: 1))
        #expect(unsafe bytes == copied.bytes(of: tensor).map { $0 })
      }
    }
  }

  /// `MADV_POPULATE_READ`, since Linux 5.14.
  private static let kernelPopulates = madvise(nil, 0, 22) == 0

  @Test(.enabled(if: kernelPopulates, "Linux 5.14 or later")) func aFileThatWasShortenedIsAnErrorOfItsPreloading()
    throws
  {
    try withTemporaryFolder { folder in
      var writer = GGUFWriter()
      writer.add("first", [4_096], [Float](repeating: 1, count: 4_096))
      writer.add("second", [8_192], [Float](repeating: 2, count: 8_192))
      let path = folder + "/model.gguf"
      try writer.write(to: path)
      let file = try GGUFFile(path: path)
      for tensor in file.tensors { try file.preload(tensor) }
      #expect(unsafe truncate(path, off_t(file.tensors[1].offset + 100)) == 0)
      try file.preload(file.tensors[0])
      let error = #expect(throws: InferenceError.self) { try file.preload(file.tensors[1]) }
      #expect(error?.code == .fileUnreadable && error?.errorNumber == EFAULT)
      #expect(error?.message == "could not read the tensor second of the model \(path)")
    }
  }

  @Test func gapsAndAnyOrderOfTensorsAreAllowed() throws {
    var writer = GGUFWriter()
    writer.add("second", [8], .f32, [UInt8](repeating: 2, count: 32), offset: 128)
    writer.add("first", [8], .f32, [UInt8](repeating: 1, count: 32), offset: 0)
    let file = try file(writer)
    #expect(file.tensors.map(\.name) == ["second", "first"])
    #expect(unsafe file.bytes(of: file.tensors[0]).allSatisfy { $0 == 2 })
    #expect(unsafe file.bytes(of: file.tensors[1]).allSatisfy { $0 == 1 })
  }

  @Test func aFileWithoutTensorsIsAVocabulary() throws {
    var writer = GGUFWriter()
    writer.add("tokens", .byteStrings([[], [0xFF, 0], Array("ab".utf8)]))
    let file = try file(writer)
    #expect(file.tensors.isEmpty)
    let tokens = try #require(file.metadata.strings("tokens"))
    #expect(tokens.indices.map { Array(tokens[$0]) } == [[], [0xFF, 0], [0x61, 0x62]])
  }

  @Test func aQuestionOfAnotherTypeHasNoAnswer() throws {
    var writer = GGUFWriter()
    writer.add("text", .string("7"))
    writer.add("flag", .bool(true))
    writer.add("number", .float32(1.5))
    writer.add("integer", .int16(-3))
    writer.add("list", .int32s([1, -2]))
    writer.add("texts", .strings(["7"]))
    let metadata = try file(writer).metadata
    #expect(metadata.integer("text") == nil && metadata.number("text") == nil && metadata.strings("text") == nil)
    #expect(metadata.integer("flag") == nil && metadata.number("flag") == nil && metadata.string("flag") == nil)
    #expect(metadata.integer("number") == nil && metadata.number("number") == 1.5)
    #expect(
      metadata.integer("integer") == -3 && metadata.number("integer") == -3 && metadata.integers("integer") == nil)
    #expect(metadata.integers("list") == [1, -2] && metadata.numbers("list") == [1, -2])
    #expect(metadata.integer("list") == nil && metadata.flags("list") == nil && metadata.strings("list") == nil)
    #expect(metadata.integers("texts") == nil && metadata.string("texts") == nil && metadata.count("texts") == 1)
    #expect(metadata.string("absent") == nil && metadata.count("absent") == nil && !metadata.contains("absent"))
  }

  @Test func requirementsNameKeyValueAndRange() throws {
    var writer = GGUFWriter()
    writer.add("layers", .uint32(900))
    writer.add("rate", .float32(.nan))
    writer.add("texts", .strings(["a", "b"]))
    writer.add("w", [4, 2], [Float](repeating: 0, count: 8))
    let file = try file(writer)
    func message(_ body: () throws(InferenceError) -> Void) -> String? {
      do throws(InferenceError) { try body() } catch { return error.message }
      return nil
    }
    #expect(try file.requireInteger("layers", in: 1...1_000) == 900)
    #expect(
      message { () throws(InferenceError) in _ = try file.requireInteger("layers", in: 1...512) }
        == "could not use the model m: the key layers has the value 900; integers from 1 to 512 are allowed")
    #expect(
      message { () throws(InferenceError) in _ = try file.requireInteger("heads", in: 1...512) }
        == "could not use the model m: the key heads is not there; integers from 1 to 512 are allowed")
    #expect(
      message { () throws(InferenceError) in _ = try file.requireNumber("rate", in: 0...1) }
        == "could not use the model m: the key rate has the value nan; numbers from 0.0 to 1.0 are allowed")
    #expect(
      message { () throws(InferenceError) in _ = try file.requireString("layers") }
        == "could not use the model m: the key layers has a value of another type; a text is allowed")
    #expect(
      message { () throws(InferenceError) in _ = try file.requireStrings("texts", count: 3...9) }
        == "could not use the model m: the key texts has 2 elements; 3 to 9 strings are allowed")
    #expect(try file.requireStrings("texts", count: 2...2) == ByteStrings(["a", "b"]))
    #expect(try file.requireTensor("w", dimensions: [4, 2]).byteCount == 32)
    #expect(
      message { () throws(InferenceError) in _ = try file.requireTensor("w", dimensions: [2, 4]) }
        == "could not use the model m: the tensor w is 4 × 2; it has to be 2 × 4")
    #expect(
      message { () throws(InferenceError) in _ = try file.requireTensor("v", dimensions: [2, 4]) }
        == "could not use the model m: it has no tensor v, which has to be 2 × 4")
  }

  @Test func readersOnManyThreadsSeeTheSame() async throws {
    var writer = GGUFWriter()
    writer.add("tokens", .strings((0..<500).map { "token \($0)" }))
    writer.add("w", [64, 4], [Float](repeating: 1, count: 256))
    let file = try file(writer)
    let expected = try #require(file.metadata.strings("tokens"))
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<8 {
        group.addTask {
          (0..<20).allSatisfy { _ in
            unsafe file.metadata.strings("tokens") == expected && file.bytes(of: file.tensors[0]).count == 1_024
          }
        }
      }
      for await same in group { #expect(same) }
    }
  }
}
