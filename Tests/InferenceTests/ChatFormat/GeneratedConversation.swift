import Inference
import Tools

/// Seeded conversations: the same as `Golden/chat/conversations.py` makes.
struct GeneratedConversation {
  var tools: [ToolDefinition] = []
  var messages: [ChatMessage] = []

  private var r: GeneratedText.Random
  private let pool: [String]
  private static let names = ["set_light", "get_time", "play-music", "Open_Garage_Door2"]

  init(seed: UInt64, words pool: [String]) {
    r = GeneratedText.Random(state: seed)
    self.pool = pool
    for place in 0..<r.below(4) {
      let description = words(8)
      tools.append(ToolDefinition(name: Self.names[place], description: description, parameters: schema()))
    }
    if r.below(3) > 0 { messages.append(.system(words(20))) }
    let rounds = 1 + r.below(4)
    for turn in 0..<rounds {
      messages.append(.user(words(12)))
      if r.below(8) == 0 { messages.append(.user(words(3))) }
      if !tools.isEmpty, r.below(2) == 0 {
        appendCalls()
        if turn == rounds - 1 { break }
      } else if turn == rounds - 1 {
        break
      }
      let text = words(10)
      messages.append(.assistant(text: text + ["", " ", "  "][r.below(3)], calls: []))
    }
  }

  private mutating func appendCalls() {
    var calls: [ToolCall] = []
    for _ in 0..<(1 + r.below(3)) {
      var id = ""
      for _ in 0..<9 { id.unicodeScalars.append(Unicode.Scalar(MistralCallID.characters[r.below(62)])) }
      let name = tools[r.below(tools.count)].name
      calls.append(ToolCall(id: id, name: name, arguments: arguments(0), origin: .model))
    }
    messages.append(.assistant(text: "", calls: calls))
    var results = calls.map { call in
      ToolResult(
        id: call.id, name: call.name, isSuccess: true,
        output: r.below(2) == 0 ? .object(arguments(0)) : .string(resultText()))
    }
    if r.below(3) == 0 { results.reverse() }
    messages += results.map { .tool($0) }
  }

  private mutating func words(_ most: Int) -> String {
    var text = ""
    for place in 0..<(1 + r.below(most)) {
      if place > 0 { text += [" ", " ", " ", ", ", ". ", "\n", "  ", "\n\n"][r.below(8)] }
      text += pool[r.below(pool.count)]
    }
    return text
  }

  private mutating func number() -> JSONValue {
    switch r.below(6) {
    case 0: .integer(Int64(r.below(100)))
    case 1: .integer(-Int64(r.below(1_000_000)))
    case 2: .number(Double(r.below(1000)) / 8)
    case 3: .number(Double(r.below(1000)) / 10)
    case 4: .number(Double(1 + r.below(99)) / 1e9)
    default: .number(Double(1 + r.below(9)) * 1e17)
    }
  }

  private mutating func value(_ depth: Int) -> JSONValue {
    switch r.below(depth < 2 ? 8 : 5) {
    case 0: return .string(words(4))
    case 1: return number()
    case 2: return .bool(r.below(2) == 0)
    case 3: return .null
    case 4:
      let text = words(1)
      return .string(text + ["\"", "\\", "/", "\t", "\u{07}", "\u{7f}", "\u{e9}\u{2028}"][r.below(7)])
    case 5: return .array((0..<r.below(4)).map { _ in value(depth + 1) })
    default: return .object(arguments(depth + 1))
    }
  }

  private mutating func arguments(_ depth: Int) -> JSONObject {
    var object: JSONObject = [:]
    for place in 0..<r.below(4) {
      let name = ["room", "on", "level", "größe"][r.below(4)]
      object["\(name)\(place)"] = value(depth)
    }
    return object
  }

  private mutating func schema() -> JSONValue {
    var properties: JSONObject = [:]
    var required: [JSONValue] = []
    for place in 0..<r.below(4) {
      let name = "\(["room", "on", "level"][r.below(3)])\(place)"
      switch r.below(4) {
      case 0:
        let first = words(1)
        properties[name] = ["type": "string", "enum": [.string(first), .string(words(2))]]
      case 1: properties[name] = ["type": "boolean", "description": .string(words(5))]
      case 2: properties[name] = ["type": "number", "minimum": 0, "maximum": 0.5]
      default: properties[name] = ["type": "array", "items": ["type": "integer"]]
      }
      if r.below(2) == 0 { required.append(.string(name)) }
    }
    return ["type": "object", "properties": .object(properties), "required": .array(required)]
  }

  private mutating func resultText() -> String {
    // As Python's list: every element is made before one is taken.
    let text = words(5)
    return ["42", "true", "{\"a\":1.50,\"b\": [ ]}", "[1,", "done", text, "\"quoted\"", ""][r.below(8)]
  }
}
