import Testing

@testable import Transcription

@Suite struct OppositesTests {
  private static let phones = [
    "turn": ["T", "ER", "N"], "on": ["AA", "N"], "off": ["AO", "F"], "the": ["DH", "AH"], "fan": ["F", "AE", "N"],
    "know": ["N", "OW"], "ah": ["AA"], "if": ["IH", "F"], "an": ["AE", "N"],
  ]

  /// Words one after the other, each of so many frames of 10 ms.
  private func hypothesis(_ words: [(String, Int)]) -> PocketSphinxDecoder.Hypothesis {
    var hypothesis = PocketSphinxDecoder.Hypothesis()
    var frame = 0
    for (word, length) in words {
      hypothesis.segments.append(.init(word: word, first: frame, last: frame + length - 1, acoustic: 0))
      frame += length
    }
    hypothesis.text = hypothesis.segments.filter(\.isWord).map(\.word).joined(separator: " ")
    return hypothesis
  }

  private func nearer(_ phrase: [(String, Int)], heard: [(String, Int)], known: Set<String>? = nil) -> String? {
    let phrase = hypothesis(phrase)
    return Opposites(
      of: phrase.text, in: phrase, heardAs: hypothesis(heard), phrasePhones: { Self.phones[$0] ?? [] },
      generalPhones: { Self.phones[$0] ?? [] }
    ).nearer { known?.contains($0) ?? true ? $0 : nil }
  }

  private let on = [("<s>", 10), ("turn", 20), ("on", 25), ("<sil>", 60), ("the", 10), ("fan", 30)]
  private let off = [("<s>", 10), ("turn", 20), ("off", 25), ("<sil>", 60), ("the", 10), ("fan", 30)]

  @Test func whatTheGeneralModelHearsInThePlaceDecides() {
    // As one voice was heard.
    let heard = [("<s>", 10), ("turn", 20), ("ah", 10), ("if", 15), ("<sil>", 60), ("the", 10), ("fan", 30)]
    #expect(nearer(on, heard: heard) == "turn off the fan")
    #expect(nearer(off, heard: heard) == nil)
    #expect(nearer(on, heard: on) == nil)
    #expect(nearer(off, heard: on) == "turn on the fan")
    #expect(nearer(on, heard: [("<s>", 10), ("turn", 20), ("an", 25), ("the", 70), ("fan", 30)]) == nil)
    // Nothing heard there, and "off" elsewhere.
    #expect(nearer(on, heard: [("<s>", 10), ("turn", 20), ("<sil>", 85), ("the", 10), ("off", 30)]) == nil)
  }

  @Test func onlyWhatIsAPhraseTooIsARival() {
    #expect(nearer(off, heard: on, known: ["turn off the fan"]) == nil)
    #expect(nearer(off, heard: on, known: ["turn off the fan", "turn on the fan"]) == "turn on the fan")
    #expect(nearer([("turn", 20), ("the", 10), ("fan", 30)], heard: on) == nil)
  }
}
