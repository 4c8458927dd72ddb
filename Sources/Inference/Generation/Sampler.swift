import Glibc

/// Chooses the next token from logits.
///
/// In the order of llama.cpp's default chain: bias, repetition penalty, top-k, top-p, min-p, temperature, draw. Top-p and
/// min-p so look at the probabilities before the temperature. Logits that are NaN count as −∞. The order of the candidates
/// changes nothing. Allocates nothing once it has seen a full vocabulary.
struct Sampler {
  /// A token and how sure the model was of it, among the candidates, after bias and penalty and at temperature 1.
  struct Choice: Hashable {
    var token: TokenID
    /// Its probability, 0...1.
    var probability: Double
    /// By how much its logit exceeds that of the most probable other: the natural logarithm of how many times as probable
    /// it is. Negative where another was more probable, infinite where there was no other.
    var lead: Float = .infinity
  }

  private struct Candidate {
    var token: TokenID
    var logit: Float
  }

  private let options: SamplingOptions
  private var random: SeededRandom
  // The last `repetitionWindow` tokens, in a ring, and how often each stands in it.
  private var recent: [TokenID] = []
  private var oldest = 0
  private var counts: [TokenID: Int] = [:]
  // One bit for each token that has a bias or is recent; empty where there can be none.
  private var marked: [UInt64] = []
  private var candidates: [Candidate] = []

  /// - Throws: `requestInvalid` for an option outside its range.
  init(_ options: SamplingOptions, vocabulary: Int) throws(InferenceError) {
    try options.validate(vocabulary: vocabulary)
    self.options = options
    random = SeededRandom(seed: options.seed ?? UInt64.random(in: 0...UInt64.max))
    guard penalises || !options.logitBias.isEmpty else { return }
    marked = Array(repeating: 0, count: (vocabulary + 63) / 64)
    for token in options.logitBias.keys { mark(token, true) }
    guard penalises else { return }
    recent.reserveCapacity(options.repetitionWindow)
    counts.reserveCapacity(options.repetitionWindow + 1)
  }

  private var penalises: Bool { options.repetitionPenalty != 1 && options.repetitionWindow > 0 }

  /// Takes note of a token of prompt or answer, for the repetition penalty.
  /// - Parameter token: one of the vocabulary.
  mutating func note(_ token: TokenID) {
    guard penalises else { return }
    if recent.count < options.repetitionWindow {
      recent.append(token)
    } else {
      forget(recent[oldest])
      recent[oldest] = token
      oldest = (oldest + 1) % recent.count
    }
    counts[token, default: 0] += 1
    mark(token, true)
  }

  private mutating func forget(_ token: TokenID) {
    guard let count = counts[token], count == 1 else {
      counts[token, default: 1] -= 1
      return
    }
    counts[token] = nil
    if options.logitBias[token] == nil { mark(token, false) }
  }

  private mutating func mark(_ token: TokenID, _ isMarked: Bool) {
    let bit: UInt64 = 1 << UInt64(token & 63)
    if isMarked { marked[Int(token) >> 6] |= bit } else { marked[Int(token) >> 6] &= ~bit }
  }

  /// Chooses among `tokens`, whose logits are `logits`, in the same order.
  /// - Parameter tokens: at least one, each once.
  mutating func choose(among tokens: some Collection<TokenID>, logits: some Collection<Float>) -> Choice {
    candidates.removeAll(keepingCapacity: true)
    for (token, logit) in zip(tokens, logits) {
      candidates.append(Candidate(token: token, logit: logit.isNaN ? -.infinity : logit))
    }
    precondition(!candidates.isEmpty, "there is nothing to choose from")
    shift()
    let best = mostProbable()
    let highest = candidates[best.index].logit
    // With no finite logit, or an infinite one, the model says nothing that could be weighed.
    guard highest.isFinite else { return Choice(token: candidates[best.index].token, probability: 1) }
    let total = candidates.reduce(0) { $0 + Self.weight($1.logit - highest) }
    if options.temperature == 0 {
      return Choice(token: candidates[best.index].token, probability: 1 / total, lead: highest - best.runnerUp)
    }
    let bestToken = candidates[best.index].token
    let kept = keep(highest: highest, total: total)
    // Drawn by walking the kept candidates until their weights reach a random part of the sum.
    let scale = 1 / options.temperature
    var sum = 0.0
    for index in 0..<kept { sum += Self.weight((candidates[index].logit - highest) * scale) }
    var rest = random.nextUnit() * sum
    // Rounding can leave a little of the sum; nothing is then drawn, and the first is as good as any.
    var drawn = 0
    for index in 0..<kept {
      rest -= Self.weight((candidates[index].logit - highest) * scale)
      if rest < 0 {
        drawn = index
        break
      }
    }
    let chosen = candidates[drawn]
    return Choice(
      token: chosen.token, probability: Self.weight(chosen.logit - highest) / total,
      lead: chosen.logit - (chosen.token == bestToken ? best.runnerUp : highest))
  }

