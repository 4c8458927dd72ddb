/// A piece of a reply that can be spoken by itself.
public struct Clause: Hashable, Sendable {
  /// Plain text without markup, as people write it ("21.5 °C"): what belongs into the history when it has been heard.
  public var text: String
  /// The words to be said; empty when there is nothing to say.
  public var spoken: String

  /// A clause in English, said as ``SpokenEnglish`` has it.
  public init(text: String) { self.init(text: text, spoken: SpokenEnglish.words(forPlain: text)) }

  /// A clause as a voice of `form` says it.
  public init(text: String, form: SpokenForm) {
    switch form {
    case .english: self.init(text: text)
    case .asWritten:
      let hasWord = text.unicodeScalars.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil }
      self.init(text: text, spoken: hasWord ? text : "")
    }
  }

  /// A clause whose words are known, or that another language's voice reads as it is written.
  public init(text: String, spoken: String) {
    self.text = text
    self.spoken = spoken
  }
}

/// How a clause's text becomes words.
public enum SpokenForm: Hashable, Sendable {
  /// Numbers, units and abbreviations are written out by ``SpokenEnglish``.
  case english
  /// The voice reads them itself, as eSpeak NG does in every language; only markup is taken out.
  case asWritten
}
