internal import Audio

/// One way to hear a stream, as it is or lowered, with a network for each word behind it.
///
/// The networks were trained on more men's voices than others: in noise and from afar they know a high voice less well than
/// a deep one, and the same voice better three semitones down. So a detector has two ears.
struct WakeWordEar {
  private var frontEnd = SpectralFrontEnd()
  private var lowered: LoweredStream?
  private var buffer: [Int16] = []
  private var listeners: [Listener]

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
  ///   - block: most samples that are heard at once.
  ///   - isLowered: whether it hears everything three semitones lower.
  init(_ words: [WakeWord], block: Int, isLowered: Bool) throws(WakeWordError) {
    var listeners: [Listener] = []
    for word in words {
      let network = try WakeWordNetwork(word.model, name: word.name)
      listeners.append(
        Listener(
          network: network, cutoff: word.cutoff,
          features: [UInt16](repeating: 0, count: network.stride * SpectralFrontEnd.channels),
          answers: [Float](repeating: 0, count: word.windowSize)))
    }
    self.listeners = listeners
    guard isLowered else { return }
    lowered = LoweredStream()
    buffer.reserveCapacity(LoweredStream.maximumOutput(for: block))
  }

  /// The mean probability of word `index` now, 0...1; 0 until its window is full.
  func score(of index: Int) -> Float { listeners[index].mean }

  /// Takes the next samples; `woke` is told of each word that is now above its cutoff, with its mean and with how many of
  /// the samples it had heard by then.
  mutating func hear(_ samples: Span<Int16>, woke: (_ word: Int, _ mean: Float, _ taken: Int) -> Void) {
    var taken = 0
    guard var lowered else {
      while frontEnd.advance(samples, from: &taken) { listen { woke($0, $1, taken) } }
      return
    }
    // Taken out meanwhile, so that it is not this ear's while the front end changes.
    var buffer: [Int16] = []
    swap(&buffer, &self.buffer)
    defer { swap(&buffer, &self.buffer) }
    buffer.removeAll(keepingCapacity: true)
    lowered.lower(samples, into: &buffer)
    self.lowered = lowered
    while frontEnd.advance(buffer.span, from: &taken) { listen { woke($0, $1, lowered.inputs(of: taken)) } }
  }

  mutating func reset() {
    frontEnd.reset()
    lowered?.reset()
    for i in listeners.indices { listeners[i].reset() }
  }

  /// Hands the newest feature vector to all words.
  private mutating func listen(_ woke: (_ word: Int, _ mean: Float) -> Void) {
    for i in listeners.indices {
      guard listeners[i].take(frontEnd), listeners[i].isArmed, listeners[i].mean > listeners[i].cutoff else { continue }
      listeners[i].isArmed = false
      woke(i, listeners[i].mean)
    }
  }
}