  /// Where the most probable candidate stands, and the logit of the most probable other one, −∞ where there is none.
  /// Of equally probable ones the lowest number counts, so that the order of the candidates changes nothing.
  private func mostProbable() -> (index: Int, runnerUp: Float) {
    var best = 0
    var runnerUp = -Float.infinity
    for index in 1..<max(1, candidates.count) {
      if Self.precedes(candidates[index], candidates[best]) {
        runnerUp = candidates[best].logit
        best = index
      } else {
        runnerUp = max(runnerUp, candidates[index].logit)
      }
    }
    return (best, runnerUp)
  }

  /// e to the power of a difference to the highest logit; what is 40 below is nothing beside it.
  private static func weight(_ difference: Float) -> Double { difference < -40 ? 0 : exp(Double(difference)) }

  private mutating func shift() {
    guard !marked.isEmpty else { return }
    for index in candidates.indices {
      let token = candidates[index].token
      guard marked[Int(token) >> 6] >> UInt64(token & 63) & 1 == 1 else { continue }
      var logit = candidates[index].logit + (options.logitBias[token] ?? 0)
      if counts[token] != nil {
        logit = logit > 0 ? logit / options.repetitionPenalty : logit * options.repetitionPenalty
      }
      candidates[index].logit = logit
    }
  }

  /// Moves what top-k, top-p and min-p keep to the front.
  /// - Returns: how many that are, 1 or more.
  private mutating func keep(highest: Float, total: Double) -> Int {
    var kept = candidates.count
    if options.topK > 0, options.topK < kept {
      kept = options.topK
      sortFront(kept, of: candidates.count)
    }
    if options.topP < 1 { kept = keepSum(within: kept, highest) }
    if options.minP > 0 {
      let least = Double(options.minP)
      var next = 0
      for index in 0..<kept where Self.weight(candidates[index].logit - highest) >= least {
        candidates.swapAt(index, next)
        next += 1
      }
      kept = max(1, next)
    }
    return kept
  }

  /// The fewest of the first `limit` whose probabilities, among these, reach top-p. Sorts no more than are needed: mostly a
  /// few of a vocabulary of 262,144.
  private mutating func keepSum(within limit: Int, _ highest: Float) -> Int {
    let sum = candidates[..<limit].reduce(0) { $0 + Self.weight($1.logit - highest) }
    var sorted = min(64, limit)
    while true {
      sortFront(sorted, of: limit)
      var reached = 0.0
      for index in 0..<sorted {
        reached += Self.weight(candidates[index].logit - highest)
        if reached >= Double(options.topP) * sum { return index + 1 }
      }
      guard sorted < limit else { return limit }
      sorted = min(sorted * 8, limit)
    }
  }

  /// Brings the `count` most probable of the first `limit` to the front, most probable first; equal ones by number, so that
  /// the same seed gives the same text. Takes O(limit · log count) at worst, and mostly one look at each.
  private mutating func sortFront(_ count: Int, of limit: Int) {
    guard count < limit / 8 else { return candidates[..<limit].sort(by: Self.precedes) }
    // The front is a heap with its least probable at the root, which gives way to what precedes it.
    for parent in (0..<count / 2).reversed() { sink(parent, count) }
    for index in count..<limit where Self.precedes(candidates[index], candidates[0]) {
      candidates.swapAt(0, index)
      sink(0, count)
    }
    candidates[..<count].sort(by: Self.precedes)
  }

  private mutating func sink(_ start: Int, _ count: Int) {
    var parent = start
    while true {
      var least = parent
      for child in 2 * parent + 1...2 * parent + 2 where child < count {
        if Self.precedes(candidates[least], candidates[child]) { least = child }
      }
      if least == parent { return }
      candidates.swapAt(parent, least)
      parent = least
    }
  }

  private static func precedes(_ first: Candidate, _ second: Candidate) -> Bool {
    first.logit != second.logit ? first.logit > second.logit : first.token < second.token
  }
}
