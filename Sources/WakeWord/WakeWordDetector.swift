public import Audio

/// Listens for several wake words at once in one stream of 16 kHz audio.
///
/// ```
///   samples ─┬───────────▶ front end ─▶ 3 feature vectors ─▶ network ─▶ mean of its last 5 answers > cutoff ─┬▶ wake
///            └▶ lowered ─▶ front end ─▶ 3 feature vectors ─▶ network ─▶ mean of its last 5 answers > cutoff ─┘
///                            (one)        (each word has a network, a window and a cutoff of its own)
/// ```
/// After a wake nothing wakes for the refractory time, and no word wakes twice without having become unlikely in between:
/// a network is sure of a word for up to a second. Allocates nothing of its own between `init` and ``reset()``; TensorFlow
/// Lite takes some 40 small blocks for an answer and gives them back. Used by one thread at a time.
public final class WakeWordDetector: @unchecked Sendable {
  // @unchecked: one thread at a time uses a detector, and the session hands it to its listen thread as a whole.

  public static let maximumWords = 8

  public let words: [WakeWord]
  /// Frames after a wake in which nothing wakes.
  private let refractory: Int
  private var ears: [WakeWordEar]
  private var block = [Int16](repeating: 0, count: SpectralFrontEnd.hop)
  /// Where the next sample belongs.
  private var position = SampleTime.zero
  private var quietUntil: SampleTime?
  /// The last wake, until its word is over.
  private var growing: Wake?
  /// Where the word of the last wake ends, as far as it is known by now: a low cutoff is reached in the middle of it.
  public private(set) var wordEnd = SampleTime.zero

  /// - Parameters:
  ///   - words: 1...8, loaded here.
  ///   - refractory: 100...60,000 ms.
  ///   - hearsLowered: whether it listens to the lowered stream as well: high voices are heard better, for twice the work.
  public init(
    words: [WakeWord], refractory: Duration = .milliseconds(1_000), hearsLowered: Bool = true
  ) throws(WakeWordError) {
    func check(_ good: Bool, _ reason: String) throws(WakeWordError) {
      guard !good else { return }
      throw WakeWordError(
        .invalidConfiguration, "listen for wake words", reason, remedy: "Correct the section wake of the configuration."
      )
    }
    try check((1...Self.maximumWords).contains(words.count), "\(words.count) words are given, allowed are 1 to 8")
    try check(
      (.milliseconds(100) ... .seconds(60)).contains(refractory),
      "the refractory time is \(refractory), allowed are 100 to 60000 ms")
    for word in words {
      try check(
        word.cutoff > 0 && word.cutoff < 1, "the cutoff of \(word.phrase) is \(word.cutoff), not between 0 and 1")
      try check(
        (1...50).contains(word.windowSize), "the window of \(word.phrase) has \(word.windowSize) answers, not 1 to 50")
    }
    ears = [try WakeWordEar(words, block: SpectralFrontEnd.hop, isLowered: false)]
    if hearsLowered { ears.append(try WakeWordEar(words, block: SpectralFrontEnd.hop, isLowered: true)) }
    self.words = words
    self.refractory = SampleRate.speech.frames(in: refractory)
  }

  /// The mean probability of word `index` now, that of the surer ear, 0...1; 0 until its window is full.
  public func score(of index: Int) -> Float { ears.reduce(0) { max($0, $1.score(of: index)) } }

  /// Takes the samples that begin at `time`. Returns the wake in them, the first if there are several. Where `time` is not
  /// where the samples before ended, the stream has a gap and begins anew.
  public func hear(_ samples: Span<Float>, at time: SampleTime) -> Wake? {
    if time != position {
      if position != .zero { reset() }
      position = time
    }
    var wake: Wake?
    var start = 0
    while start < samples.count {
      let count = min(block.count, samples.count - start)
      for i in 0..<count { block[i] = Self.quantised(samples[start + i]) }
      start += count
      let heard = listen(block.span.extracting(0..<count))
      if wake == nil { wake = heard }
      position = position + count
      followWord()
    }
    return wake
  }

  /// Forgets everything heard: the next samples begin a new stream, wherever they are. Takes about two milliseconds
  /// a word.
  public func reset() {
    for i in ears.indices { ears[i].reset() }
    quietUntil = nil
    growing = nil
    position = .zero
  }

  /// Hands the samples to both ears; the surest of the words above their cutoff wakes.
  private func listen(_ samples: Span<Int16>) -> Wake? {
    var surest: Wake?
    for i in ears.indices {
      ears[i].hear(samples) { [words, position] word, mean, taken in
        guard mean > surest?.score ?? 0 else { return }
        surest = Wake(word: word, phrase: words[word].phrase, score: mean, position: position + taken)
      }
    }
    guard let surest else { return nil }
    if let until = quietUntil, surest.position < until { return nil }
    quietUntil = surest.position + refractory
    (growing, wordEnd) = (surest, surest.position)
    return surest
  }

  /// The word that has woken it goes on while its network becomes surer, up to what its makers take for sure.
  private func followWord() {
    guard let wake = growing else { return }
    if wake.score >= words[wake.word].makersCutoff || position - wake.position > Self.longestRest {
      growing = nil
      return
    }
    let score = score(of: wake.word)
    guard score > wake.score else { return }
    growing?.score = score
    wordEnd = position
  }

  /// No word goes on for longer behind the place where it was known.
  public static let longestRest = SampleRate.speech.frames(in: .milliseconds(400))

  /// -1...1 → 16 bits; a sample that is not finite counts as silence.
  private static func quantised(_ sample: Float) -> Int16 {
    guard sample.isFinite else { return 0 }
    return Int16(max(-32_768, min(32_767, (sample * 32_768).rounded())))
  }
}
