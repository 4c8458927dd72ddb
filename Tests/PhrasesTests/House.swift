import Phrases
import Tools

/// A house with tools of every kind of slot.
enum House {
  static func tool(_ name: String, _ properties: JSONValue, required: [JSONValue] = []) -> ToolDefinition {
    ToolDefinition(
      name: name, description: "",
      parameters: ["type": "object", "properties": properties, "required": .array(required)])
  }

  static let light = PhraseTool(
    tool: tool(
      "set_light",
      ["room": ["type": "string", "enum": ["kitchen", "living_room", "hall"]], "on": ["type": "boolean"]],
      required: ["room", "on"]),
    phrases: ["(turn|switch) {on:on|off} the {room} light[s]", "{room} light {on:on|off}"],
    spoken: ["room": ["living_room": ["lounge", "(sitting|front) room"]]])
  static let level = PhraseTool(
    tool: tool(
      "set_level",
      [
        "level": ["type": "integer", "minimum": 0, "maximum": 100],
        "room": ["type": "string", "enum": ["kitchen", "hall"]],
      ],
      required: ["level"]),
    phrases: ["dim [the {room}] [light[s]] to {level}", Phrase("maximum light", fixed: ["level": 100])])
  static let timer = PhraseTool(
    tool: tool(
      "set_timer", ["length_s": ["type": "integer", "minimum": 1, "maximum": 86_400]], required: ["length_s"]),
    phrases: ["[set|start] (a|the) timer (for|of) {length_s}", "{length_s} timer"])
  static let alarm = PhraseTool(
    tool: tool("set_alarm", ["at": ["type": "string", "format": "time"]], required: ["at"]),
    phrases: ["wake me [up] at {at}"])
  static let heating = PhraseTool(
    tool: tool("set_heating", ["celsius": ["type": "number", "minimum": 5, "maximum": 28.5]], required: ["celsius"]),
    phrases: ["set the heating to {celsius} [degrees]"])
  static let note = PhraseTool(
    tool: tool("note", ["text": ["type": "string"]], required: ["text"]),
    phrases: ["(note|remember) [that] {text}", Phrase("note milk", fixed: ["text": "milk"])])
  static let radio = PhraseTool(
    tool: tool("radio", ["channel": ["type": "integer", "enum": [1, 4, 21]]], required: ["channel"]),
    phrases: ["play radio {channel}"])

  static let all = [light, level, timer, alarm, heating, note, radio]
  static let set = PhraseSet(all)
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
