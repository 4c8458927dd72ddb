/// "On" and "off" in a phrase: both are short and begin alike, and nothing that is misheard is worse.
struct Opposites {
  private let said: [String]
  private let words: [PocketSphinxDecoder.Segment]
  private let heard: [PocketSphinxDecoder.Segment]
  private let phrasePhones: (String) -> [String]
  private let generalPhones: (String) -> [String]

  private static let pairs = ["on": "off", "off": "on"]
  /// Frames by which both decoders may see a word's ends differently: 50 ms.
  private static let slack = 5

  /// - Parameters:
  ///   - text: the phrase, as `phrase` has its words.
  ///   - other: what the general model hears.
  ///   - phrasePhones: of a word of the phrases' dictionary; `generalPhones`: of one of the general model's.
  init(
    of text: String, in phrase: PocketSphinxDecoder.Hypothesis, heardAs other: PocketSphinxDecoder.Hypothesis,
    phrasePhones: @escaping (String) -> [String], generalPhones: @escaping (String) -> [String]
  ) {
    // Another reading has no times.
    said = text == phrase.text ? text.split(separator: " ").map(String.init) : []
    words = phrase.segments.filter(\.isWord)
    heard = other.segments
    self.phrasePhones = phrasePhones
    self.generalPhones = generalPhones
  }

  /// The phrase with "off" for its "on", or the other way round, if that means something else and what the general model
  /// hears in that place is more like it.
  func nearer(meaning: ((String) -> String?)?) -> String? {
    guard let meaning else { return nil }
    for (index, (name, word)) in zip(said, words).enumerated() {
      guard let rival = Self.pairs[name], isNearer(rival, than: name, at: word) else { continue }
      var swapped = said
      swapped[index] = rival
      let text = swapped.joined(separator: " ")
      if let meant = meaning(text), meant != meaning(said.joined(separator: " ")) { return text }
    }
    return nil
  }

  private func isNearer(_ rival: String, than name: String, at word: PocketSphinxDecoder.Segment) -> Bool {
    let span = word.first - Self.slack...max(word.first, word.last) + Self.slack
    let phones = heard.filter { span.contains(($0.first + $0.last) / 2) }.flatMap { generalPhones($0.word) }
    return !phones.isEmpty
      && Agreement.distance(phones, phrasePhones(rival)) < Agreement.distance(phones, phrasePhones(name))
  }
}
