import Assistant
import Audio
import Configuration
import EchoCancellation
import Phrases
import Transcription
import TurnDetection
import WakeWord

/// Makes what the listen loop listens with.
enum Ears {
  static let weights = "silero_vad_16k_op15.onnx"

  /// Loads the wake words; nil where none is configured.
  private static func wake(_ wake: Configuration.Wake) throws -> WakeWordDetector? {
    guard !wake.words.isEmpty else { return nil }
    let words = try wake.words.map { word in
      try WakeWord(manifest: try manifest(of: word.word), sensitivity: Float(word.sensitivity))
    }
    return try WakeWordDetector(words: words, refractory: wake.refractory)
  }

  /// A detector for words by name or path, at their makers' sensitivity.
  /// - Throws: ``CommandFailure``.
  static func wakeDetector(words: [String], sensitivity: Float = 0.5) throws -> WakeWordDetector {
    do {
      return try WakeWordDetector(
        words: try words.map { try WakeWord(manifest: try manifest(of: $0), sensitivity: sensitivity) })
    } catch {
      throw CommandFailure(making: error)
    }
  }

  /// `hey jarvis` is a file of the box; what begins with / is a file of the user's.
  private static func manifest(of word: String) throws -> String {
    if word.hasPrefix("/") { return word }
    let name = word.lowercased().split { !$0.isLetter && !$0.isNumber }.joined(separator: "_")
    if let path = ResourceFiles.locate("wake/\(name).json") { return path }
    throw CommandFailure(
      status: .badConfiguration,
      description: """
        wake.words: there is no wake word "\(word)" in the box; there are okay nabu, hey jarvis, alexa and hey mycroft. \
        For another one name the .json file of a microWakeWord model by its path.
        """)
  }

  static func make(_ configuration: Configuration, phrases: PhraseSet) throws -> ListenLoop.Ears {
    guard let path = ResourceFiles.locate(weights) else {
      throw CommandFailure(
        status: .unavailable,
        description: """
          could not find the voice activity weights (\(weights)). Run `make setup`, or set EARSHOT_SHARE to the folder \
          that has them.
          """)
    }
    do {
      let wake = try wake(configuration.wake)
      let names = try WakePhrases(
        WakePhrases(of: wake).phrases + (configuration.wake.spotterFolder.map { try Spotters.names(in: $0) } ?? []))
      return ListenLoop.Ears(
        detector: try SileroVAD(weights: path), turns: try TurnDetector(turns(configuration.turns)),
        recogniser: try Recognisers.make(configuration, phrases: phrases, wake: names),
        judge: configuration.turns.isSemantic ? PhraseJudge(phrases: phrases, wake: names) : nil,
        turnEnd: try configuration.turns.soundModel.map(turnEnd),
        wake: wake, names: names, needsCall: configuration.wake.isNeeded)
    } catch {
      throw CommandFailure(making: error)
    }
  }

  /// The model that hears whether a turn is over, in a worker. It is started here.
  private static func turnEnd(_ name: String) throws -> any TurnEndJudge {
    var path: String? = name
    if name == "smart-turn" { path = ResourceFiles.locate("turns/smart-turn-v3.2-cpu.onnx") }
    guard let path else {
      throw CommandFailure(
        status: .unavailable,
        description:
          "turns.sound_model: could not find smart-turn's weights. Run `make setup`, or name a file by its path.")
    }
    let judge = try SmartTurn(model: path) {
      note("turns.sound_model: \($0) Turns end by words and silence meanwhile.")
    }
    try judge.start()
    return judge
  }

  /// What takes the assistant's own voice out of what `source` hears; nil where nobody does.
  static func ownVoice(
    _ configuration: Configuration, source: any AudioSource, sink: (any AudioSink)?
  ) -> (any OwnVoiceRemoving)? {
    switch configuration.audio.echo {
    case .none: return nil
    case .hardware: return NoEcho()
    case .software:
      guard let history = sink?.history else { return nil }
      return EchoRemover(
        EchoStage(history: history, configuration: echo(configuration.audio)) { [source] time in
          source.captureTime(of: time)
        })
    }
  }

  static func echo(_ audio: Configuration.Audio) -> EchoConfiguration {
    var echo = EchoConfiguration()
    echo.tail = audio.echoTail
    echo.noiseSuppression = audio.noiseSuppression
    echo.automaticGain = audio.hasGainControl
    return echo
  }

  static func turns(_ turns: Configuration.Turns) -> TurnConfiguration {
    var result = TurnConfiguration()
    result.onsetThreshold = Float(turns.onsetProbability)
    result.offsetThreshold = Float(turns.offsetProbability)
    result.minimumSpeech = turns.minimumSpeech
    result.pause = turns.pause
    result.hangover = turns.silence
    result.completeHangover = turns.completeSilence
    result.unfinishedHangover = turns.unfinishedSilence
    result.minimumTurn = turns.minimumTurn
    result.preRoll = turns.preRoll
    result.maximumTurn = turns.maximumTurn
    return result.eager(Eagerness(rawValue: turns.eagerness.rawValue) ?? .auto)
  }
}
