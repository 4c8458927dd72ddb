import Actions
import Assistant
import Configuration
import OrderedCollections
import Phrases
import Tools

/// The words of the configuration: replies of the tools, and the sentences for everything that is no tool's.
struct ConfiguredWording: Wording {
  private let replies: Configuration.Replies
  private let templates: [String: ReplyTemplate]
  private let descriptions: [String: String]
  private let phrases: PhraseSet

  /// - Parameter phrases: the configuration's own, by which a call is asked about in a person's words.
  init(_ configuration: Configuration, phrases: PhraseSet) {
    replies = configuration.replies
    self.phrases = phrases
    templates = Dictionary(
      configuration.tools.compactMap { tool in
        tool.reply.map { (tool.name, $0) }
      }, uniquingKeysWith: { first, _ in first })
    descriptions = Dictionary(
      configuration.tools.map { ($0.definition.name, $0.definition.description) },
      uniquingKeysWith: { first, _ in first })
  }

  func words(for saying: Saying) -> String {
    switch saying {
    case .text(let text): text
    case .result(let result, let call):
      if !result.isSuccess {
        replies.failed
      } else if let template = templates[call.name] {
        template.rendered(arguments: call.arguments, output: result.output)
      } else {
        replies.done
      }
    case .question(let call, _): question(call)
    case .refusal: replies.refused
    case .notUnderstood: replies.notUnderstood
    case .cancelled: replies.cancelled
    case .failure: replies.failed
    case .alarm(let alarm): Self.words(for: alarm)
    }
  }

  /// "The timer for the eggs is done." "Your 10 minutes are over." "… That was 3 minutes ago."
  private static func words(for alarm: Alarm) -> String {
    let length = alarm.length.spokenRoughly
    let isOne = length.hasPrefix("1 ") && !length.dropFirst(2).contains(" ")
    let text =
      alarm.label.isEmpty ? "Your \(length) \(isOne ? "is" : "are") over." : "The timer for \(alarm.label) is done."
    return alarm.late > .zero ? text + " That was \(alarm.late.spokenRoughly) ago." : text
  }

  /// "Turn on the kitchen light? Please say yes or no."
  private func question(_ call: ToolCall) -> String {
    var subject =
      phrases.sentence(calling: call.name, arguments: call.arguments) ?? descriptions[call.name]
      ?? call.name.split(separator: "_").joined(separator: " ")
    while subject.last == "." { subject.removeLast() }
    return subject.prefix(1).uppercased() + subject.dropFirst() + "? Please say yes or no."
  }
}
