import Tools

/// What a fuzzer calls with arbitrary bytes; each returns for every input, and traps where a promise is broken.
public enum ChatFormatFuzzing {
  /// One template a format, over a vocabulary of single bytes and the format's markers.
  private static let templates: [ChatTemplate] = ChatFormat.allCases.compactMap { format in
    var tokens = ByteStrings()
    for byte in 0...255 { tokens.append([UInt8(byte)]) }
    for marker in format.requiredMarkers + format.optionalMarkers { tokens.append(marker.utf8) }
    let markers = tokens.count - 256
    let data = TokenizerData(
      model: .spm, tokens: tokens, scores: Array(repeating: 0, count: tokens.count),
      types: Array(repeating: .normal, count: 256) + Array(repeating: .userDefined, count: markers))
    return (try? Tokenizer(data)).flatMap { try? ChatTemplate(format, tokenizer: $0) }
  }

  /// The first byte chooses the format; each further one is a token of that byte, or behind 0xFF a marker.
  public static func answer(_ bytes: Span<UInt8>) {
    guard bytes.count > 0, templates.count == ChatFormat.allCases.count else { return }
    let template = templates[Int(bytes[0]) % templates.count]
    let markers = template.tokenizer.count - 256
    var parser = template.answerParser { "newnewnew" }
    var events: [GenerationEvent] = []
    var written: [UInt8] = []
    var hasMarker = false
    var index = 1
    while index < bytes.count {
      var token = TokenID(bytes[index])
      if bytes[index] == 0xFF, index + 1 < bytes.count {
        index += 1
        token = 256 + TokenID(Int(bytes[index]) % markers)
        hasMarker = true
      } else {
        written.append(bytes[index])
      }
      events += parser.append(token)
      index += 1
    }
    events += parser.finish()
    let opens = AnswerParser.textOpeners(template.callSyntax).contains { opener in
      written.drop { $0 == 0x20 || (0x09...0x0D).contains($0) }.starts(with: opener.bytes)
    }
    check(events, written, hasMarker: hasMarker, opens: opens)
    check(template, String(decoding: written, as: UTF8.self))
  }

  /// Every call was begun, and an answer that opens none is its own text.
  private static func check(_ events: [GenerationEvent], _ written: [UInt8], hasMarker: Bool, opens: Bool) {
    var text = ""
    var begun = 0
    var calls = 0
    for event in events {
      switch event {
      case .text(let piece): text += piece
      case .toolCallBegun: begun += 1
      case .toolCall: calls += 1
      default: preconditionFailure("an answer has texts and calls")
      }
    }
    precondition(calls <= begun, "a call came that had not begun")
    // A broken byte becomes U+FFFD, three bytes.
    precondition(text.utf8.count <= 3 * written.count, "text was made up")
    if !opens, calls == 0, !hasMarker {
      precondition(text == String(decoding: written, as: UTF8.self), "text was lost")
    }
  }

  /// Whatever a user writes, the prompt has the same markers at the same places.
  private static func check(_ template: ChatTemplate, _ text: String) {
    guard let hostile = try? template.render([.user(text + "x")], tools: []),
      let harmless = try? template.render([.user("x")], tools: [])
    else { preconditionFailure("a user message can always be rendered") }
    let markers: (ChatPrompt) -> [TokenID] = { $0.tokens.filter { $0 >= 256 } }
    precondition(markers(hostile) == markers(harmless), "text became a marker")
    precondition(hostile.stableCount <= hostile.tokens.count, "the stable part is longer than the prompt")
  }
}
