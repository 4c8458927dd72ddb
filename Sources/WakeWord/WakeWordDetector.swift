public import Audio

/// Listens for several wake words at once in one stream of 16 kHz audio.
///
/// ```
///   samples ─▶ front end ─▶ 3 feature vectors ─▶ network ─▶ mean of its last 5 answers > cutoff ─▶ wake
///                (one)        (each word has a network, a window and a cutoff of its own)
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
  private var frontEnd = SpectralFrontEnd()
  private var listeners: [Listener]
  private var block = [Int16](repeating: 0, count: SpectralFrontEnd.hop)
  /// Where the next sample belongs.
  private var position = SampleTime.zero
  private var quietUntil: SampleTime?

  /// One word's network and its last answers.
  private struct Listener {
    let network: WakeWordNetwork
    let cutoff: Float
    var features: [UInt16]
    var filled = 0
    var answers: [Float]
    /// Answers since the window began.
    var count = 0
    var mean: Float = 0
    /// Whether the word has been unlikely since it last woke or was passed over.
    var isArmed = true

    /// Takes one feature vector; returns whether there is a new mean over a full window.
    mutating func take(_ vector: borrowing SpectralFrontEnd) -> Bool {
      for i in 0..<SpectralFrontEnd.channels { features[filled + i] = vector.features[i] }
      filled += SpectralFrontEnd.channels
      guard filled == features.count else { return false }
      filled = 0
      guard let answer = network.probability(features.span) else { return false }
      answers[count % answers.count] = answer
      count += 1
      guard count >= answers.count else { return false }
      var sum: Float = 0
      for i in answers.indices { sum += answers[i] }
      mean = sum / Float(answers.count)
      if mean < cutoff / 2 { isArmed = true }
      return true
    }

    mutating func reset() {
      network.reset()
      (filled, count, mean, isArmed) = (0, 0, 0, true)
    }
  }

  /// - Parameters:
  ///   - words: 1...8, loaded here.
  ///   - refractory: 100...60,000 ms.
  public init(words: [WakeWord], refractory: Duration = .milliseconds(1_000)) throws(WakeWordError) {
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
    var listeners: [Listener] = []
    for word in words {
      try check(
        word.cutoff > 0 && word.cutoff < 1, "the cutoff of \(word.phrase) is \(word.cutoff), not between 0 and 1")
      try check(
        (1...50).contains(word.windowSize), "the window of \(word.phrase) has \(word.windowSize) answers, not 1 to 50")
      let network = try WakeWordNetwork(word.model, name: word.name)
      listeners.append(
        Listener(
          network: network, cutoff: word.cutoff,
          features: [UInt16](repeating: 0, count: network.stride * SpectralFrontEnd.channels),
          answers: [Float](repeating: 0, count: word.windowSize)))
    }
    self.words = words
    self.listeners = listeners
    self.refractory = SampleRate.speech.frames(in: refractory)
  }

  /// The mean probability of word `index` now, 0...1; 0 until its window is full.
  public func score(of index: Int) -> Float { listeners[index].mean }

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
      var taken = 0
      while frontEnd.advance(block.span.extracting(0..<count), from: &taken) {
        let heard = listen(at: position + taken)
        if wake == nil { wake = heard }
      }
      position = position + count
    }
    return wake
  }

  /// Forgets everything heard: the next samples begin a new stream, wherever they are. Takes about a millisecond a word.
  public func reset() {
    frontEnd.reset()
    for i in listeners.indices { listeners[i].reset() }
    quietUntil = nil
    position = .zero
  }

  /// Hands the newest feature vector to all words; the surest of those above their cutoff wakes.
  private func listen(at now: SampleTime) -> Wake? {
    var surest: Int?
    for i in listeners.indices {
      guard listeners[i].take(frontEnd), listeners[i].isArmed, listeners[i].mean > listeners[i].cutoff else { continue }
      listeners[i].isArmed = false
      if surest.map({ listeners[i].mean > listeners[$0].mean }) ?? true { surest = i }
    }
    if let until = quietUntil, now < until { return nil }
    quietUntil = nil
    guard let surest else { return nil }
    quietUntil = now + refractory
    return Wake(word: surest, phrase: words[surest].phrase, score: listeners[surest].mean, position: now)
  }

  /// -1...1 → 16 bits; a sample that is not finite counts as silence.
  private static func quantised(_ sample: Float) -> Int16 {
    guard sample.isFinite else { return 0 }
    return Int16(max(-32_768, min(32_767, (sample * 32_768).rounded())))
  }
}
