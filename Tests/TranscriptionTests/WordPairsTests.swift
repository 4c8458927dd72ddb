import Testing

@testable import Transcription

@Suite struct WordPairsTests {
  private let pairs = [
    WordPairs.Pair(first: 0, second: 7, logarithm: -0.5), WordPairs.Pair(first: 71_999, second: 3, logarithm: -4.25),
  ]

  @Test func whatIsKeptIsReadBack() {
    #expect(WordPairs.pairs(in: WordPairs.bytes(of: pairs), below: 72_000) == pairs)
  }

  @Test func whatIsDamagedIsMadeAnew() {
    let bytes = WordPairs.bytes(of: pairs)
    #expect(WordPairs.pairs(in: [], below: 72_000) == nil)
    #expect(WordPairs.pairs(in: Array(bytes.dropLast()), below: 72_000) == nil)
    // A word that the model does not have, and probabilities that are none.
    #expect(WordPairs.pairs(in: bytes, below: 71_999) == nil)
    for logarithm: Float in [.nan, 0.1, -Float.infinity] {
      let wrong = [WordPairs.Pair(first: 1, second: 2, logarithm: logarithm)]
      #expect(WordPairs.pairs(in: WordPairs.bytes(of: wrong), below: 10) == nil)
    }
  }

  /// The probabilities behind each word have a sum of one, as far as four decimals go.
  @Test func theSmallModelIsADistribution() throws {
    let known: Set<String> = ["the", "light", "in", "kitchen", "of", "a", "house", "is", "on", "night", "good"]
    let path = PhraseModels.defaultModelFolder + "/en-us.lm.bin"
    let folder = try TemporaryFolder()
    let phrases = try NGramModel(sentences: ["kitchen zorblatt", "zorblatt in the kitchen"])
    let model = try GeneralModel(
      from: path, isKnown: known.contains, phrases: phrases, cache: folder.path + "/pairs", report: { _ in })
    #expect(model.words == known.union(["zorblatt"]))
    var alone: [String: Double] = [:]
    var backoff: [String: Double] = [:]
    var pairs: [String: [String: Double]] = [:]
    for line in model.arpa.split(separator: "\n") {
      let fields = line.split(separator: " ").map(String.init)
      guard let value = Double(fields[0]) else { continue }
      if fields.count == 3, let weight = Double(fields[2]) {
        (alone[fields[1]], backoff[fields[1]]) = (value, weight)
      } else if fields.count == 3 {
        pairs[fields[1], default: [:]][fields[2]] = value
      }
    }
    alone["<s>"] = nil
    #expect(!pairs.isEmpty)
    func power(_ logarithm: Double) -> Double { decimalPower(logarithm) }
    #expect(abs(alone.values.reduce(0) { $0 + power($1) } - 1) < 0.01)
    // A word of the phrases is thought of, and what follows it there.
    #expect(power(alone["zorblatt"] ?? -99) > 0.005)
    #expect(power(pairs["zorblatt"]?["in"] ?? -99) > 0.005)
    for (first, seconds) in pairs {
      let sum = alone.reduce(0.0) { sum, word in
        sum + power(seconds[word.key] ?? (backoff[first] ?? 0) + word.value)
      }
      #expect(abs(sum - 1) < 0.01, "\(first)")
    }
  }
}
