import Inference
import Tools

/// What has been said between a person and the language model, with the persona first. Bounded: a session lives for months,
/// and of what it said yesterday nothing is left in the model's context anyway.
struct Dialogue {
  /// More than fit into the context of any model that runs at home.
  static let maximumMessages = 256

  /// Bytes up to which what is said one after the other is one answer.
  private static let longestAnswer = 4_096

  private let persona: String
  private var said: [ChatMessage] = []

  init(persona: String) { self.persona = persona }

  var messages: [ChatMessage] { (persona.isEmpty ? [] : [.system(persona)]) + said }

  /// Adds one message; whole turns go from the beginning where there are too many.
  mutating func add(_ message: ChatMessage) {
    if case .user = message { settle() }
    // Told when it was carried out, and once more where the model is asked about it.
    if case .tool(let result) = message,
      said.contains(where: { if case .tool(let known) = $0 { known.id == result.id } else { false } })
    {
      return
    }
    // Two things said one after the other are one answer.
    if case .assistant(let text, []) = message, case .assistant(let before, [])? = said.last, !before.isEmpty,
      before.utf8.count < Self.longestAnswer
    {
      said[said.count - 1] = .assistant(text: before + " " + text, calls: [])
    } else {
      said.append(message)
    }
    while said.count > Self.maximumMessages {
      let next = said.dropFirst().firstIndex { if case .user = $0 { true } else { false } }
      said.removeFirst(next ?? said.count - Self.maximumMessages)
    }
  }

  /// The answer to the newest request was cut off: no more of it was said than what was heard.
  mutating func cutOff(to heard: String) {
    let request = said.lastIndex { if case .user = $0 { true } else { false } } ?? -1
    for index in said.indices.reversed() where index > request {
      guard case .assistant(let text, let calls) = said[index], !text.isEmpty else { continue }
      if heard.isEmpty, calls.isEmpty {
        said.remove(at: index)
      } else {
        said[index] = .assistant(text: heard, calls: calls)
      }
      return
    }
    // It was being written, and was never added.
    if request >= 0, !heard.isEmpty { said.append(.assistant(text: heard, calls: [])) }
  }

  /// What somebody has said that no model was asked; once, however much comes of it.
  mutating func addRequest(_ words: String) {
    let newest = said.last { if case .user = $0 { true } else { false } }
    if !words.isEmpty, newest != .user(words) { add(.user(words)) }
  }

  /// The newest request was understood otherwise.
  mutating func correctRequest(_ words: String, to understood: String) {
    if said.last == .user(words) { said[said.count - 1] = .user(understood) }
  }

  /// The newest calls are not made, as far as they have no result: somebody is asked first, or they are refused. The model
  /// must not believe that they were.
  mutating func withdrawCalls() {
    guard let last = said.lastIndex(where: { if case .assistant = $0 { true } else { false } }),
      case .assistant(let text, let calls) = said[last]
    else { return }
    let made = calls.filter { results(after: last).contains($0.id) }
    if made.isEmpty, text.isEmpty {
      said.remove(at: last)
    } else {
      said[last] = .assistant(text: text, calls: made)
    }
  }

  /// The newest request was not meant for the assistant.
  mutating func forgetRequest() {
    if let last = said.lastIndex(where: { if case .user = $0 { true } else { false } }) { said.removeSubrange(last...) }
  }

  /// Gives every call that was given up a result: chat formats have no place for a call without one, and the
  /// model must not believe that it was carried out.
  private mutating func settle() {
    guard let last = said.lastIndex(where: { if case .assistant = $0 { true } else { false } }),
      case .assistant(_, let calls) = said[last]
    else { return }
    let settled = results(after: last)
    for call in calls where !settled.contains(call.id) {
      said.append(.tool(ToolResult(id: call.id, name: call.name, isSuccess: false, output: ["error": "not done"])))
    }
  }

  /// Which calls have results behind message number `index`.
  private func results(after index: Int) -> Set<String> {
    Set(said[index...].compactMap { if case .tool(let result) = $0 { result.id } else { nil } })
  }
}
