import TestSupport
import Testing

@testable import Inference

/// Logits of tiny models of every architecture and type against a float64 forward pass in another language; see
/// Golden/model/make_golden.py.
@Suite struct GoldenLogitsTests {
  /// One file, with the lines of logits.txt that are about it.
  struct File: Sendable, CustomTestStringConvertible {
    var model: String
    var quantisation: TinyModel.Quantisation
    var hash: UInt64
    var goldens: [Golden] = []

    var testDescription: String { "\(model) \(quantisation)" }
  }

  struct Golden: Sendable {
    var keyValueType: KeyValueType
    var context: Int
    /// [positions × vocabulary]
    var logits: [Float]
  }

  static let positions = [0, 1, 15, 17, 33, 47]

  static let files: [File] = {
    let folder = #filePath.replacing("Model/GoldenLogitsTests.swift", with: "Golden/model/")
    guard let text = try? read(folder + "logits.txt"), let bytes = try? read(folder + "logits.f32") else { return [] }
    let floats = stride(from: 0, to: bytes.count, by: 4).map { at in
      Float(bitPattern: bytes[at..<at + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
    let size = positions.count * TinyModel.vocabulary
    let lines = String(decoding: text, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
    var files: [File] = []
    for (index, line) in lines.enumerated() {
      let fields = line.split(separator: " ").map(String.init)
      guard fields.count == 5, let quantisation = TinyModel.Quantisation(rawValue: fields[1]),
        let type = KeyValueType(rawValue: fields[2]), let context = Int(fields[3]),
        let hash = UInt64(fields[4], radix: 16)
      else { return [] }
      if files.last?.hash != hash { files.append(File(model: fields[0], quantisation: quantisation, hash: hash)) }
      files[files.count - 1].goldens.append(
        Golden(keyValueType: type, context: context, logits: Array(floats[index * size..<(index + 1) * size])))
    }
    return files
  }()

  @Test func everyArchitectureAndTypeHasGoldenLogits() {
    for architecture in TinyModel.architectures {
      for quantisation in TinyModel.Quantisation.allCases {
        #expect(Self.files.contains { $0.model == architecture && $0.quantisation == quantisation })
      }
    }
    #expect(Set(Self.files.map(\.model)) == Set(TinyModel.all.map(\.name)))
  }

  /// With exact keys and values what is left is single precision. For the others their rounding is in the golden values,
  /// and what is left are the few values that lie at the edge of a rounding and fall to the other side: 3e-5 to 4e-4 in
  /// all for halves, more for Q8_0, whose steps are 1/127 of a block's largest. The roundings themselves make 4e-4 to
  /// 8e-4 and 1e-2.
  static func tolerance(_ type: KeyValueType) -> Double {
    switch type {
    case .f32: 2e-5
    case .f16: roundingNoise
    case .q8_0: 6e-3
    }
  }

  @Test(arguments: files) func logitsAreThoseOfTheReference(_ file: File) throws {
    let bytes = TinyModel.named(file.model).file(file.quantisation).bytes
    var hash = XXHash64()
    hash.update(bytes)
    try #require(hash.value == file.hash, "the file is not the one that the golden values are of")
    for golden in file.goldens {
      let options = TransformerOptions.tiny(context: golden.context, golden.keyValueType)
      let logits = try withTransformer(bytes, options: options) { model in
        var logits: [Float] = []
        try model.evaluate(TinyModel.tokens, logits: .all, into: &logits)
        return logits
      }
      let rows = Self.positions.flatMap { logits[$0 * TinyModel.vocabulary..<($0 + 1) * TinyModel.vocabulary] }
      let error = difference(rows, golden.logits)
      #expect(error < Self.tolerance(golden.keyValueType), "\(golden.keyValueType) in \(golden.context)")
    }
  }

  /// What rounding activations to 8 bits may add, against exact arithmetic: these models magnify it to 4e-2 at most. That it is
  /// the rounding and nothing else is what PackedMatrixTests hold; docs/models.md has it beside llama.cpp's.
  @Test(arguments: files.filter { ![.f32, .f16].contains($0.quantisation) })
  func packedWeightsStayWithinWhatRoundedActivationsCost(_ file: File) throws {
    let golden = try #require(file.goldens.first)
    try withTemporaryFolder { folder in
      var options = TransformerOptions.tiny(context: golden.context, golden.keyValueType)
      options.packFolder = folder
      let logits = try withTransformer(TinyModel.named(file.model).file(file.quantisation).bytes, options: options) {
        model in
        var logits: [Float] = []
        // In two parts: few tokens at a time and many are computed in different ways.
        try model.evaluate(Array(TinyModel.tokens[..<30]), logits: .all, into: &logits)
        for token in TinyModel.tokens[30...] {
          var row: [Float] = []
          try model.evaluate([token], logits: .last, into: &row)
          logits += row
        }
        return logits
      }
      let rows = Self.positions.flatMap { logits[$0 * TinyModel.vocabulary..<($0 + 1) * TinyModel.vocabulary] }
      let error = difference(rows, golden.logits)
      #expect(error < 5e-2 && error > 0, "\(error)")
    }
  }
}
