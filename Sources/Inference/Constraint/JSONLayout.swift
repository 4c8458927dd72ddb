import Tools

/// JSON as models are trained to write it: `", "` between values and `": "` after keys, everything but control
/// characters, quotes and backslashes unescaped.
enum JSONLayout {
  static func bytes(_ value: JSONValue) -> [UInt8] {
    switch value {
    case .null, .bool, .integer, .number, .string: value.bytes()
    case .array(let elements): join(elements.map(bytes), open: "[", close: "]")
    case .object(let object):
      join(object.map { JSONValue.string($0.key).bytes() + Array(": ".utf8) + bytes($0.value) }, open: "{", close: "}")
    }
  }

  private static func join(_ parts: [[UInt8]], open: String, close: String) -> [UInt8] {
    Array(open.utf8) + parts.joined(separator: Array(", ".utf8)) + Array(close.utf8)
  }

  /// How deep the deepest of the values nests.
  static func depth(_ values: [JSONValue]) -> Int {
    values.map { value in
      switch value {
      case .array(let elements): 1 + depth(elements)
      case .object(let object): 1 + depth(Array(object.values))
      default: 0
      }
    }.max() ?? 0
  }
}
