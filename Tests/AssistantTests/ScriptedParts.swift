import Assistant
import Inference
import Synchronization
import Tools

/// Understands exactly the texts it was given.
struct ScriptedInterpreter: Interpreting {
  var meanings: [String: Understanding]

  func meaning(of text: String, isConfirming: Bool) -> Understanding {
    if isConfirming, text == "yes" { return .confirmation(true) }
    if isConfirming, text == "no" { return .confirmation(false) }
    return meanings[text] ?? .words(text)
  }

  func mayBecomePhrase(_ text: String) -> Bool { meanings.keys.contains { $0.hasPrefix(text) } }
}

/// Decides by tool name and keeps what it was told to do.
final class RecordingHands: Hands {
  let tools: [ToolDefinition] = []
  let switching: Set<String> = ["set_fan"]
  let decisions: [String: CallDecision]
  private let calls = Mutex<[ToolCall]>([])

  init(decisions: [String: CallDecision] = [:]) { self.decisions = decisions }

  var performed: [ToolCall] { calls.withLock { $0 } }

  func decide(_ call: ToolCall) async -> CallDecision { decisions[call.name] ?? .allow }

  func perform(_ call: ToolCall, isConfirmed: Bool) async -> ToolResult {
    calls.withLock { $0.append(call) }
    return ToolResult(id: call.id, name: call.name, isSuccess: true, output: .null)
  }
}

struct PlainWording: Wording {
  func words(for saying: Saying) -> String {
    switch saying {
    case .text(let text): text
    case .result(let result, _): "did \(result.name)"
    case .question(let call, _): "shall I \(call.name)?"
    case .refusal(let reason): reason
    case .notUnderstood: "what?"
    case .cancelled: "all right"
    case .failure: "sorry"
    case .alarm(let alarm): "ring \(alarm.label)"
    }
  }
}

/// Says everything at once and keeps it.
final class RecordingVoice: ReplyVoice {
  private let state = Mutex<(said: [String], handler: (@Sendable (ReplyVoiceReport) -> Void)?)>(([], nil))

  var said: [String] { state.withLock { $0.said } }

  func report(to handler: @escaping @Sendable (ReplyVoiceReport) -> Void) { state.withLock { $0.handler = handler } }
  func open(_ voice: Int) {}
  func say(_ text: String, voice: Int) {
    let handler = state.withLock { state in
      state.said.append(text)
      return state.handler
    }
    handler?(.started(voice: voice))
  }
  func close(_ voice: Int) { tell(.ended(voice: voice, heard: .milliseconds(10))) }
  func pause(_ voice: Int) {}
  func resume(_ voice: Int) {}
  func stop(_ voice: Int) { tell(.interrupted(voice: voice, heard: .milliseconds(5), text: "")) }

  private func tell(_ report: ReplyVoiceReport) { state.withLock { $0.handler }?(report) }
}

/// Expects requests in a fixed order and answers each with its events. A request beyond the script is an error, and
/// ``unusedSteps`` says what was never asked.
final class ScriptedModel: LanguageModel {
  struct ScriptEnded: Error {}
  let name = "scripted"
  private let steps: Mutex<[[GenerationEvent]]>
  private let taken = Mutex<[GenerationRequest]>([])
  private let read = Mutex<[GenerationRequest]>([])

  let isAtHand: Bool
  let isQuick: Bool

  init(_ steps: [[GenerationEvent]], isAtHand: Bool = true, isQuick: Bool = false) {
    self.steps = Mutex(steps)
    self.isAtHand = isAtHand
    self.isQuick = isQuick
  }

  var unusedSteps: Int { steps.withLock { $0.count } }
  var requests: [GenerationRequest] { taken.withLock { $0 } }
  /// What it was told to read ahead.
  var prefilled: [GenerationRequest] { read.withLock { $0 } }

  func prefill(_ request: GenerationRequest) { read.withLock { $0.append(request) } }

  func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
    taken.withLock { $0.append(request) }
    let events = steps.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    return AsyncThrowingStream { continuation in
      guard let events else { return continuation.finish(throwing: ScriptEnded()) }
      for event in events { continuation.yield(event) }
      continuation.finish()
    }
  }
}

final class RecordingLog: TurnLog {
  private let records = Mutex<[FinishedTurn]>([])
  var turns: [FinishedTurn] { records.withLock { $0 } }
  func record(_ turn: FinishedTurn) { records.withLock { $0.append(turn) } }
}

/// Keeps the events a session tells.
final class EventRecorder: Sendable {
  private let kept = Mutex<[SessionEvent]>([])
  var events: [SessionEvent] { kept.withLock { $0 } }
  func take(_ event: SessionEvent) { kept.withLock { $0.append(event) } }
}
