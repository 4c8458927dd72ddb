import Glibc
import TestSupport
import Testing

@testable import Inference

@Suite struct TransformerTests {
  static let tokens = TinyModel.tokens

  /// Logits of the last of some tokens, evaluated in the pieces given.
  static func logits(_ model: Transformer, _ pieces: [[TokenID]]) throws -> [Float] {
    var logits: [Float] = []
    for piece in pieces { try model.evaluate(piece) }
    try model.logits(into: &logits)
    return logits
  }

  @Test(arguments: TinyModel.architectures) func oneTokenAtATimeEqualsOneBatch(_ name: String) throws {
    let together = try withTransformer(name, options: .tiny(batch: 48)) { try Self.logits($0, [Self.tokens]) }
    let apart = try withTransformer(name, options: .tiny(batch: 1)) { try Self.logits($0, Self.tokens.map { [$0] }) }
    #expect(difference(apart, together) < roundingNoise)
  }

  @Test(arguments: [1, 2, 3, 5]) func theNumberOfThreadsChangesNothing(_ threads: Int) throws {
    let one = try withTransformer("gemma3", options: .tiny(threads: 1)) { try Self.logits($0, [Self.tokens]) }
    let many = try withTransformer("gemma3", options: .tiny(threads: threads)) { try Self.logits($0, [Self.tokens]) }
    #expect(difference(many, one) < roundingNoise)
  }

  @Test(arguments: TinyModel.architectures) func afterTruncationAllIsAsIfTheTokensHadNeverBeen(_ name: String) throws {
    let options = TransformerOptions.tiny(batch: 8, rewind: 8)
    let other: [TokenID] = [5, 4, 3, 2, 1]
    let fresh = try withTransformer(name, options: options) { try Self.logits($0, [Array(Self.tokens[..<40]), other]) }
    let truncated = try withTransformer(name, options: options) { model in
      try model.evaluate(Self.tokens)
      #expect(model.truncate(to: 40) == 40)
      #expect(model.tokens == Array(Self.tokens[..<40]))
      return try Self.logits(model, [other])
    }
    #expect(difference(truncated, fresh) < roundingNoise)
  }

  @Test func truncationBehindAWindowKeepsNothing() throws {
    try withTransformer("gemma3", options: .tiny(batch: 8)) { model in
      try model.evaluate(Self.tokens)
      // 48 tokens, window 16 and batch 8: the window's layers hold 24..<48, and position 38 sees 23.
      #expect(model.truncate(to: 38) == 0)
      #expect(model.position == 0)
      #expect(model.tokens.isEmpty)
    }
  }

  @Test func truncationInsideTheRewindKeepsAll() throws {
    try withTransformer("gemma3", options: .tiny(batch: 8)) { model in
      try model.evaluate(Self.tokens)
      #expect(model.truncate(to: 39) == 39)
      // A second step back would need what the first evaluation overwrote.
      #expect(model.truncate(to: 38) == 0)
    }
  }

  @Test func someLogitsAreThoseOfAll() throws {
    try withTransformer("gemma3-period") { model in
      var all: [Float] = []
      var some: [Float] = []
      try model.evaluate([1, 2, 3], logits: .last, into: &all)
      let ids: [TokenID] = [95, 0, 17, 17, 3]
      try model.logits(of: ids, into: &some)
      #expect(some.count == ids.count)
      for (id, logit) in zip(ids, some) { #expect(abs(logit - all[Int(id)]) < 1e-5) }
    }
  }

  @Test func logitsNeedTheLastToken() throws {
    try withTransformer("llama") { model in
      var logits: [Float] = []
      #expect(throws: InferenceError.self) { try model.logits(into: &logits) }
      try model.evaluate([1, 2, 3])
      model.truncate(to: 2)
      #expect(throws: InferenceError.self) { try model.logits(into: &logits) }
      try model.evaluate([3])
      try model.logits(into: &logits)
      #expect(logits.count == TinyModel.vocabulary)
    }
  }

  @Test(arguments: [-1, 96, Int32.max, Int32.min]) func tokensOutsideTheVocabularyAreRefused(_ id: TokenID) throws {
    try withTransformer("llama") { model in
      let error = #expect(throws: InferenceError.self) { try model.evaluate([1, id]) }
      #expect(error?.code == .requestInvalid)
      #expect(error?.message.contains("\(id)") == true)
      #expect(model.position == 0)
    }
  }

  @Test func whatDoesNotFitIntoTheContextIsRefusedWhole() throws {
    try withTransformer("llama", options: .tiny(context: 50)) { model in
      try model.evaluate(Self.tokens)
      let error = #expect(throws: InferenceError.self) { try model.evaluate([1, 2, 3]) }
      #expect(error?.code == .contextExceeded)
      #expect(model.position == 48)
      try model.evaluate([1, 2])
      #expect(model.position == 50)
    }
  }

  @Test func aCancelledEvaluationKeepsWholeBatchesAndGoesOn() throws {
    let fresh = try withTransformer("gemma3") { try Self.logits($0, [Self.tokens]) }
    try withTransformer("gemma3") { model in
      try model.evaluate(Array(Self.tokens[..<30]))
      let cancellation = CancellationFlag()
      cancellation.cancel()
      let error = #expect(throws: InferenceError.self) {
        try model.evaluate(Array(Self.tokens[30...]), cancellation: cancellation)
      }
      #expect(error?.code == .cancelled)
      #expect(model.tokens == Array(Self.tokens[..<30]))
      let logits = try Self.logits(model, [Array(Self.tokens[30...])])
      #expect(difference(logits, fresh) < roundingNoise)
    }
  }

