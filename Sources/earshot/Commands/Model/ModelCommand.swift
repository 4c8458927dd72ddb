import ArgumentParser
import Inference

struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Look into a language model's file, or talk to it.",
    discussion: """
      Takes GGUF files: Mistral, Ministral, Qwen2.5, Qwen3, Phi-4-mini, Gemma 3 and Llama 3. docs/models.md says which \
      were compared with what.

        earshot model info in-the-box
        earshot model chat mistral-7b-instruct-v0.3.Q4_K_M.gguf
      """,
    subcommands: [
      ModelInfo.self, ModelTokenize.self, ModelRender.self, ModelLogits.self, ModelGenerate.self, ModelChat.self,
    ])
}

/// The file, and how it is run.
struct ModelOptions: ParsableArguments {
  @OptionGroup var model: ModelArgument
  @OptionGroup var running: RunningOptions

  var file: String { get throws { try model.path } }
}

/// The model that a command is about.
struct ModelArgument: ParsableArguments {
  @Argument(help: ArgumentHelp("The model: a GGUF file, or in-the-box.", valueName: "file")) var file: String

  /// - Throws: ``CommandFailure`` where Earshot has been installed without its model.
  var path: String { get throws { try ModelInTheBox.path(of: file) } }
}

/// How a model is run.
struct RunningOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Tokens that keys and values are kept for; memory is taken for all of them.", valueName: "tokens"))
  var context = 4096
  @Option(help: ArgumentHelp("How keys and values are kept: f16, q8_0 or f32.", valueName: "type")) var kvCache: String?
  @Option(
    help: ArgumentHelp(
      "packed: made once for this processor, kept in the cache folder, fast. exact: as they lie in the file, with nothing "
        + "rounded, for comparisons.", valueName: "how"))
  var weights: String?
  @Option(help: ArgumentHelp("Compute threads; 0: one for each core.", valueName: "count")) var threads = 0

  func validate() throws {
    if let kvCache, KeyValueType(rawValue: kvCache) == nil {
      throw ValidationError("--kv-cache is \(kvCache); there are f16, q8_0 and f32")
    }
    if let weights, !["packed", "exact"].contains(weights) {
      throw ValidationError("--weights is \(weights); there are packed and exact")
    }
    guard (0...256).contains(threads) else { throw ValidationError("--threads is \(threads); allowed are 0 to 256") }
    guard context >= 1 else { throw ValidationError("--context is \(context); at least 1 is needed") }
  }

  var isKVCacheGiven: Bool { kvCache != nil }

  /// - Parameters:
  ///   - longest: what the model was made for, where that is known.
  ///   - weights: what counts where nothing is said.
  func transformer(longest: Int? = nil, weights usual: String = "packed") -> TransformerOptions {
    TransformerOptions(
      context: min(context, longest ?? context), keyValueType: kvCache.flatMap(KeyValueType.init) ?? .f16,
      threads: threads == 0 ? TransformerOptions.availableThreads : threads,
      packFolder: (weights ?? usual) == "packed" ? LoadedModel.packFolder : nil)
  }
}

/// `--format`, for commands that write conversations.
struct FormatOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How messages and tools are written; the file tells where it is not given. There are: "
        + ChatFormat.allCases.map(\.rawValue).joined(separator: ", ") + ".", valueName: "name"))
  var format: String?

  func chosen() throws -> ChatFormat? { try format.map { try ChatFormat(named: $0) } }
}

/// Opens a model; what is wrong with it ends the command with the exit code that scripts know.
func openingModel<Result>(_ open: () throws -> Result) throws -> Result {
  do { return try open() } catch let error as InferenceError { throw CommandFailure(error) }
}

extension CommandFailure {
  init(_ error: InferenceError) {
    let status: ExitStatus =
      switch error.code {
      case .fileUnreadable: error.errorNumber == 13 ? .notPermitted : .noInput
      case .fileInvalid, .unsupported, .schemaUnsupported, .contextExceeded, .requestInvalid: .badData
      case .outOfMemory, .serverAway, .serverFailed, .cancelled: .unavailable
      }
    self.init(status: status, description: error.description)
  }
}
