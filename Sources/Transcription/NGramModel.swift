/// A word trigram model with Witten-Bell smoothing, estimated from sentences and written in ARPA's text format.
///
/// P(w|h) = (c(h,w) + T(h) P(w|h')) / (c(h) + T(h)), where T(h) is the number of different words seen after h and h' is
/// h without its first word. Source: Witten and Bell 1991, interpolated form as in Chen and Goodman 1998, section 2.6.
/// Witten-Bell rather than Kneser-Ney, because sentences made from templates have no singletons to count discounts
/// from.
public struct NGramModel: Sendable {
  public static let order = 3
  public static let start = "<s>"
  public static let end = "</s>"

  /// Words by number; 0 is `<s>`, 1 is `</s>`.
  private(set) var words: [String] = [start, end]
  /// Counts of n-grams of each length, by the words' numbers.
  private var counts: [[Gram: Int]] = [[:], [:], [:]]

  /// Up to three word numbers, packed.
  struct Gram: Hashable, Comparable, Sendable {
    /// 21 bits a word, the last in the lowest; unused places are all ones.
    let bits: UInt64

    static let unused: UInt64 = (1 << 21) - 1

    init(_ first: Int, _ second: Int? = nil, _ third: Int? = nil) {
      bits =
        UInt64(first) << 42 | (second.map { UInt64($0) } ?? Self.unused) << 21
        | (third.map { UInt64($0) } ?? Self.unused)
    }

    var numbers: [Int] {
      [bits >> 42, bits >> 21 & Self.unused, bits & Self.unused].filter { $0 != Self.unused }.map { Int($0) }
    }

    init(_ numbers: ArraySlice<Int>) {
      let n = Array(numbers)
      self.init(n[0], n.count > 1 ? n[1] : nil, n.count > 2 ? n[2] : nil)
    }

    static func < (a: Gram, b: Gram) -> Bool { a.bits < b.bits }
  }

  /// Counts `sentences` (words separated by spaces). Throws ``TranscriptionError/Code/phrasesInvalid`` when they hold
  /// no word, or more than a million different ones.
  public init(sentences: some Sequence<String>) throws(TranscriptionError) {
    var numbers: [String: Int] = [Self.start: 0, Self.end: 1]
    for sentence in sentences {
      var line = [0]
      for word in sentence.split(separator: " ", omittingEmptySubsequences: true) {
        let word = String(word)
        if word == Self.start || word == Self.end { continue }
        if let number = numbers[word] {
          line.append(number)
        } else {
          numbers[word] = words.count
          line.append(words.count)
          words.append(word)
        }
      }
      if line.count == 1 { continue }
      line.append(1)
      for n in 1...Self.order where line.count >= n {
        for index in 0...(line.count - n) { counts[n - 1][Gram(line[index..<index + n]), default: 0] += 1 }
      }
    }
    guard words.count > 2, words.count < 1 << 20 else {
      throw TranscriptionError(
        .phrasesInvalid, "make a language model of the phrases",
        words.count <= 2 ? "there is no word in them" : "there are \(words.count) different words in them",
        remedy: "Give at least one tool a phrase.")
    }
  }

  /// The different words, without the sentence marks.
  public var vocabulary: [String] { Array(words.dropFirst(2)) }

  /// How many n-grams of length 1, 2 and 3 there are.
  public var sizes: [Int] { counts.map(\.count) }

  /// The model as an ARPA file: probabilities and backoff weights as decimal logarithms.
  public func arpa() -> String {
    let (probabilities, backoffs) = estimate()
    var text = "\\data\\\n"
    for n in 1...Self.order { text += "ngram \(n)=\(counts[n - 1].count)\n" }
    for n in 1...Self.order {
      text += "\n\\\(n)-grams:\n"
      for gram in counts[n - 1].keys.sorted() {
        // A sentence never contains its own start: -99 is ARPA's way to say so.
        let probability = gram == Gram(0) ? -99 : decimalLogarithm(probabilities[n - 1][gram] ?? 0)
        text += "\(fixed(probability)) \(gram.numbers.map { words[$0] }.joined(separator: " "))"
        if n < Self.order, let backoff = backoffs[gram] { text += " \(fixed(decimalLogarithm(backoff)))" }
        text += "\n"
      }
    }
    return text + "\n\\end\\\n"
  }

  /// P(last word | words before it) by backing off, as a decoder computes it from the ARPA file; for tests.
  public func probability(of word: String, after history: [String]) -> Double? {
    guard let last = words.firstIndex(of: word) else { return nil }
    var context = history.compactMap { words.firstIndex(of: $0) }.suffix(Self.order - 1)
    let (probabilities, backoffs) = estimate()
    var weight = 1.0
    while true {
      let gram = Gram(context + [last])
      if let probability = probabilities[context.count][gram] { return weight * probability }
      if context.isEmpty { return nil }
      weight *= backoffs[Gram(context)] ?? 1
      context = context.dropFirst()
    }
  }

  /// A word behind another, and how probable it is there.
  struct Pair {
    var first: String
    var second: String
    var probability: Double
  }

  /// Every pair of words that follow each other in a sentence, its beginning and end included.
  var pairs: [Pair] {
    estimate().probabilities[1].map { gram, probability in
      Pair(first: words[gram.numbers[0]], second: words[gram.numbers[1]], probability: probability)
    }
  }

  private func estimate() -> (probabilities: [[Gram: Double]], backoffs: [Gram: Double]) {
    var probabilities: [[Gram: Double]] = [[:], [:], [:]]
    var backoffs: [Gram: Double] = [:]
    let start = Gram(0)
    let total = counts[0].reduce(0) { $1.key == start ? $0 : $0 + $1.value }
    let types = counts[0].count - 1
    // The lowest order mixes with the uniform distribution: each word gets one count more.
    for (gram, count) in counts[0] where gram != start {
      probabilities[0][gram] = Double(count + 1) / Double(total + types)
    }
    for n in 2...Self.order {
      var followers: [Gram: (count: Int, types: Int)] = [:]
      for (gram, count) in counts[n - 1] {
        let context = Gram(gram.numbers.dropLast()[...])
        followers[context, default: (0, 0)].count += count
        followers[context, default: (0, 0)].types += 1
      }
      var seen: [Gram: (here: Double, below: Double)] = [:]
      for (gram, count) in counts[n - 1] {
        let numbers = gram.numbers
        let context = Gram(numbers.dropLast()[...])
        let below = probabilities[n - 2][Gram(numbers.dropFirst())] ?? 0
        let (all, types) = followers[context] ?? (1, 1)
        let here = (Double(count) + Double(types) * below) / Double(all + types)
        probabilities[n - 1][gram] = here
        seen[context, default: (0, 0)].here += here
        seen[context, default: (0, 0)].below += below
      }
      // What is left for words not seen after this context, over what they have one order lower.
      for (context, sums) in seen { backoffs[context] = max(1e-9, 1 - sums.here) / max(1e-9, 1 - sums.below) }
    }
    return (probabilities, backoffs)
  }
}
