public import Inference
public import Tools

/// What happens to a session. Events of work that was given up in the meantime carry an id that no longer matches and
/// change nothing.
public enum SessionInput: Hashable, Sendable {
  /// Somebody called the assistant by its name.
  case woken
  /// Somebody began to speak.
  case speechStarted
  /// What began was no speech after all.
  case speechDiscarded
  /// Somebody speaks while the assistant does; whether to it is not known yet.
  case overlapped
  /// It was a cough, a door, a "mhm": the reply goes on.
  case overlapDismissed
  /// It is meant for the assistant: the reply is over, and what is said is a turn whose beginning has been heard.
  case interrupted
  /// The turn's speech is over; its words follow.
  case turnEnded
  /// What the turn's words mean.
  case understood(Understanding)
  /// Words that came as text, without a microphone.
  case typed(Understanding)
  /// The policy's answer for a call.
  case decided(callID: String, CallDecision)
  /// A call was carried out, or failed.
  case performed(ToolResult)
  /// The model wrote something.
  case generated(generation: Int, GenerationEvent)
  /// The model failed.
  case generationFailed(generation: Int)
  /// The voice has said everything, or was stopped.
  case voiceEnded(voice: Int)
  /// A timer's time is up.
  case rang(Alarm)
  case mute
  case unmute
  /// Time has passed; see ``SessionState/deadline``.
  case tick
}

/// A timer whose time is up.
public struct Alarm: Hashable, Sendable {
  /// What it was for; empty where nobody said.
  public var label: String
  public var length: Duration
  /// How long ago that was; zero but where the assistant was not running then.
  public var late: Duration

  public init(label: String = "", length: Duration, late: Duration = .zero) {
    self.label = label
    self.length = length
    self.late = late
  }
}

/// What a turn's words mean to the session.
public enum Understanding: Hashable, Sendable {
  /// No words, or words that the recogniser does not stand by.
  case nothing
  /// The assistant's name, and no more.
  case called
  /// A configured phrase: a call at once, without a model.
  case call(ToolCall)
  /// Words that are no phrase.
  case words(String)
  /// The same, half heard while nobody had called: a command that a model is sure of is carried out, and nothing is said
  /// to anything else.
  case overheard(String)
  /// A clear yes or no; without an open question, a no ends what is going on.
  case confirmation(Bool)
}

/// The policy's answer for one call.
public enum CallDecision: Hashable, Sendable {
  case allow
  /// Ask aloud first, with the reason as the question's subject.
  case ask(reason: String)
  case deny(reason: String)
}

/// What the session wants done. Orders are carried out in their order; each ends in an input, at the latest when the
/// state's deadline passes.
public enum SessionOrder: Hashable, Sendable {
  /// Ask the policy; answered by `decided`.
  case decide(ToolCall)
  /// Carry the call out; answered by `performed`. Confirmed: the user said yes to this very call.
  case perform(ToolCall, isConfirmed: Bool)
  /// Ask the model; answered by `generated`. With results, they are the answer to the calls before.
  case generate(generation: Int, GenerationInput)
  case cancelGeneration(Int)
  /// Begin a reply; `say` follows, `closeVoice` ends it; answered by `voiceEnded`.
  case openVoice(Int)
  case say(voice: Int, Saying)
  case closeVoice(Int)
  /// Fall silent at once, and go on from the same sample with `resumeVoice`.
  case pauseVoice(Int)
  case resumeVoice(Int)
  /// Stop at once and forget what was not yet said.
  case stopVoice(Int)
  /// Play a short sound.
  case play(Earcon)
  /// The turn is over.
  case finish(turn: Int, TurnOutcome)
}

/// What a generation starts from.
public enum GenerationInput: Hashable, Sendable {
  case words(String)
  case results([ToolResult])
}

/// What a voice is to say; the words are chosen outside the state machine.
public enum Saying: Hashable, Sendable {
  /// Words of the model.
  case text(String)
  /// What came of a call.
  case result(ToolResult, call: ToolCall)
  /// "Shall I open the garage?"
  case question(ToolCall, reason: String)
  /// Why a call is not made.
  case refusal(reason: String)
  /// Nothing on offer fits the words.
  case notUnderstood
  /// A "no", or no answer in time, to a question.
  case cancelled
  /// Something took too long or broke.
  case failure
  /// A timer's time is up.
  case alarm(Alarm)
}

extension Saying {
  /// What is played where there are no words for it.
  var earcon: Earcon? {
    switch self {
    case .result(let result, _): result.isSuccess ? .done : .error
    case .refusal, .notUnderstood, .cancelled, .failure: .error
    case .text, .question, .alarm: nil
    }
  }
}
