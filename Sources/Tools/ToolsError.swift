/// What went wrong with JSON text, a JSON Schema or a tool definition.
///
/// The text never carries a value that was said or read; it names positions, keywords and limits.
public struct ToolsError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable {
    /// The bytes are not JSON.
    case syntax
    /// The bytes are JSON, but larger, deeper or longer than allowed.
    case limitExceeded
    /// A schema uses a keyword, a format or a pattern that cannot be honoured.
    case unsupported
    /// A keyword's value is not what its keyword takes.
    case invalidSchema
    /// A tool definition has a wrong shape or name.
    case invalidDefinition
  }

  /// A place in JSON text. `line` and `column` count from 1, the column in Unicode scalars.
  public struct Position: Hashable, Sendable {
    /// Byte offset from the start of the text, from 0.
    public var offset: Int
    public var line: Int
    public var column: Int

    public init(offset: Int, line: Int, column: Int) {
      self.offset = offset
      self.line = line
      self.column = column
    }
  }

  public var code: Code
  /// What could not be done, to what, and why, as one clause.
  public var what: String
  /// Where in the JSON text, for errors of the parser.
  public var position: Position?
  /// Where in the value, as a JSON pointer ("" is the root), for errors of schemas and definitions.
  public var pointer: String?
  /// What to do about it.
  public var remedy: String

  public init(
    code: Code, what: String, position: Position? = nil, pointer: String? = nil, remedy: String = ""
  ) {
    self.code = code
    self.what = what
    self.position = position
    self.pointer = pointer
    self.remedy = remedy
  }

  public var description: String {
    var text = what
    if let position { text += " (line \(position.line), column \(position.column), byte \(position.offset))" }
    if let pointer { text += " (at \(pointer.isEmpty ? "the root" : pointer))" }
    text += "."
    return remedy.isEmpty ? text : text + " " + remedy
  }
}
