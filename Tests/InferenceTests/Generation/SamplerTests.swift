import Glibc
import TestSupport
import Testing

@testable import Inference

@Suite struct SamplerTests {
  private let logits: [Float] = [1, 3, 2, 0, -1, 2.5]
  private let tokens: [TokenID] = [0, 1, 2, 3, 4, 5]

  /// How often each token is chosen, of `draws`.
  private func frequencies(_ options: SamplingOptions, draws: Int = 20_000, noting: [TokenID] = []) throws -> [Double] {
    var options = options
    options.seed = options.seed ?? 7
    var sampler = try Sampler(options, vocabulary: logits.count)
    for token in noting { sampler.note(token) }
    var counts = [Double](repeating: 0, count: logits.count)
    for _ in 0..<draws { counts[Int(sampler.choose(among: tokens, logits: logits).token)] += 1 }
    return counts.map { $0 / Double(draws) }
  }

  private func softmax(_ logits: [Float]) -> [Double] {
    let weights = logits.map { exp(Double($0)) }
    return weights.map { $0 / weights.reduce(0, +) }
  }

  /// Within four standard deviations of what is expected.
  private func expectClose(_ found: [Double], _ expected: [Double], draws: Double = 20_000) {
    for (found, expected) in zip(found, expected) {
      #expect(abs(found - expected) <= 4 * (expected * (1 - expected) / draws).squareRoot() + 1e-9)
    }
  }

  @Test func withoutTemperatureTheMostProbableIsChosenWithItsProbability() throws {
    var sampler = try Sampler(SamplingOptions(), vocabulary: 6)
    let choice = sampler.choose(among: tokens, logits: logits)
    #expect(choice.token == 1)
    #expect(abs(choice.probability - softmax(logits)[1]) < 1e-6)
  }

  @Test(arguments: [0.5, 1, 2] as [Float]) func tokensAreDrawnByTheirProbability(temperature: Float) throws {
    let found = try frequencies(SamplingOptions(temperature: temperature))
    expectClose(found, softmax(logits.map { $0 / temperature }))
  }

  @Test func topKKeepsTheMostProbable() throws {
    let found = try frequencies(SamplingOptions(temperature: 1, topK: 3))
    expectClose(found, softmax([-.infinity, 3, 2, -.infinity, -.infinity, 2.5]))
  }

  @Test func topPKeepsTheFewestThatReachIt() throws {
    // 1 has 0.42 and 5 has 0.26 of all: together enough for 0.6.
    let found = try frequencies(SamplingOptions(temperature: 1, topP: 0.6))
    expectClose(found, softmax([-.infinity, 3, -.infinity, -.infinity, -.infinity, 2.5]))
    #expect(try frequencies(SamplingOptions(temperature: 1, topP: 0), draws: 50)[1] == 1)
  }

  @Test func minPKeepsWhatIsProbableEnoughBesideTheFirst() throws {
    // e^-1 is 0.37.
    let found = try frequencies(SamplingOptions(temperature: 1, minP: 0.3))
    expectClose(found, softmax([-.infinity, 3, 2, -.infinity, -.infinity, 2.5]))
  }

  @Test func repetitionPenaltyDividesPositiveAndMultipliesNegativeLogits() throws {
    let options = SamplingOptions(temperature: 1, repetitionPenalty: 2, repetitionWindow: 2)
    // Of three noted tokens the window keeps the last two.
    let found = try frequencies(options, noting: [2, 1, 4])
    expectClose(found, softmax([1, 1.5, 2, 0, -2, 2.5]))
  }

  @Test func biasIsAdded() throws {
    var sampler = try Sampler(SamplingOptions(logitBias: [3: 100, 1: -100]), vocabulary: 6)
    #expect(sampler.choose(among: tokens, logits: logits).token == 3)
  }

  @Test func theSameSeedDrawsTheSameTokens() throws {
    var texts: [[TokenID]] = []
    for seed: UInt64 in [1, 1, 2] {
      var sampler = try Sampler(SamplingOptions(temperature: 1.5, topK: 5, topP: 0.99, seed: seed), vocabulary: 6)
      texts.append((0..<50).map { _ in sampler.choose(among: tokens, logits: logits).token })
    }
    #expect(texts[0] == texts[1])
    #expect(texts[0] != texts[2])
  }

  @Test func damagedLogitsStillGiveAToken() throws {
    for temperature: Float in [0, 1] {
      var sampler = try Sampler(SamplingOptions(temperature: temperature, topK: 2, topP: 0.9, minP: 0.1), vocabulary: 6)
      #expect(sampler.choose(among: [3, 4], logits: [.nan, -1]).token == 4)
      #expect([3, 4].contains(sampler.choose(among: [3, 4], logits: [.nan, .nan]).token))
      #expect(sampler.choose(among: [3, 4], logits: [.infinity, 5]).token == 3)
      #expect(sampler.choose(among: [5], logits: [-.infinity]).token == 5)
    }
  }

  @Test func topKOfAFullVocabularyIsThatOfASort() throws {
    var generator = SeededGenerator(seed: 3)
    let logits = (0..<5000).map { _ in Float(Int.random(in: -300...300, using: &generator)) / 37 }
    let sorted = logits.indices.sorted { (logits[$0], $1) > (logits[$1], $0) }
    for k in [1, 2, 63, 64, 65, 999, 4999] {
      var sampler = try Sampler(SamplingOptions(temperature: 2, topK: k, seed: UInt64(k)), vocabulary: 5000)
      let allowed = Set(sorted.prefix(k))
      for _ in 0..<200 {
        #expect(allowed.contains(Int(sampler.choose(among: 0..<TokenID(5000), logits: logits).token)))
      }
    }
  }

  @Test(arguments: [
    SamplingOptions(temperature: -1), SamplingOptions(temperature: .nan), SamplingOptions(topK: -1),
    SamplingOptions(topP: 1.1), SamplingOptions(minP: -0.1), SamplingOptions(repetitionPenalty: 0),
    SamplingOptions(repetitionWindow: -1), SamplingOptions(logitBias: [6: 1]), SamplingOptions(logitBias: [0: 101]),
  ])
  func optionsOutsideTheirRangesAreRefused(options: SamplingOptions) {
    #expect(throws: InferenceError.self) { try Sampler(options, vocabulary: 6) }
  }
}