  @Test func aFewTokensAreReadToTheEndWhileNobodyWaits() throws {
    try withTransformer("gemma3") { model in
      let queue = WaitingQueue()
      let cancellation = CancellationFlag(while: queue)
      cancellation.cancel()
      try model.evaluate(Array(Self.tokens[..<10]), cancellation: cancellation)
      #expect(model.position == 10)
      queue.enter()
      let error = #expect(throws: InferenceError.self) {
        try model.evaluate(Array(Self.tokens[10..<20]), cancellation: cancellation)
      }
      #expect(error?.code == .cancelled && model.position == 10)
      queue.leave()
      try model.evaluate(Array(Self.tokens[10..<20]), cancellation: cancellation)
      #expect(model.position == 20)
    }
  }

  @Test func theQ8CacheIsCloseToTheF16One() throws {
    for name in TinyModel.architectures {
      let half = try withTransformer(name) { try Self.logits($0, [Self.tokens]) }
      let byte = try withTransformer(name, options: .tiny(.q8_0)) { try Self.logits($0, [Self.tokens]) }
      let error = difference(byte, half)
      #expect(error < 0.03 && error > 0, "\(name): \(error)")
    }
  }

  @Test func memoryIsWhatTheTypesTake() throws {
    let half = try withTransformer("llama") { $0.cacheByteCount }
    let byte = try withTransformer("llama", options: .tiny(.q8_0)) { $0.cacheByteCount }
    // 2 layers, keys and values, 2 heads of 64, 64 positions.
    #expect(half == 2 * 2 * 2 * 64 * 64 * 2)
    #expect(byte == half / 64 * 34)
    #expect(try withTransformer("llama", options: .tiny(.f32)) { $0.cacheByteCount } == 2 * half)
    // Of 7 layers, 6 see 16 positions and have room for a batch of 20.
    let window = try withTransformer("gemma3") { $0.cacheByteCount }
    #expect(window == (6 * 36 + 64) * 2 * 2 * 64 * 2)
  }

  @Test(.enabled(if: canCountAllocations)) func decodingAllocatesNothing() throws {
    try withTransformer("gemma3") { model in
      var logits: [Float] = []
      let tokens: [TokenID] = [7]
      try model.evaluate(tokens, logits: .last, into: &logits)
      let count = try countAllocations {
        for _ in 0..<10 { try model.evaluate(tokens, logits: .last, into: &logits) }
      }
      #expect(count == 0)
    }
  }

  @Test func optionsOutsideTheirRangesAreRefused() throws {
    let wrong: [TransformerOptions] = [
      .tiny(context: 0), .tiny(context: 65), .tiny(threads: 0), .tiny(threads: 257), .tiny(batch: 0),
      .tiny(batch: 513), .tiny(rewind: -1),
    ]
    for options in wrong {
      let error = #expect(throws: InferenceError.self) { try withTransformer("llama", options: options) { _ in } }
      #expect(error?.code == .requestInvalid)
    }
    // Heads of 48 are no whole blocks.
    #expect(throws: InferenceError.self) { try withTransformer("llama-lengths", options: .tiny(.q8_0)) { _ in } }
  }
}
