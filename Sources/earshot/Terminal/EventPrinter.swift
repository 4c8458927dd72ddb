import Assistant
import OrderedCollections
import Tools

/// Prints a session's events: NDJSON for programs, one line each for people.
struct EventPrinter: Sendable {
  let json: Bool

  func print(_ event: SessionEvent) {
    if json {
      if let object = event.json { out(JSONValue.object(object).text()) }
      return
    }
    switch event {
    case .stateChanged, .speechStarted, .partial, .speechStopped: break
    case .overlap(let overlap): out("reply    \(overlap.rawValue), somebody speaks over it")
    case .wake(let word, let score, _): out("called   \(word) (\(Int((score * 100).rounded())) % sure)")
    case .transcript(let text): out("heard    \(text)")
    case .toolCall(let call): out("call     \(call.name) \(JSONValue.object(call.arguments).text())")
    case .toolResult(let result): out("result   \(result.isSuccess ? "ok" : "failed") \(result.output.text())")
    case .reply(let text): out("reply    \(text)")
    case .spoken(let audio, let interrupted):
      out("spoken   \(Int(audio.milliseconds)) ms\(interrupted ? ", interrupted" : "")")
    case .turn(let outcome, let latency):
      let times = latency.json.map { "\($0.key) \($0.value.text()) ms" }.joined(separator: ", ")
      out("turn     \(outcome.rawValue)\(times.isEmpty ? "" : " (after the end of speech: \(times))")")
    case .error(let code, let message): note("error    \(code): \(message)")
    }
  }
}
