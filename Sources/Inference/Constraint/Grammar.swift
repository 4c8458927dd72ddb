public import Tools

/// What a generation is held to, as a tree; the constraint walks it byte by byte.
///
/// A chat format writes one for its way of calling tools, with the schemas of the tools on offer at their places.
public indirect enum Grammar: Hashable, Sendable {
  /// Exactly these bytes.
  case bytes([UInt8])
  /// Exactly this control token, which has no bytes that text could form.
  case control(TokenID)
  /// JSON that the schema accepts, with `", "` and `": "` between values, properties in the order in
  /// which the schema declares them.
  case json(JSONSchema)
  /// This many bytes, each of them listed, for example the identity of a call.
  case characters([UInt8], count: Int)
  /// Any text, ended by whatever follows it in the tree; it is never empty and begins with none of the listed strings.
  case text(notBeginningWith: [[UInt8]])
  case sequence([Grammar])
  /// One of them, decided by what is written.
  case choice([Grammar])
  /// `element` between `minimum` and `maximum` times, with `separator` between two of them.
  case repetition(Grammar, separator: Grammar, minimum: Int, maximum: Int)
  /// Nothing more may come: the tokens that end a generation are allowed here and only here.
  case end

  /// The bytes of a text.
  public static func literal(_ text: String) -> Grammar { .bytes(Array(text.utf8)) }
}
