/// The recogniser models of sherpa-onnx that a worker can load, by the names used in the configuration.
public enum RecogniserKind: String, CaseIterable, Hashable, Sendable {
  case streamingTransducer = "streaming-transducer"
  case streamingParaformer = "streaming-paraformer"
  case streamingZipformer2CTC = "streaming-zipformer2-ctc"
  case streamingNemoCTC = "streaming-nemo-ctc"
  case streamingToneCTC = "streaming-t-one-ctc"
  case transducer
  case nemoTransducer = "nemo-transducer"
  case paraformer
  case nemoCTC = "nemo-ctc"
  case zipformerCTC = "zipformer-ctc"
  case wenetCTC = "wenet-ctc"
  case telespeechCTC = "telespeech-ctc"
  case dolphin
  case omnilingual
  case tdnn
  case senseVoice = "sense-voice"
  case moonshine
  case moonshineMerged = "moonshine-merged"
  case whisper
  case canary
  case fireRed = "fire-red"

  /// Whether words come while the person speaks; other models hear the whole utterance at its end.
  public var isStreaming: Bool { rawValue.hasPrefix("streaming-") }

  /// The files without which the kind cannot be loaded, by role.
  public var roles: [String] {
    switch self {
    case .streamingTransducer, .transducer, .nemoTransducer: ["encoder", "decoder", "joiner", "tokens"]
    case .streamingParaformer, .whisper, .canary, .fireRed: ["encoder", "decoder", "tokens"]
    case .moonshine: ["preprocessor", "encoder", "uncached_decoder", "cached_decoder", "tokens"]
    case .moonshineMerged: ["encoder", "merged_decoder", "tokens"]
    default: ["model", "tokens"]
    }
  }
}

/// The models that tell whether a turn is over which a worker can load, by the names used in the configuration.
public enum TurnEndKind: String, CaseIterable, Hashable, Sendable {
  /// Smart Turn v3: Whisper's features of the last eight seconds in, a probability out.
  case smartTurn = "smart-turn"
}

/// The keyword spotters of sherpa-onnx that a worker can load, by the names used in the configuration.
public enum KeywordKind: String, CaseIterable, Hashable, Sendable {
  /// A small streaming transducer whose search knows the keywords and nothing else.
  case transducer

  /// The files without which the kind cannot be loaded, by role. `keywords` has a line a keyword: its tokens, then as one
  /// wishes `:score`, `#threshold` and `@NAME`.
  public var roles: [String] { ["encoder", "decoder", "joiner", "tokens", "keywords"] }
}

/// The voices of sherpa-onnx that a worker can load, by the names used in the configuration.
public enum VoiceKind: String, CaseIterable, Hashable, Sendable {
  /// VITS in all its forms: Piper, Coqui, MMS, MeloTTS.
  case vits
  case matcha
  case kokoro
  case kitten

  public var roles: [String] {
    switch self {
    case .vits: ["model", "tokens"]
    case .matcha: ["acoustic_model", "vocoder", "tokens"]
    case .kokoro, .kitten: ["model", "voices", "tokens"]
    }
  }
}
