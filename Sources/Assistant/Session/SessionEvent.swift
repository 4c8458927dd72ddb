public import Audio
public import Tools
import TurnDetection

/// What the session tells others: the events of `earshot ask --json` and of the live view. Times are positions in the
/// input audio (zero where the turn came as text); what was said travels here and nowhere else, never into logs.
public enum SessionEvent: Hashable, Sendable {
  case stateChanged(String)
  case wake(word: String, score: Double, at: SampleTime)
  case speechStarted(at: SampleTime)
  case partial(text: String, at: SampleTime)
  case speechStopped(at: SampleTime, reason: SpeechStopReason)
  case transcript(text: String)
  case toolCall(ToolCall)
  case toolResult(ToolResult)
  case reply(text: String)
  /// Somebody speaks over the reply, and what was made of it.
  case overlap(SpeechOverlap)
  case spoken(audio: Duration, interrupted: Bool)
  case turn(TurnOutcome, TurnLatency)
  case error(code: String, message: String)
}

/// What becomes of a reply that somebody speaks over.
public enum SpeechOverlap: String, Hashable, Sendable {
  /// It is silent until it is known what it is.
  case paused
  /// It was nothing: the reply goes on.
  case resumed
  /// It is over; whoever cut in is listened to.
  case interrupted
}

/// Why a turn's speech was taken to be over.
public enum SpeechStopReason: String, Hashable, Sendable {
  case silence, complete, limit

  init(_ reason: Turn.Reason) {
    switch reason {
    case .silence: self = .silence
    case .complete: self = .complete
    case .limit: self = .limit
    }
  }
}

/// How long after the last speech sample of the turn each thing happened; nil where it did not.
public struct TurnLatency: Hashable, Sendable {
  /// The turn was taken to be over: the configured silence and the detector's own delay.
  public var endpoint: Duration?
  /// Its words were final.
  public var recognition: Duration?
  /// The model's first token was there; a draft's may be before the end of the turn.
  public var firstToken: Duration?
  /// The (first) action had been carried out.
  public var action: Duration?
  /// The reply's first sample was handed to the loudspeaker.
  public var firstAudio: Duration?

  public init() {}
}

extension SessionEvent {
  /// The event as one object of the fixed shapes; nil for what scripts are not told.
  public var json: JSONObject? {
    switch self {
    case .stateChanged: nil
    case .wake(let word, let score, let at):
      [
        "event": "wake", "word": .string(word), "score": .number((score * 100).rounded() / 100),
        "at_ms": .integer(Int64(at.milliseconds)),
      ]
    case .speechStarted(let at): ["event": "speech_started", "at_ms": .integer(Int64(at.milliseconds))]
    case .partial(let text, let at):
      ["event": "partial", "text": .string(text), "at_ms": .integer(Int64(at.milliseconds))]
    case .speechStopped(let at, let reason):
      [
        "event": "speech_stopped", "at_ms": .integer(Int64(at.milliseconds)), "reason": .string(reason.rawValue),
      ]
    case .transcript(let text): ["event": "transcript", "text": .string(text)]
    case .toolCall(let call): call.eventJSON
    case .toolResult(let result):
      [
        "event": "tool_result", "id": .string(result.id), "name": .string(result.name), "ok": .bool(result.isSuccess),
        "output": result.output,
      ]
    case .reply(let text): ["event": "reply", "text": .string(text)]
    case .overlap(let overlap): ["event": "overlap", "reply": .string(overlap.rawValue)]
    case .spoken(let audio, let interrupted):
      ["event": "spoken", "audio_ms": audio.roundedMilliseconds, "interrupted": .bool(interrupted)]
    case .turn(let outcome, let latency):
      ["event": "turn", "outcome": .string(outcome.rawValue), "latency_ms": .object(latency.json)]
    case .error(let code, let message):
      ["event": "error", "code": .string(code), "message": .string(message)]
    }
  }
}

extension ToolCall {
  fileprivate var eventJSON: JSONObject {
    var json: JSONObject = [
      "event": "tool_call", "id": .string(id), "name": .string(name), "arguments": .object(arguments),
      "by": .string(origin.rawValue),
    ]
    if let confidence { json["confidence"] = .number(confidence) }
    return json
  }
}

extension TurnLatency {
  /// The latencies that there are, in milliseconds with one decimal.
  public var json: JSONObject {
    var json: JSONObject = [:]
    for (key, duration) in [
      ("endpoint", endpoint), ("recognition", recognition), ("first_token", firstToken), ("action", action),
      ("first_audio", firstAudio),
    ] {
      if let duration { json[key] = .number((duration.milliseconds * 10).rounded() / 10) }
    }
    return json
  }
}

extension Duration {
  /// In milliseconds, with fraction.
  public var milliseconds: Double {
    Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15
  }

  fileprivate var roundedMilliseconds: JSONValue { .integer(Int64(milliseconds.rounded())) }
}
