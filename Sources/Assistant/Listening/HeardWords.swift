public import Transcription

extension Heard {
  /// The words of a turn, or of its beginning, as far as they may be acted on.
  public struct Words: Hashable, Sendable {
    public var text: String
    /// The assistant's name was before them.
    public var isCalled: Bool
    /// Whether the recogniser stands by them, so that a phrase in them is a command.
    public var isCertain: Bool
    /// Whether a language model may be asked what was meant.
    public var isUsable: Bool
    /// What words that are not certain may have been; see ``Transcript/readings``.
    public var readings: [Transcript.Reading] = []

    public init(text: String, isCalled: Bool = false) {
      (self.text, self.isCalled, isCertain, isUsable) = (text, isCalled, true, true)
    }

    init(_ transcript: Transcript, isCalled: Bool) {
      self.isCalled = isCalled
      isCertain = transcript.isAccepted
      switch transcript.rejection {
      case nil: (text, isUsable) = (transcript.text, true)
      case .notAPhrase: (text, isUsable, readings) = (transcript.text, true, transcript.readings)
      // Of two commands nobody knows which; a model would choose one.
      case .ambiguous: (text, isUsable) = (transcript.text, false)
      case .nothingHeard, .engineFailed: (text, isUsable) = ("", false)
      }
    }
  }
}
