/// What a fuzzer calls with arbitrary bytes; each returns for every input, and traps where a promise is broken.
public enum ToolsFuzzing {
  /// JSON text: what is accepted reads back equal.
  public static func json(_ bytes: Span<UInt8>) {
    guard let value = try? JSONValue(parsing: bytes) else { return }
    let again = try? JSONValue(parsing: value.bytes(.pretty))
    precondition(again == value, "a value did not read back equal")
  }

  /// A schema as JSON text, and itself as the value to validate.
  public static func schema(_ bytes: Span<UInt8>) {
    guard let value = try? JSONValue(parsing: bytes), let schema = try? JSONSchema(value) else { return }
    _ = schema.validate(value)
  }

  /// A pattern, a zero byte, and the text to match.
  public static func pattern(_ bytes: Span<UInt8>) {
    var parts: [[UInt8]] = [[]]
    for index in bytes.indices {
      if bytes[index] == 0, parts.count == 1 { parts.append([]) } else { parts[parts.count - 1].append(bytes[index]) }
    }
    guard let pattern = try? TextPattern(String(decoding: parts[0], as: UTF8.self)) else { return }
    _ = pattern.matches(String(decoding: parts.last ?? [], as: UTF8.self))
  }
}
