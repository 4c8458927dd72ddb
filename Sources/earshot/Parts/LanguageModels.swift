import Assistant
import Configuration
import Glibc
import Inference
import Tools

/// Makes the language model that the configuration names.
enum LanguageModels {
  /// Finds what is wrong with the names of the model's section without loading anything.
  /// - Throws: ``CommandFailure`` with the exit code that scripts know.
  static func check(_ settings: Configuration.Model) throws {
    _ = try format(settings)
    if let server = settings.server { try RemoteModels.check(server) }
  }

  /// Looks at the model's file without loading it, and asks the server whether it is there.
  /// - Returns: a line for each of the two that is configured.
  /// - Throws: what the first of them is not fit for.
  static func examine(_ configuration: Configuration) async throws -> [String] {
    let settings = configuration.model
    try check(settings)
    var lines: [String] = []
    for (file, format) in try files(settings) {
      let information = try ModelFile(file, format: format).information
      lines.append("\(file), \(information.name), \(information.context) tokens")
    }
    if let server = settings.server {
      lines.append(try await RemoteModels.examine(server))
    }
    return lines
  }

  /// Loads the model and evaluates persona and tools, so that a broken model, or a tool that it cannot be held to, is known
  /// before somebody speaks. A server is not asked yet: it may be away. Nil where the configuration names no model.
  /// - Parameter report: told of what stops nothing.
  /// - Throws: ``CommandFailure`` with the exit code that scripts know.
  static func make(
    _ configuration: Configuration, report: @escaping @Sendable (String) -> Void
  ) async throws -> AnsweringModel? {
    let settings = configuration.model
    try check(settings)
    do {
      let local = try await loadLocal(configuration, report: report)
      let remote = try settings.server.map { try RemoteModels.make($0, attempts: local == nil ? 3 : 1) }
      let model: (any LanguageModel)? =
        if let remote, let local {
          FallbackLanguageModel(remote, fallback: local) { report("\($0.error) \($0.answering) answers instead.") }
        } else if let remote {
          remote
        } else {
          local
        }
      return model.map {
        AnsweringModel(
          $0, persona: configuration.persona, maximumTokens: settings.maximumTokens,
          sampling: SamplingOptions(temperature: Float(settings.temperature)), situation: timeOfDay)
      }
    } catch let error as InferenceError {
      throw CommandFailure(error)
    }
  }

  /// The files that may answer with their formats, the first that can be loaded does.
  private static func files(_ settings: Configuration.Model) throws -> [(path: String, format: ChatFormat?)] {
    var files: [(String, ChatFormat?)] = []
    if let file = settings.file { files.append((try ModelInTheBox.path(of: file), try format(settings))) }
    if settings.fallsBack, settings.file != Configuration.Model.inTheBox {
      files.append((try ModelInTheBox.path(of: Configuration.Model.inTheBox), nil))
    }
    return files
  }

  private static func loadLocal(
    _ configuration: Configuration, report: @escaping @Sendable (String) -> Void
  ) async throws -> (any LanguageModel)? {
    var files = try files(configuration.model)[...]
    while let (file, format) = files.popFirst() {
      do {
        return try await load(file, format, configuration, report: report)
      } catch let error as InferenceError where !files.isEmpty {
        report("\(error) The model that Earshot brings answers instead.")
      }
    }
    return nil
  }

  private static func load(
    _ file: String, _ format: ChatFormat?, _ configuration: Configuration, report: @escaping @Sendable (String) -> Void
  ) async throws -> any LanguageModel {
    let settings = configuration.model
    let information = try ModelFile(file, format: format).information
    let options = LocalModelOptions(
      transformer: TransformerOptions(
        context: min(settings.context, max(1, information.context)),
        keyValueType: settings.cache == .f16 ? .f16 : .q8_0,
        threads: settings.threads == 0 ? TransformerOptions.availableThreads : settings.threads,
        packFolder: LoadedModel.packFolder),
      format: format, snapshotFolder: Recognisers.cacheFolder() + "/prompts", placesToolsFirst: true)
    let model = try await LocalLanguageModel.load(file, options: options, progress: PackingNotice(report).told) {
      report("\($0)")
    }
    try await model.prepare(system: configuration.persona, tools: configuration.modelTools)
    return model
  }

  /// "It is Monday, 23 November 2026, 06:30.", by the clock and the time zone of this machine.
  private static func timeOfDay() -> String {
    var now = time(nil)
    var parts = unsafe tm()
    unsafe _ = localtime_r(&now, &parts)
    return unsafe String(unsafeUninitializedCapacity: 64) { buffer in
      unsafe strftime(buffer.baseAddress!, buffer.count, "It is %A, %-d %B %Y, %H:%M.", &parts)
    }
  }

  private static func format(_ settings: Configuration.Model) throws -> ChatFormat? {
    do { return try settings.format.map { try ChatFormat(named: $0) } } catch {
      throw CommandFailure(status: .badConfiguration, description: "model.format: \(error)")
    }
  }
}
