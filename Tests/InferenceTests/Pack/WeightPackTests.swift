import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Inference

@Suite struct WeightPackTests {
  private static let bytes = TinyModel.named("llama").file(.q4_k_m).bytes

  /// Loads a model with packed weights, and tells what it computes and whether it had to pack.
  private func load(
    _ folder: String, _ bytes: [UInt8] = Self.bytes
  ) throws -> (logits: [Float], packed: Bool, report: [InferenceError]) {
    let packed = Atomic(false)
    var report: [InferenceError] = []
    var options = TransformerOptions.tiny()
    options.packFolder = folder
    let model = try Transformer(file: GGUFFile(bytes: bytes.span, name: "tiny.gguf"), options: options) { progress in
      #expect(progress.part > 0 && progress.part <= 1)
      if case .packing = progress { packed.store(true, ordering: .relaxed) }
    } report: {
      report.append($0)
    }
    var logits: [Float] = []
    try model.evaluate(TinyModel.tokens, logits: .all, into: &logits)
    return (logits, packed.load(ordering: .relaxed), report)
  }

  private func packs(in folder: String) -> [String] {
    var names: [String] = []
    guard let directory = unsafe opendir(folder) else { return [] }
    defer { unsafe closedir(directory) }
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(folder + "/" + name) }
    }
    return names.sorted()
  }

  @Test func itIsMadeOnceAndThenUsed() throws {
    try withTemporaryFolder { folder in
      let folder = folder + "/a/b"
      let first = try load(folder)
      #expect(first.packed && first.report.isEmpty)
      let files = packs(in: folder)
      #expect(files.count == 1 && files[0].hasSuffix(".pack"))
      let second = try load(folder)
      #expect(!second.packed && second.report.isEmpty)
      #expect(second.logits == first.logits)
      // Another model has another one.
      _ = try load(folder, TinyModel.named("qwen2").file(.q8_0).bytes)
      #expect(packs(in: folder).count == 2)
    }
  }

  @Test(arguments: ["first", "header", "matrix", "last", "short", "long", "empty"])
  func aDamagedOneIsMadeAnew(_ kind: String) throws {
    try withTemporaryFolder { folder in
      let whole = try load(folder)
      let path = try #require(packs(in: folder).first)
      let good = try read(path)
      var bytes = good
      switch kind {
      case "first": bytes[0] ^= 1
      case "header": bytes[16] ^= 3
      case "matrix": bytes[9_000] ^= 0x10
      case "last": bytes[bytes.count - 1] ^= 0x80
      case "short": bytes.removeLast()
      case "long": bytes.append(0)
      default: bytes = []
      }
      try write(bytes, to: path)
      let again = try load(folder)
      #expect(again.packed && again.report.isEmpty)
      #expect(again.logits == whole.logits)
      #expect(try read(path) == good)
      #expect(packs(in: folder).count == 1)
    }
  }

  /// A folder that cannot be, a name that is a folder, a link to elsewhere.
  @Test func withoutAPlaceForItTheModelRunsWithout() throws {
    try withTemporaryFolder { folder in
      let exact = try withTransformer(Self.bytes) { model in
        var logits: [Float] = []
        try model.evaluate(TinyModel.tokens, logits: .all, into: &logits)
        return logits
      }
      try write([1], to: folder + "/file")
      let without = try load(folder + "/file/packs")
      #expect(!without.packed && without.report.count == 1)
      #expect(without.report[0].message.contains(folder + "/file/packs"))
      #expect(difference(without.logits, exact) < roundingNoise)

      _ = try load(folder + "/packs")
      let path = try #require(packs(in: folder + "/packs").first)
      unsafe _ = unlink(path)
      unsafe _ = mkdir(path, 0o755)
      let blocked = try load(folder + "/packs")
      #expect(blocked.report.count == 1)
      #expect(difference(blocked.logits, exact) < roundingNoise)
      // Nothing half made is left.
      #expect(packs(in: folder + "/packs") == [path])
    }
  }

  @Test func matricesAlternateBetweenPackedAndOther() throws {
    // Nothing in it has a packed form: nothing is written that would help.
    try withTemporaryFolder { folder in
      let bytes = TinyModel.named("llama").file(.f16).bytes
      let result = try load(folder, bytes)
      #expect(result.report.isEmpty)
      let exact = try withTransformer(bytes) { model in
        var logits: [Float] = []
        try model.evaluate(TinyModel.tokens, logits: .all, into: &logits)
        return logits
      }
      #expect(difference(result.logits, exact) < roundingNoise)
      #expect(packs(in: folder).isEmpty)
    }
  }
}
