public import Audio
import CFlite

/// The voice in the box: Flite, in this process.
///
/// Flite keeps its voices and lexicon in global variables and counts references to them without atomics, so all calls of
/// the process go through one lock, which is held while a piece of text (240 characters at most) is synthesised.
/// A `deliver` that waits makes every other user of Flite wait. ``SpeechPipeline`` takes samples into a queue for this
/// reason.
public final class FliteSynthesiser: Synthesiser {
  /// What one call takes, in UTF-8 bytes: some twenty minutes of speech.
  public static let maximumTextBytes = 16_384

  public let voice: FliteVoice
  /// How fast, relative to the voice's own speed, 0.5...2.
  public let speed: Double

  public var name: String { "flite \(voice.rawValue)" }
  public let sampleRate = SampleRate.speech
  public var languages: [String] { voice.languages }

  /// Loads the voice. Throws when `speed` is out of range or Flite does not have the voice.
  public init(voice: FliteVoice = .slt, speed: Double = 1) throws(SpeechError) {
    guard (0.5...2).contains(speed) else {
      throw SpeechError(
        .settingInvalid, "cannot set the speed of flite \(voice.rawValue) to \(speed)",
        remedy: "Choose a speed from 0.5 to 2.")
    }
    self.voice = voice
    self.speed = speed
    guard FliteEngine.withShared({ $0.load(voice) }) else {
      throw SpeechError(
        .notInstalled, "cannot load the voice \(voice.rawValue) of Flite",
        remedy: "Install it with: apt-get install libflite1.")
    }
  }

  /// The voice by its name in a configuration: `slt`, `rms`, `awb`, `kal16`.
  public convenience init(named name: String, speed: Double = 1) throws(SpeechError) {
    guard let voice = FliteVoice(rawValue: name) else {
      let known = FliteVoice.allCases.map(\.rawValue).joined(separator: ", ")
      throw SpeechError(
        .voiceUnknown, "cannot load a voice of that name from Flite", remedy: "Choose one of \(known).")
    }
    try self.init(voice: voice, speed: speed)
  }

  public func synthesise(_ text: String, deliver: (Span<Float>) -> Bool) throws(SpeechError) {
    guard text.utf8.count <= Self.maximumTextBytes else {
      throw SpeechError(
        .textTooLong, "cannot say \(text.utf8.count) bytes at once",
        remedy: "Split it into clauses of at most \(Self.maximumTextBytes) bytes.")
    }
    for piece in FliteText.pieces(of: text) {
      let outcome = withoutActuallyEscaping(deliver) { deliver in
        FliteEngine.withShared { $0.speak(piece, voice: voice, speed: speed, deliver: deliver) }
      }
      switch outcome {
      case .said: continue
      case .stopped: return
      case .failed:
        throw SpeechError(
          .voiceFailed, "cannot say a clause of \(piece.count) characters with flite \(voice.rawValue)",
          remedy: "Say it in other words.")
      }
    }
  }
}
