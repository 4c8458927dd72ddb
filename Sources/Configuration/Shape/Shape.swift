import Tools

/// What a value of the configuration may be. One description is the source of the checks, of the JSON Schema for
/// editors, of docs/configuration.md and of what `earshot config show` prints, so that they cannot disagree.
indirect enum Shape: Sendable {
  case boolean
  /// on or off; true and false are taken as well.
  case onOff
  case integer(ClosedRange<Int64>)
  case number(ClosedRange<Double>)
  case text(TextForm)
  case choice([String])
  /// Text, a number, true or false.
  case scalar
  case list(of: Shape, count: ClosedRange<Int>)
  /// A mapping whose keys the user chooses; `key` says what they stand for.
  case named(key: String, of: Shape, maximumCount: Int)
  case object(ObjectShape)
  /// One value, or a list of such values.
  case oneOrMore(Shape, maximumCount: Int)
  /// A mapping of this shape, or what the other shape is.
  case either(Shape, ObjectShape)
  /// A JSON Schema; `Tools.JSONSchema` says what of it is honoured.
  case jsonSchema
}

/// What text must look like.
enum TextForm: String, Sendable, CaseIterable {
  /// A line of text: not empty, no control characters.
  case line
  /// Like `line`, and may be empty.
  case anyLine
  /// An absolute path.
  case path
  /// An absolute path, or `in-the-box`.
  case modelFile
  /// Letters, digits, `_` and `-`, 1 to 64.
  case name
  /// HH:MM, 00:00...23:59.
  case timeOfDay
  /// Begins with http:// or https://, without spaces.
  case webAddress

  /// The most that any of them may measure, in bytes.
  static let maximumBytes = 4096

  /// A regular expression of ECMA 262, as JSON Schema has them.
  var pattern: String? {
    switch self {
    case .line, .anyLine: nil
    case .path: "^/"
    case .modelFile: "^(/|in-the-box$)"
    case .name: "^[A-Za-z0-9_-]{1,64}$"
    case .timeOfDay: "^([01][0-9]|2[0-3]):[0-5][0-9]$"
    case .webAddress: "^https?://[^ ]+$"
    }
  }

  /// As the reference lists it.
  var typeName: String {
    switch self {
    case .line, .anyLine: "text"
    case .path: "absolute path"
    case .modelFile: "absolute path or in-the-box"
    case .name: "name"
    case .timeOfDay: "time HH:MM"
    case .webAddress: "address"
    }
  }

  /// Why the text is not of this form, or nil.
  func fault(of text: String) -> String? {
    guard text.utf8.count <= Self.maximumBytes else { return "must be at most \(Self.maximumBytes) bytes long" }
    if self != .anyLine, text.isEmpty { return "must not be empty" }
    guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
      return "must not contain line breaks or other control characters"
    }
    switch self {
    case .line, .anyLine: return nil
    case .path: return text.hasPrefix("/") ? nil : "must be an absolute path, which begins with /"
    case .modelFile:
      let isKnown = text.hasPrefix("/") || text == Configuration.Model.inTheBox
      return isKnown ? nil : "must be an absolute path, which begins with /, or in-the-box"
    case .name: return ToolDefinition.isValidName(text) ? nil : "must be 1 to 64 letters, digits, _ and -"
    case .timeOfDay: return TimeText.minutes(text) == nil ? "must be a time from 00:00 to 23:59" : nil
    case .webAddress:
      let isAddress = ["http://", "https://"].contains { text.hasPrefix($0) && text.count > $0.count }
      return isAddress && !text.contains(" ") ? nil : "must be an address like http://192.168.1.20:8080"
    }
  }
}

/// Times of day as the file has them.
enum TimeText {
  /// Minutes since midnight of HH:MM, or nil.
  static func minutes(_ text: String) -> Int? {
    let bytes = Array(text.utf8)
    guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return nil }
    let digits = [bytes[0], bytes[1], bytes[3], bytes[4]].map { Int($0) - 0x30 }
    guard digits.allSatisfy((0...9).contains) else { return nil }
    let (hour, minute) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
    return hour < 24 && minute < 60 ? hour * 60 + minute : nil
  }
}

/// A mapping with known keys.
struct ObjectShape: Sendable {
  /// In the order in which they are documented and printed.
  var keys: [KeyShape]
  /// Of each of these groups one key at most, and exactly one where the group is required.
  var groups: [Group] = []

  struct Group: Sendable {
    var keys: [String]
    var isRequired: Bool
  }

  subscript(name: String) -> KeyShape? { keys.first { $0.name == name } }
}

/// One key of a mapping.
struct KeyShape: Sendable {
  var name: String
  var shape: Shape
  /// What the value counts, where the name does not end in it.
  var unit: String?
  /// Nil: nothing, unless the key is required.
  var defaultValue: JSONValue?
  var isRequired: Bool
  /// One or two sentences for editors and the reference.
  var summary: String

  init(
    _ name: String, _ shape: Shape, default defaultValue: JSONValue? = nil, required: Bool = false,
    unit: String? = nil, _ summary: String
  ) {
    self.name = name
    self.shape = shape
    self.unit = unit
    self.defaultValue = defaultValue
    isRequired = required
    self.summary = summary
  }
}
