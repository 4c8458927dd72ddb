internal import Tools

/// One element of a program's argument vector with its `{argument}` placeholders: always exactly one element, whatever
/// is put in.
struct ArgumentTemplate: Hashable, Sendable {
  enum Piece: Hashable, Sendable {
    case text(String)
    case argument(String)
  }

  let pieces: [Piece]

  /// Reads `a{room}b`; `{{` and `}}` are the braces themselves.
  /// - Throws: `invalidConfiguration` for a brace without its other half, an empty name, a NUL.
  init(parsing text: String) throws(ActionError) {
    func refuse(_ reason: String) -> ActionError {
      ActionError(
        .invalidConfiguration, "read a program's argument", reason: reason,
        remedy: "Write {name} for an argument of the call, {{ and }} for the braces themselves.")
    }
    var pieces: [Piece] = []
    var literal = String.UnicodeScalarView()
    var name: String.UnicodeScalarView?
    var scalars = text.unicodeScalars[...]
    while let scalar = scalars.popFirst() {
      if scalar == "\0" { throw refuse("it contains a NUL") }
      switch (scalar, name) {
      case ("{", nil) where scalars.first == "{", ("}", nil) where scalars.first == "}":
        scalars.removeFirst()
        literal.append(scalar)
      case ("{", nil): name = String.UnicodeScalarView()
      case ("}", nil): throw refuse("a } stands alone")
      case ("{", .some): throw refuse("a { stands inside braces")
      case ("}", .some(let finished)):
        guard !finished.isEmpty else { throw refuse("a placeholder is empty") }
        if !literal.isEmpty { pieces.append(.text(String(literal))) }
        pieces.append(.argument(String(finished)))
        literal = String.UnicodeScalarView()
        name = nil
      case (_, nil): literal.append(scalar)
      case (_, .some): name?.append(scalar)
      }
    }
    if name != nil { throw refuse("a { is never closed") }
    if !literal.isEmpty || pieces.isEmpty { pieces.append(.text(String(literal))) }
    self.pieces = pieces
  }

  /// The arguments it takes, in order.
  var argumentNames: [String] {
    pieces.compactMap { if case .argument(let name) = $0 { name } else { nil } }
  }

  /// The text without placeholders, or nil where it has some.
  var constant: String? {
    if case .text(let text) = pieces[0], pieces.count == 1 { text } else { nil }
  }

  /// The kernel's MAX_ARG_STRLEN, less the terminating NUL.
  static let maximumBytes = 131_071

  /// The element for these arguments.
  /// - Parameter mayBeOption: whether the program could take the element for an option; then text that was said must
  ///   not begin it with a hyphen. Numbers may be negative.
  /// - Throws: `invalidArguments` for a missing argument, a NUL, a hyphen in front, or more than 131,071 bytes.
  func element(_ arguments: JSONObject, mayBeOption: Bool) throws(ActionError) -> String {
    var element = ""
    for piece in pieces {
      switch piece {
      case .text(let text): element += text
      case .argument(let name):
        guard let value = arguments[name] else {
          throw ActionError(
            .invalidArguments, "make the program's arguments", reason: "the argument \(name) is missing")
        }
        let text = value.stringValue ?? value.text()
        guard !text.utf8.contains(0) else {
          throw ActionError(
            .invalidArguments, "make the program's arguments", reason: "the argument \(name) contains a NUL")
        }
        if mayBeOption, element.isEmpty, value.stringValue != nil, text.utf8.first == UInt8(ascii: "-") {
          throw ActionError(
            .invalidArguments, "make the program's arguments",
            reason: "the argument \(name) begins with a hyphen, which the program could take for an option",
            remedy: "Put -- before it in the tool's action, or restrict it by the schema's enum or pattern.")
        }
        guard element.utf8.count + text.utf8.count <= Self.maximumBytes else { throw Self.tooLong(name) }
        element += text
      }
    }
    guard element.utf8.count <= Self.maximumBytes else { throw Self.tooLong("") }
    return element
  }

  private static func tooLong(_ name: String) -> ActionError {
    ActionError(
      .invalidArguments, "make the program's arguments",
      reason: "the argument \(name.isEmpty ? "" : name + " ")is longer than \(maximumBytes) bytes",
      remedy: "Set maxLength in the tool's schema.")
  }
}
