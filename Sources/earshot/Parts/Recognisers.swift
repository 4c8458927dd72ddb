import Assistant
import Configuration
import Glibc
import Phrases
import Tools
import Transcription
import WorkerProcess

/// Chooses the recogniser that the configuration names.
enum Recognisers {
  /// Sentences that teach the recogniser in the box its vocabulary; large houses are sampled.
  private static let sentenceLimit = 20_000

  static func make(
    _ configuration: Configuration, phrases: PhraseSet, wake: WakePhrases
  ) throws -> any Recogniser {
    let box = try inTheBox(phrases, wake)
    switch configuration.transcription.engine {
    case .pocketSphinx: return box
    case .sherpaOnnx: return FallbackRecogniser(first: try downloaded(configuration.transcription), spare: box)
    }
  }

  private static func inTheBox(_ phrases: PhraseSet, _ wake: WakePhrases) throws -> any Recogniser {
    let sentences = phrases.sentences(limit: sentenceLimit, seed: 1)
    let answers = PhraseInterpreter.answerSentences + PhraseInterpreter.listenerSentences
    let plain = sentences + answers
    // With its name in front, and the name alone.
    let called = wake.phrases.flatMap { name in [name] + plain.map { name + " " + $0 } }
    let models = try PhraseModels(sentences: plain + called, cacheFolder: cacheFolder()) { note($0) }
    let answerSet = Set(answers)
    // Texts that call the same tool with the same arguments mean the same.
    return try PocketSphinxRecogniser(models: models) { text in
      let (text, isCalled) = wake.strip(text)
      if isCalled, text.isEmpty { return "called" }
      if answerSet.contains(text) { return "answer " + text }
      return phrases.match(text).map { $0.name + JSONValue.object($0.arguments).text() }
    } begins: {
      phrases.outlook(wake.strip($0).rest) != .foreign
    }
  }

  private static func downloaded(_ transcription: Configuration.Transcription) throws -> any Recogniser {
    let folder = try ModelFolder(transcription.modelFolder ?? "")
    let kind = try transcription.modelType.map { name in
      guard let kind = RecogniserKind(rawValue: name) else {
        throw CommandFailure(
          status: .badConfiguration,
          description: """
            transcription.type: there is no type "\(name)". There are: \
            \(RecogniserKind.allCases.map(\.rawValue).joined(separator: ", "))
            """)
      }
      return kind
    }
    var options = ["threads": String(transcription.threads)]
    if let language = transcription.language { options["language"] = language }
    let recogniser = try WorkerRecogniser(model: try folder.recogniser(kind: kind, options: options))
    try recogniser.start()
    return recogniser
  }

  /// Where what can be made again is kept: systemd's cache folder, or the user's.
  static func cacheFolder() -> String {
    let environment = processEnvironment()
    if let folder = environment["CACHE_DIRECTORY"] { return folder }
    if let folder = environment["XDG_CACHE_HOME"] { return folder + "/earshot" }
    if let home = environment["HOME"] { return home + "/.cache/earshot" }
    return "/var/cache/earshot"
  }
}
