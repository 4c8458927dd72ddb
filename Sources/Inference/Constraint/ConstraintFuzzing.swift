import Tools

/// What a fuzzer calls with arbitrary bytes: it returns for every input, and traps where a promise is broken.
public enum ConstraintFuzzing {
  private static let vocabulary: ConstraintVocabulary = {
    var strings = ByteStrings(["", ""])
    for byte in UInt8.min...UInt8.max { strings.append([byte]) }
    for piece in [
      "\": \"", "\", \"", "{\"", "\"}", "}, {\"", "]}", "\\u00", "true", "null", "12", "-1", ".5", "ab", "é", "😀",
    ] {
      strings.append(piece.utf8)
    }
    return ConstraintVocabulary(tokens: strings)
  }()

  /// A schema as JSON text, a zero byte, and choices among the allowed tokens: what is written fits the schema.
  public static func schema(_ bytes: Span<UInt8>) {
    var parts: [[UInt8]] = [[]]
    for index in bytes.indices {
      if bytes[index] == 0, parts.count == 1 { parts.append([]) } else { parts[parts.count - 1].append(bytes[index]) }
    }
    guard let source = try? JSONValue(parsing: parts[0]), let schema = try? JSONSchema(source),
      var constraint = try? Constraint(
        .sequence([.json(schema), .end]), vocabulary: vocabulary, endTokens: [1])
    else { return }
    let choices = parts.count > 1 ? parts[1] : []
    var mask = TokenMask(tokenCount: vocabulary.tokenCount)
    var text: [UInt8] = []
    let budget = constraint.shortestEnd + min(64, choices.count)
    guard budget < 4_096 else { return }
    for used in 0...budget {
      constraint.fillMask(into: &mask, remainingTokens: budget - used)
      let tokens = mask.tokens
      precondition(!tokens.isEmpty, "no token may come")
      let token = tokens[used < choices.count ? Int(choices[used]) % tokens.count : 0]
      let isAccepted = constraint.accept(token)
      precondition(isAccepted, "a token of the mask was not accepted")
      text.append(contentsOf: vocabulary.bytes(of: token))
      if constraint.hasEnded { break }
    }
    precondition(constraint.hasEnded, "the end was not reached within the budget")
    guard let value = try? JSONValue(parsing: text) else { preconditionFailure("what was written does not parse") }
    precondition(schema.validate(value).isEmpty, "what was written does not fit the schema")
  }
}
