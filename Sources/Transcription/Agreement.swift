/// How much the phrases' model and the general model hear the same: the test by which everything that is not a
/// configured phrase is refused.
///
/// A recogniser that knows nothing but the phrases hears a phrase in everything. Two things give that away. The general
/// model, which may hear any word, hears other sounds (`likeness`); and it explains the sound better (`gain`).
struct Agreement: Hashable, Sendable {
  /// 0...1: one less the edit distance between the two phone sequences, over the longer one's length. Phones of the
  /// same class (both vowels, both voiced or unvoiced partners, …) count half.
  var likeness: Double
  /// Acoustic score per frame by which the general model is better, in the decoder's units; about 0 when both hear the
  /// same, negative when the phrases' knowledge of word order helped.
  var gain: Double

  /// One number, greater is better: the linear discriminant of the two.
  var score: Double { likeness - Self.gainWeight * max(0, gain) }

  // Fitted on the development half of the sentences (see `RecognitionBench`), checked on the other half.
  static let gainWeight = 0.03
  static let threshold = 0.46

  var isPhrase: Bool { score >= Self.threshold }

  init(phrasePhones: [String], generalPhones: [String], phraseScore: Int, generalScore: Int, frames: Int) {
    let longest = max(phrasePhones.count, generalPhones.count)
    likeness = longest == 0 ? 0 : max(0, 1 - Self.distance(phrasePhones, generalPhones) / Double(longest))
    gain = Double(generalScore - phraseScore) / Double(max(1, frames))
  }

  /// Levenshtein's distance with ``substitution(_:_:)`` as the cost of a change; insertions and deletions cost 1.
  static func distance(_ a: [String], _ b: [String]) -> Double {
    var row = (0...b.count).map(Double.init)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = Double(i + 1)
      for (j, y) in b.enumerated() {
        let best = min(row[j + 1] + 1, row[j] + 1, diagonal + substitution(x, y))
        diagonal = row[j + 1]
        row[j + 1] = best
      }
    }
    return row[b.count]
  }

  static func substitution(_ a: String, _ b: String) -> Double {
    if a == b { return 0 }
    guard let first = classes[a], let second = classes[b] else { return 1 }
    return first == second ? 0.5 : 1
  }

  private static let classes: [String: Int] = {
    let groups = [
      "AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW", "P B", "T D", "K G", "F V", "TH DH", "S Z SH ZH CH JH", "M N NG",
      "L R W Y",
    ]
    var classes: [String: Int] = [:]
    for (number, group) in groups.enumerated() {
      for phone in group.split(separator: " ") { classes[String(phone)] = number }
    }
    return classes
  }()
}
