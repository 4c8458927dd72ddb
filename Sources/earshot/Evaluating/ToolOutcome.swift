import Inference
import Tools

/// What a model answered to one case.
struct ToolOutcome: Sendable {
  var id: String
  /// What was asked: the last message of the user.
  var asked: String
  var expected: [ToolCase.Call]
  var calls: [ToolCall]
  var text: String
  var usage: GenerationUsage
  var duration: Duration
  var any: Set<String>

  /// Something may have to be called, and these tools in this order were.
  var hasRightNames: Bool { calls.map(\.name) == expected.map(\.name) }

  /// The right tools with the right arguments; where nothing may be called, nothing was.
  var isExact: Bool {
    hasRightNames && zip(calls, expected).allSatisfy { Self.same($0.arguments, $1.arguments, except: any) }
  }

  /// How sure the model was of its least sure call; nil where it called nothing.
  var confidence: Double? { calls.isEmpty ? nil : calls.map { $0.confidence ?? 1 }.min() }

  /// The calls as `set_light {"on": true}`, or the text.
  var got: String {
    guard !calls.isEmpty else { return text.isEmpty ? "(nothing)" : "“\(text)”" }
    return Self.line(calls.map { ($0.name, $0.arguments) })
  }

  var wanted: String { expected.isEmpty ? "no call" : Self.line(expected.map { ($0.name, $0.arguments) }) }

  private static func line(_ calls: [(String, JSONObject)]) -> String {
    calls.map { "\($0) \(JSONValue.object($1).text())" }.joined(separator: ", ")
  }

  /// Whether two values mean the same: the order of keys does not count, and 6 is 6.0.
  static func same(_ first: JSONValue, _ second: JSONValue) -> Bool {
    switch (first, second) {
    case (.integer(let a), .number(let b)): Double(a) == b
    case (.number(let a), .integer(let b)): a == Double(b)
    case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy { same($0, $1) }
    case (.object(let a), .object(let b)): same(a, b, except: [])
    default: first == second
    }
  }

  private static func same(_ first: JSONObject, _ second: JSONObject, except any: Set<String>) -> Bool {
    Set(first.keys).union(second.keys).subtracting(any).allSatisfy { key in
      guard let a = first[key], let b = second[key] else { return false }
      return same(a, b)
    }
  }
}
