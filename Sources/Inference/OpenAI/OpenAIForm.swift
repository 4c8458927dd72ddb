import Tools

/// What the readers of OpenAI's JSON forms share: errors that say where, and texts that may be written in parts.
enum OpenAIForm {
  static let remedy = "Write it as in OpenAI's chat-completions API."

  static func malformed(_ what: String, _ reason: String, at pointer: String, remedy: String = remedy) -> InferenceError
  {
    InferenceError(
      .requestInvalid, "could not read \(what): \(reason) (at \(pointer.isEmpty ? "the root" : pointer))",
      remedy: remedy)
  }

  /// The members of an object that has no others than `known`.
  static func object(
    _ value: JSONValue, _ what: String, known: [String], at pointer: String
  ) throws(InferenceError) -> JSONObject {
    guard case .object(let object) = value else {
      throw malformed(what, "it is \(value.typeName), not an object", at: pointer)
    }
    for key in object.keys where !known.contains(key) {
      let nearest = NearestName.of(key, in: known)
      throw malformed(
        what, "it has an unknown key", at: JSONPointer.appending(key, to: pointer),
        remedy: nearest.map { "Did you mean \($0)?" } ?? "Known are \(known.joined(separator: ", ")).")
    }
    return object
  }

  /// A text, or an array of text parts, which are joined by line feeds as llama.cpp's server and vLLM do.
  static func text(_ value: JSONValue, _ what: String, at pointer: String) throws(InferenceError) -> String {
    switch value {
    case .string(let text): return text
    case .array(let parts):
      var texts: [String] = []
      for (index, part) in parts.enumerated() { texts.append(try self.part(part, what, at: "\(pointer)/\(index)")) }
      return texts.joined(separator: "\n")
    default: throw malformed(what, "its content is \(value.typeName), not a text or an array of parts", at: pointer)
    }
  }

  private static func part(_ value: JSONValue, _ what: String, at pointer: String) throws(InferenceError) -> String {
    guard case .object(let part) = value else {
      throw malformed(what, "a part of its content is \(value.typeName), not an object", at: pointer)
    }
    let key: String
    switch part["type"]?.stringValue {
    case "text": key = "text"
    case "refusal": key = "refusal"
    default:
      throw malformed(
        what, "a part of its content is no text", at: pointer + "/type",
        remedy: "Give text only: this model reads no pictures, sounds and files.")
    }
    guard let text = part[key]?.stringValue else {
      throw malformed(what, "a part of its content has no text", at: "\(pointer)/\(key)")
    }
    return text
  }
}
