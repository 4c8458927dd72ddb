package import Tools

/// What a server says about an error, made fit to be shown: one line, bounded, without control characters.
package enum ServerMessage {
  /// In Unicode scalars.
  package static let maximumLength = 200

  /// The message of an error body: OpenAI's `{"error": {"message"}}`, a bare text under `error`, `message` or `detail`, or
  /// text that is no JSON. Nil where there is none.
  package static func text(of body: [UInt8]) -> String? {
    if let value = try? JSONValue(parsing: body) { return text(of: value) }
    // A page for a browser says nothing in a line.
    let text = String(decoding: body, as: UTF8.self)
    return text.contains("<") ? nil : cleaned(text)
  }

  package static func text(of value: JSONValue) -> String? {
    let candidates = [value["error"]?["message"], value["error"], value["message"], value["detail"], value]
    return candidates.lazy.compactMap { $0?.stringValue.flatMap(cleaned) }.first
  }

  /// Whether the server says that the conversation is longer than its context.
  package static func saysContextExceeded(_ body: [UInt8]) -> Bool {
    guard let error = (try? JSONValue(parsing: body))?["error"] else { return false }
    // OpenAI's and vLLM's code, llama.cpp's type.
    return error["code"] == "context_length_exceeded" || error["type"] == "exceed_context_size_error"
  }

  /// Without control and format characters, which a terminal could obey; runs of white space become one space.
  package static func cleaned(_ text: String) -> String? {
    var scalars = String.UnicodeScalarView()
    var isGap = false
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .spaceSeparator: isGap = true
      case .format, .surrogate, .privateUse, .unassigned: continue
      default:
        if isGap, !scalars.isEmpty { scalars.append(" ") }
        isGap = false
        scalars.append(scalar)
      }
      if scalars.count >= maximumLength {
        scalars.append("…")
        break
      }
    }
    return scalars.isEmpty ? nil : String(scalars)
  }
}
