import Testing

@testable import Transcription

@Suite struct NGramModelTests {
  @Test func probabilitiesAfterEveryHistorySumToOne() throws {
    let model = try NGramModel(sentences: ["turn on the light", "turn off the light", "turn the fan off", "stop"])
    let words = model.vocabulary + [NGramModel.end]
    var histories: [[String]] = [[], [NGramModel.start]]
    for first in model.vocabulary {
      histories.append([NGramModel.start, first])
      for second in model.vocabulary { histories.append([first, second]) }
    }
    for history in histories {
      let sum = words.reduce(0) { $0 + (model.probability(of: $1, after: history) ?? 0) }
      #expect(abs(sum - 1) < 1e-9, "after \(history): \(sum)")
    }
  }

  @Test func wittenBellIsComputedAsPublished() throws {
    // Two sentences: a b, a c. c(a)=2, T(a)=2; unigrams a 2, b 1, c 1, </s> 2, so P(b) = (1 + 1) / (6 + 4).
    let model = try NGramModel(sentences: ["a b", "a c"])
    #expect(model.probability(of: "b", after: []) == 0.2)
    // (c(a b) + T(a) P(b)) / (c(a) + T(a)) = (1 + 2 * 0.2) / 4
    let second = try #require(model.probability(of: "b", after: ["a"]))
    #expect(abs(second - 0.35) < 1e-12)
    // One order higher with the same counts: (1 + 2 * 0.35) / 4
    let third = try #require(model.probability(of: "b", after: [NGramModel.start, "a"]))
    #expect(abs(third - 0.425) < 1e-12)
  }

  @Test func arpaFileHasWhatItsHeaderSays() throws {
    let model = try NGramModel(sentences: ["turn on the light", "turn off the light", "  stop  "])
    let lines = model.arpa().split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines.first == "\\data\\")
    #expect(lines.contains("\\end\\"))
    for n in 1...3 {
      let start = try #require(lines.firstIndex(of: "\\\(n)-grams:"))
      let entries = lines[(start + 1)...].prefix { !$0.isEmpty }
      #expect(lines.contains("ngram \(n)=\(entries.count)"))
      for entry in entries {
        let fields = entry.split(separator: " ")
        #expect(fields.count == n + 1 || fields.count == n + 2)
        #expect(Double(fields[0]).map { $0 <= 0 } == true)
      }
    }
  }

  @Test func sentenceMarksInPhrasesAreIgnored() throws {
    let model = try NGramModel(sentences: ["<s> stop </s>"])
    #expect(model.vocabulary == ["stop"])
  }

  @Test(arguments: [[], [""], ["   "]]) func phrasesWithoutWordsAreRefused(_ sentences: [String]) {
    #expect(throws: TranscriptionError.self) { try NGramModel(sentences: sentences) }
  }

  @Test(arguments: [(0.0, "0.0000"), (-1.5, "-1.5000"), (-0.00004, "0.0000"), (12.34567, "12.3457"), (-99, "-99.0000")])
  func decimalsAreWrittenWithFourPlaces(_ value: Double, _ text: String) { #expect(fixed(value) == text) }
}
