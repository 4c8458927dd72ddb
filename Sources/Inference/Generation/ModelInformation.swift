/// What a model file is, without running it.
public struct ModelInformation: Sendable {
  public var path: String
  /// `general.name`, or the file's name.
  public var name: String
  /// `general.architecture`.
  public var architecture: String
  /// Weights, all tensors together.
  public var parameters: Int
  public var layers: Int
  /// The longest context that it was made for, in tokens.
  public var context: Int
  /// Tokens of its vocabulary.
  public var vocabulary: Int
  public var fileBytes: Int
  /// How many tensors of each type there are, most frequent first.
  public var types: [(type: TensorType, count: Int)]
  /// `tokenizer.ggml.model` and, where there is one, `tokenizer.ggml.pre`.
  public var tokenizer: String
  /// Nil where nothing in the file speaks for a known one.
  public var format: ChatFormat?

  /// - Parameter format: told from the file or named by somebody.
  init(_ file: GGUFFile, tokenizer: Tokenizer, format: ChatFormat?) {
    let metadata = file.metadata
    path = file.path
    let fileName = file.path.split(separator: "/").last.map(String.init) ?? file.path
    // A name is shown to people, so what could move their cursor is left out.
    let given = metadata.string("general.name")?.unicodeScalars.filter { $0.properties.generalCategory != .control }
    name = given.flatMap { $0.isEmpty ? nil : String(String.UnicodeScalarView($0.prefix(200))) } ?? fileName
    architecture = metadata.string("general.architecture") ?? ""
    parameters = file.tensors.reduce(0) { $0 + $1.elementCount }
    layers = metadata.integer(architecture + ".block_count") ?? 0
    context = metadata.integer(architecture + ".context_length") ?? 0
    vocabulary = tokenizer.count
    fileBytes = file.byteCount
    types = Dictionary(grouping: file.tensors, by: \.type).map { ($0.key, $0.value.count) }
      .sorted { ($0.count, $1.type.rawValue) > ($1.count, $0.type.rawValue) }
    let pre = metadata.string("tokenizer.ggml.pre").map { ", \($0)" } ?? ""
    self.tokenizer = (metadata.string("tokenizer.ggml.model") ?? "none") + pre
    self.format = format
  }
}
