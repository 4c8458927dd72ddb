public import Actions

/// Everything that a configuration file says, checked, with the defaults where it says nothing. `docs/configuration.md`
/// lists every key with its type, default, range and unit.
public struct Configuration: Hashable, Sendable {
  /// Which pins, PWM channels and LEDs are switched.
  public enum Board: String, Hashable, Sendable, CaseIterable { case real, simulated }

  /// The least important message that is still written; the names are swift-log's.
  public enum LogLevel: String, Hashable, Sendable, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
  }

  public var board: Board
  public var logLevel: LogLevel
  public var audio: Audio
  public var wake: Wake
  public var turns: Turns
  public var transcription: Transcription
  /// What the language model is told about itself.
  public var persona: String
  /// Where it stands, as people say it.
  public var room: String?
  public var model: Model
  public var speech: Speech
  public var journal: Journal
  /// The named lines, in the file's order.
  public var lines: [Line]
  public var replies: Replies
  /// In the file's order.
  public var tools: [Tool]

  /// Microphone and speaker.
  public struct Audio: Hashable, Sendable {
    /// ALSA names.
    public var capture: String
    public var playback: String
    /// From 0.
    public var channel: Int
    public var period: Duration
    public var echo: Echo
    /// How long a room sounds on.
    public var echoTail: Duration
    /// By how much steady noise is made quieter, dB; 0 leaves it.
    public var noiseSuppression: Int
    public var hasGainControl: Bool
    /// What plays beside the assistant and is turned down for it; nil: nothing.
    public var duck: Duck?
    /// The short sounds that are played.
    public var earcons: Set<Earcon>

    /// A volume control.
    public struct Duck: Hashable, Sendable {
      /// A simple control of ALSA's mixer.
      public var control: String
      /// A control device, as ALSA names it.
      public var device: String
      /// By how much it is turned down.
      public var decibels: Int
    }

    public enum Earcon: String, Hashable, Sendable, CaseIterable { case wake, done, error, thinking }

    /// Who takes the assistant's own voice out of what the microphone hears.
    public enum Echo: String, Hashable, Sendable, CaseIterable { case software, hardware, none }
  }

  /// What the assistant is called by.
  public struct Wake: Hashable, Sendable {
    public struct Word: Hashable, Sendable {
      /// The word of one in the box, or the path of a manifest.
      public var word: String
      /// 0...1; 0.5 is what the word's makers recommend.
      public var sensitivity: Double

      public init(word: String, sensitivity: Double) {
        self.word = word
        self.sensitivity = sensitivity
      }
    }

    /// Empty: nobody needs to call, unless there is a button.
    public var words: [Word]
    /// The folder of a keyword spotter's model.
    public var spotterFolder: String?
    /// The push-to-talk button.
    public var button: Line?
    /// Whether what is said counts only after a call.
    public var isNeeded: Bool { !words.isEmpty || button != nil || spotterFolder != nil }
    /// Nobody needs to call.
    public mutating func clear() { (words, spotterFolder, button) = ([], nil, nil) }

    public var refractory: Duration
    /// How long somebody who has called may take to begin.
    public var wait: Duration
    public var followUp: Duration
  }

  /// When a turn begins and ends.
  public struct Turns: Hashable, Sendable {
    public enum Eagerness: String, Hashable, Sendable, CaseIterable { case low, medium, high, auto }

    /// Whether the words have a say in it, or silence alone.
    public var isSemantic: Bool
    public var eagerness: Eagerness
    /// `smart-turn` or a path; nil: the voice has no say in it.
    public var soundModel: String?
    public var silence: Duration
    /// At most `silence`; so is `completeSilence`.
    public var pause: Duration
    public var completeSilence: Duration
    /// At least `silence`.
    public var unfinishedSilence: Duration
    public var minimumSpeech: Duration
    public var minimumTurn: Duration
    public var maximumTurn: Duration
    public var preRoll: Duration
    public var onsetProbability: Double
    /// At most `onsetProbability`.
    public var offsetProbability: Double
    /// How long a question waits for its answer.
    public var confirmation: Duration
    /// Whether somebody may cut in while the assistant speaks.
    public var canBeInterrupted: Bool
  }

  /// The recogniser.
  public struct Transcription: Hashable, Sendable {
    public enum Engine: String, Hashable, Sendable, CaseIterable {
      case pocketSphinx = "pocketsphinx"
      case sherpaOnnx = "sherpa-onnx"
    }

    public var engine: Engine
    /// Never nil with sherpa-onnx.
    public var modelFolder: String?
    /// The name of sherpa-onnx's kind of model; nil tells it by the folder's files.
    public var modelType: String?
    public var threads: Int
    public var language: String?
    /// Turns are kept as sound files there; nil keeps none.
    public var keptTurnsFolder: String?
  }

  /// The language model.
  public struct Model: Hashable, Sendable {
    public enum Cache: String, Hashable, Sendable, CaseIterable { case f16, q8 = "q8_0" }

    /// A server with OpenAI's interface.
    public struct Server: Hashable, Sendable {
      /// Begins with http:// or https://; the rest is checked by whoever uses it.
      public var url: String
      public var model: String
      public var keyFile: String?
      /// For the beginning of an answer.
      public var timeout: Duration
    }

    /// What stands for the model that Earshot brings.
    public static let inTheBox = "in-the-box"

    /// A GGUF file, or ``inTheBox``; nil runs none.
    public var file: String?
    /// Whether the model that Earshot brings answers where the file cannot, or where there is only a server.
    public var fallsBack: Bool
    /// In tokens.
    public var context: Int
    public var cache: Cache
    /// 0: one for each core.
    public var threads: Int
    /// The name of a chat format; nil tells by the file.
    public var format: String?
    public var maximumTokens: Int
    public var temperature: Double
    /// Asked before the file; nil: what is said stays on this machine.
    public var server: Server?
  }

  /// The voice.
  public struct Speech: Hashable, Sendable {
    public enum Engine: String, Hashable, Sendable, CaseIterable {
      case flite
      case eSpeakNG = "espeak-ng"
      case sherpaOnnx = "sherpa-onnx"
    }

    public var engine: Engine
    /// The engine's own default where nil.
    public var voice: String?
    /// Never nil with sherpa-onnx.
    public var modelFolder: String?
    /// The name of sherpa-onnx's kind of model; nil tells it by the folder's files.
    public var modelType: String?
    public var speaker: Int
    public var threads: Int
    /// 0.5...2; 1 is the voice's own speed.
    public var speed: Double
  }

  /// What is kept.
  public struct Journal: Hashable, Sendable {
    public var file: String
    public var keepDays: Int
    public var keepsTranscripts: Bool
  }

  /// One named line of `gpio.lines`.
  public struct Line: Hashable, Sendable {
    public var name: String
    public var address: GPIOLineAddress
    public var settings: GPIOLineSettings
  }

  /// What is said when no tool's reply fits; empty says nothing.
  public struct Replies: Hashable, Sendable {
    public var notUnderstood: String
    public var refused: String
    public var cancelled: String
    public var failed: String
    public var done: String
  }
}
