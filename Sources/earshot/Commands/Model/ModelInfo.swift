import ArgumentParser
import Inference
import Tools

struct ModelInfo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "info", abstract: "Say what a model file is, without loading its weights.")

  @OptionGroup var model: ModelArgument
  @OptionGroup var format: FormatOption
  @Flag(help: "One JSON object.") var json = false

  func run() throws {
    let information = try openingModel { try ModelFile(try model.path, format: try format.chosen()).information }
    if json {
      out(Self.object(information).text())
      return
    }
    let types = information.types.map { "\($0.count) × \($0.type.name)" }.joined(separator: ", ")
    let rows = [
      ("name", information.name), ("architecture", information.architecture),
      ("parameters", Self.count(information.parameters)), ("layers", "\(information.layers)"),
      ("context", "\(information.context) tokens"),
      ("vocabulary", "\(information.vocabulary) tokens (\(information.tokenizer))"),
      ("tensors", types), ("file", Self.count(information.fileBytes) + "B"),
      ("chat format", information.format?.rawValue ?? "none that is known; name one with --format"),
    ]
    for (name, value) in rows { out(name.padded(to: 14) + value) }
  }

  static func object(_ information: ModelInformation) -> JSONValue {
    [
      "architecture": .string(information.architecture), "name": .string(information.name),
      "parameters": .integer(Int64(information.parameters)), "layers": .integer(Int64(information.layers)),
      "context": .integer(Int64(information.context)), "vocabulary": .integer(Int64(information.vocabulary)),
      "types": .object(
        JSONObject(uniqueKeysWithValues: information.types.map { ($0.type.name, .integer(Int64($0.count))) })),
      "file_bytes": .integer(Int64(information.fileBytes)),
      "chat_format": information.format.map { .string($0.rawValue) } ?? .null,
      "tokenizer": .string(information.tokenizer),
    ]
  }

  /// 7,248,023,552 as `7.25 G`.
  static func count(_ value: Int) -> String {
    for (unit, size) in [("G", 1e9), ("M", 1e6), ("k", 1e3)] where Double(value) >= size {
      let hundredths = Int((Double(value) / size * 100).rounded())
      let fraction = hundredths % 100
      return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) \(unit)"
    }
    return "\(value) "
  }
}

extension String {
  /// With spaces behind, so that columns line up.
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
