import Inference
import Tools
import Transcription

/// What a model makes of words that were only half heard, where it was asked about several readings of them.
///
/// A recogniser's likeliest words are often wrong in one place, and the next likeliest right: "the living are you might can go
/// around", "the living room light can go out". So each reading speaks for what the model makes of it, with its likelihood
/// times the model's confidence. What has most behind it is the answer, and its share is how sure the answer is: the call
/// with the least expected error (minimum Bayes risk; Goel and Byrne, 2000).
struct Consensus {
  /// What the model makes of one reading, whole.
  struct Answer {
    var reading: Transcript.Reading
    var events: [GenerationEvent]

    var calls: [ToolCall] {
      events.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
    }

    /// Answers with the same meaning do the same, in whatever order and however often; those that only talk are all alike.
    fileprivate var meaning: Set<Meaning> { Set(calls.map { Meaning(name: $0.name, arguments: $0.arguments) }) }

    /// How far the model believes in it. A call that nobody answers for has no weight.
    fileprivate var weight: Double {
      reading.likelihood * (calls.map { $0.confidence ?? 0 }.min() ?? 1)
    }
  }

  fileprivate struct Meaning: Hashable {
    var name: String
    var arguments: JSONObject
  }

  /// The answer of most weight, to its likeliest reading; its calls are as sure as its share of all. Nil without answers.
  /// - Parameter answers: the likeliest reading's first.
  static func of(_ answers: [Answer]) -> Answer? {
    var weights: [Set<Meaning>: Double] = [:]
    for answer in answers { weights[answer.meaning, default: 0] += answer.weight }
    // The first of equals: the likeliest reading of that meaning, and the order of a dictionary decides nothing.
    guard var chosen = answers.max(by: { weights[$0.meaning, default: 0] < weights[$1.meaning, default: 0] }) else {
      return nil
    }
    let share = weights[chosen.meaning, default: 0] / answers.reduce(0) { $0 + $1.reading.likelihood }
    chosen.events = chosen.events.map { event in
      guard case .toolCall(var call) = event else { return event }
      call.confidence = share
      return .toolCall(call)
    }
    return chosen
  }
}
