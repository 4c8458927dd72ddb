import OrderedCollections
import Tools

/// One value of a YAML document with the place where it was written; aliases are expanded, scalars are resolved.
struct YAMLNode: Hashable, Sendable {
  struct Entry: Hashable, Sendable {
    var key: String
    var keyOrigin: ConfigurationOrigin
    var value: YAMLNode
  }

  enum Content: Hashable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// Always finite.
    case number(Double)
    case text(String)
    case list([YAMLNode])
    /// Keys are unique.
    case mapping([Entry])
  }

  var content: Content
  var origin: ConfigurationOrigin
  /// How many characters of notation stand before a scalar's text: 1 for a quote. Nil where the text does not stand in
  /// one line as it is read, as in a block scalar.
  var textOffset: Int?

  init(_ content: Content, _ origin: ConfigurationOrigin, textOffset: Int? = nil) {
    self.content = content
    self.origin = origin
    self.textOffset = textOffset
  }

  /// The place of a character of the scalar's text, counted from 0, or the scalar's own.
  func origin(ofScalar column: Int?) -> ConfigurationOrigin {
    guard case .file(let line, let start) = origin, let column, let textOffset else { return origin }
    return .file(line: line, column: start + textOffset + column)
  }

  var isNull: Bool { content == .null }
  var text: String? { if case .text(let text) = content { text } else { nil } }
  var boolean: Bool? { if case .boolean(let flag) = content { flag } else { nil } }
  var integer: Int64? { if case .integer(let integer) = content { integer } else { nil } }
  var list: [YAMLNode]? { if case .list(let elements) = content { elements } else { nil } }
  var entries: [Entry]? { if case .mapping(let entries) = content { entries } else { nil } }

  var number: Double? {
    switch content {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    default: nil
    }
  }

  /// The value of a key that is there and not null.
  subscript(key: String) -> YAMLNode? {
    guard let value = entries?.first(where: { $0.key == key })?.value, !value.isNull else { return nil }
    return value
  }

  /// What it is, as a sentence about it says: `is text, not …`.
  var kindName: String {
    switch content {
    case .null: "nothing"
    case .boolean: "true or false"
    case .integer: "a whole number"
    case .number: "a number"
    case .text: "text"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The same value without places.
  var json: JSONValue {
    switch content {
    case .null: .null
    case .boolean(let flag): .bool(flag)
    case .integer(let integer): .integer(integer)
    case .number(let number): .number(number)
    case .text(let text): .string(text)
    case .list(let elements): .array(elements.map(\.json))
    case .mapping(let entries):
      .object(JSONObject(entries.map { ($0.key, $0.value.json) }, uniquingKeysWith: { first, _ in first }))
    }
  }

  /// The node that a JSON pointer leads to, or the deepest one on the way that exists.
  func nearest(toPointer pointer: String) -> YAMLNode {
    var node = self
    for token in JSONPointer.tokens(of: pointer) ?? [] {
      switch node.content {
      case .mapping(let entries):
        guard let entry = entries.first(where: { $0.key == token }) else { return node }
        node = entry.value
      case .list(let elements):
        guard let index = Int(token), elements.indices.contains(index) else { return node }
        node = elements[index]
      default: return node
      }
    }
    return node
  }
}
