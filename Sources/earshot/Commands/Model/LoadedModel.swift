import ArgumentParser
import Inference

/// Loads models for commands, and shows that something goes on while it takes long.
enum LoadedModel {
  /// Where packed weights are kept.
  static var packFolder: String { Recognisers.cacheFolder() + "/packs" }

  static func load(
    _ path: String, _ options: RunningOptions, format: ChatFormat?, guessesAhead: Bool = true, terminal: Terminal
  ) async throws -> LocalLanguageModel {
    let information = try openingModel { try ModelFile(path, format: format).information }
    let size = ModelInfo.count(information.fileBytes) + "B"
    var local = LocalModelOptions(transformer: options.transformer(longest: information.context), format: format)
    local.guessesAhead = guessesAhead
    local.snapshotFolder = Recognisers.cacheFolder() + "/prompts"
    let bar = LoadingBar()
    let notice = PackingNotice { note($0) }
    return try await waiting("loading \(information.name) (\(size))", terminal, bar: bar) { [local] in
      do {
        return try await LocalLanguageModel.load(
          path, options: local, progress: terminal.isRich ? bar.told : notice.told
        ) {
          note("earshot: \($0)")
        }
      } catch let error as InferenceError { throw CommandFailure(error) }
    }
  }

  /// Runs `work`; after a second says on standard error what it waits for, on a terminal with the seconds.
  static func waiting<Result: Sendable>(
    _ what: String, _ terminal: Terminal, bar: LoadingBar? = nil, _ work: @Sendable () async throws -> Result
  ) async throws -> Result {
    let ticker = Task {
      let clock = ContinuousClock()
      let start = clock.now
      try await Task.sleep(for: .seconds(1))
      if !terminal.isRich { note(what + "…") }
      while terminal.isRich {
        noteRaw("\r\u{1B}[K\(what)… \(bar?.text ?? "\(Int((clock.now - start) / .seconds(1))) s")")
        try await Task.sleep(for: .milliseconds(250))
      }
    }
    defer {
      ticker.cancel()
      if terminal.isRich { noteRaw("\r\u{1B}[K") }
    }
    return try await work()
  }
}
