/// Finds call objects in JSON text as it comes: byte by byte, without reading anything twice.
struct CallScanner: Sendable {
  enum Event: Hashable, Sendable {
    case nothing
    /// The value of `"name"` of the object that is being written.
    case name([UInt8])
    /// A complete object.
    case object([UInt8])
    /// The list has ended.
    case listEnd
    /// Something that belongs to no call.
    case unexpected
  }

  private enum Place { case key, value }

  private var object: [UInt8] = []
  private var depth = 0
  private var isInString = false
  private var isEscaped = false
  private var place = Place.key
  private var string: [UInt8] = []
  private var isNameNext = false
  private var isInList = false

  /// Whether an object is open.
  var isInObject: Bool { depth > 0 }
  /// The bytes of the open object.
  var pending: [UInt8] { object }

  mutating func append(_ byte: UInt8) -> Event {
    if depth == 0 { return outside(byte) }
    object.append(byte)
    if isInString { return inString(byte) }
    switch byte {
    case UInt8(ascii: "\""):
      isInString = true
      string = []
    case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"):
      depth -= 1
      if depth == 0 { return .object(object) }
    case UInt8(ascii: ":") where depth == 1: place = .value
    case UInt8(ascii: ",") where depth == 1:
      place = .key
      isNameNext = false
    default: break
    }
    return .nothing
  }

  private mutating func outside(_ byte: UInt8) -> Event {
    switch byte {
    case UInt8(ascii: "{"):
      object = [byte]
      depth = 1
      place = .key
      isNameNext = false
      return .nothing
    case UInt8(ascii: "[") where !isInList:
      isInList = true
      return .nothing
    case UInt8(ascii: "]") where isInList:
      isInList = false
      return .listEnd
    case UInt8(ascii: ",") where isInList: return .nothing
    case UInt8(ascii: " "), 0x09, 0x0A, 0x0D: return .nothing
    default: return .unexpected
    }
  }

  private mutating func inString(_ byte: UInt8) -> Event {
    if isEscaped {
      isEscaped = false
    } else if byte == UInt8(ascii: "\\") {
      isEscaped = true
    } else if byte == UInt8(ascii: "\"") {
      isInString = false
      return stringEnd()
    }
    // Only keys and the name matter, and both are short.
    if depth == 1, string.count <= 64 { string.append(byte) }
    return .nothing
  }

  private mutating func stringEnd() -> Event {
    guard depth == 1 else { return .nothing }
    if place == .key {
      isNameNext = string == Array("name".utf8)
      return .nothing
    }
    defer { isNameNext = false }
    return isNameNext ? .name(string) : .nothing
  }
}
