import CPocketSphinx
import Glibc

/// A small model of everyday English, made from the large one that Debian packages: the most frequent words and the
/// words of the phrases, each with its frequency, and the pairs of them that tell something.
///
/// The large model costs 93 MB of memory, most of it for 3.7 million word pairs and triples. Some hundred thousand pairs
/// are enough to hear whether somebody said one of the configured phrases, and to hear of anything else what a language
/// model can make sense of.
struct GeneralModel {
  /// Words of the small model beside those of the phrases.
  static let vocabulary = 8_000
  /// Probability of a word that the large model does not know, before normalisation: that of its rarest words.
  private static let rarest = 1e-7

  /// In ARPA's text format.
  let arpa: String
  let words: Set<String>

  /// Reads the large model and makes the small one of it. Takes some 0.5 s and 90 MB for that time, and ten seconds more
  /// where the pairs are not in the cache yet.
  ///
  /// - Parameters:
  ///   - isKnown: whether a word has a pronunciation.
  ///   - phrases: whose words are in it whatever their frequency, and thought of more than of others.
  ///   - cache: a file that keeps the pairs of the frequent words, which are the same for all phrases.
  ///   - report: told before it takes long.
  init(
    from path: String, isKnown: (String) -> Bool, phrases: NGramModel, cache: String, report: (String) -> Void
  ) throws(TranscriptionError) {
    _ = try ModelFile.stamp(path)
    err_set_logfp(nil)
    // The base in which the library itself computes scores.
    let base = 1.0001
    guard let logarithms = unsafe logmath_init(base, 0, 0) else { throw Self.invalid(path) }
    defer { unsafe _ = logmath_free(logarithms) }
    guard let model = unsafe ngram_model_read(nil, path, NGRAM_BIN, logarithms) else { throw Self.invalid(path) }
    defer { unsafe _ = ngram_model_free(model) }
    guard let counts = unsafe ngram_model_get_counts(model) else { throw Self.invalid(path) }
    let size = Int32(clamping: unsafe counts[0])
    let decimal = log10(base)
    let needed = Set(phrases.vocabulary)
    let house = phrases.pairs
    var frequent: [Entry] = []
    var missing = needed
    var chosen: [Entry] = []
    for number in 0..<size {
      guard let name = unsafe ngram_word(model, number) else { continue }
      let word = unsafe String(cString: name)
      guard isKnown(word) || missing.contains(word) || word == NGramModel.end else { continue }
      var used: Int32 = 0
      let entry = Entry(
        word: word, id: number, logarithm: Double(unsafe ngram_ng_score(model, number, nil, 0, &used)) * decimal)
      if word == NGramModel.end || missing.remove(word) != nil { chosen.append(entry) } else { frequent.append(entry) }
    }
    guard !frequent.isEmpty else { throw Self.invalid(path) }
    frequent.sort { ($0.logarithm, $1.word) > ($1.logarithm, $0.word) }
    let added = frequent.prefix(Self.vocabulary)
    let start = unsafe WordPairs.Word(id: ngram_wid(model, NGramModel.start), logarithm: 1)
    let pairs = unsafe Self.pairs(
      WordPairs(model, decimal: decimal), frequent: (chosen + added).sorted { $0.logarithm > $1.logarithm },
      needed: chosen, start: start, size: size, cache: cache, report: report)
    words = Set((chosen + added).map(\.word)).subtracting([NGramModel.end]).union(missing)
    chosen += added + missing.sorted().map { Entry(word: $0, id: nil, logarithm: log10(Self.rarest)) }
    arpa = Self.text(chosen, pairs, start: start.id, house: house, words: needed)
  }

  private struct Entry {
    var word: String
    /// Nil where the large model does not know it.
    var id: Int32?
    /// log10 of its probability.
    var logarithm: Double
  }

  /// Of frequent words, from the cache where they are there, and of the needed ones with those.
  private static func pairs(
    _ finder: WordPairs, frequent: [Entry], needed: [Entry], start: WordPairs.Word, size: Int32, cache: String,
    report: (String) -> Void
  ) -> [WordPairs.Pair] {
    func words(_ entries: some Sequence<Entry>) -> [WordPairs.Word] {
      entries.compactMap { entry in entry.id.map { WordPairs.Word(id: $0, logarithm: entry.logarithm) } }
    }
    let common = words(frequent.prefix(WordPairs.vocabulary))
    var pairs: [WordPairs.Pair]
    if let bytes = try? ModelFile.read(cache), let kept = WordPairs.pairs(in: bytes, below: size) {
      pairs = kept
    } else {
      report("Learning which English words follow each other, once; this takes about ten seconds.")
      pairs = finder.find([start] + common, common)
      // Without the file they are found again at the next change of the phrases.
      try? ModelFile.write(WordPairs.bytes(of: pairs), to: cache)
    }
    let rest = words(needed).filter { word in !common.contains { $0.id == word.id } }
    pairs += finder.find(rest, common + rest) + finder.find([start] + common, rest)
    return pairs
  }

  /// What is thought of the house: so much of every word's probability is shared evenly by the words of the phrases, and so
  /// much of what follows a word is what follows it in a phrase. Without it "the reading lamp" is "the reading lab". The
  /// shares were chosen on 120 recordings of sentences that are no phrases: 22 % of their words were misheard without,
  /// 16 % with, 15 % with 0.1 of both, which was not tried on what must not be taken for a phrase.
  private static let houseWords = 0.03
  private static let housePairs = 0.03

  /// Katz' model: a pair has its own probability, and what the pairs of a word leave is shared by all others by their
  /// frequency.
  private static func text(
    _ entries: [Entry], _ pairs: [WordPairs.Pair], start: Int32, house: [NGramModel.Pair], words needed: Set<String>
  ) -> String {
    // Number 0 begins a sentence.
    let names = [NGramModel.start] + entries.map(\.word)
    let places = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    var numbers: [Int32: Int] = [start: 0]
    for (index, entry) in entries.enumerated() { if let id = entry.id { numbers[id] = index + 1 } }
    let mass = entries.reduce(0) { $0 + pow(10, $1.logarithm) }
    let frequencies = [0] + entries.map { pow(10, $0.logarithm) / mass }
    var english: [Int: [Int: Double]] = [:]
    for pair in pairs {
      guard let first = numbers[pair.first], let second = numbers[pair.second], second != 0 else { continue }
      english[first, default: [:]][second] = pow(10, Double(pair.logarithm))
    }
    func backoff(_ own: [Int: Double]?, _ alone: [Double]) -> Double {
      guard let own else { return 1 }
      let used = own.reduce((paired: 0.0, alone: 0.0)) { ($0.paired + $1.value, $0.alone + alone[$1.key]) }
      return max(1e-4, 1 - used.paired) / max(1e-4, 1 - used.alone)
    }
    let share = needed.isEmpty ? 0 : houseWords / Double(needed.count)
    func mixed(_ probability: Double, _ word: Int) -> Double {
      (1 - houseWords) * probability + (needed.contains(names[word]) ? share : 0)
    }
    var alone = frequencies.enumerated().map { mixed($1, $0) }
    alone[0] = 0
    var followers = english.mapValues { own in
      Dictionary(uniqueKeysWithValues: own.map { ($0, mixed($1, $0)) })
    }
    let housed = Dictionary(grouping: house) { places[$0.first] ?? -1 }
    for (first, pairs) in housed where first >= 0 {
      var own = followers[first] ?? [:]
      let left = backoff(english[first], frequencies)
      for pair in pairs {
        guard let second = places[pair.second], second != 0 else { continue }
        own[second, default: mixed(left * frequencies[second], second)] += housePairs * pair.probability
      }
      followers[first] = own.mapValues { $0 / (1 + housePairs) }
    }
    var text = """
      \\data\\
      ngram 1=\(names.count)
      ngram 2=\(followers.values.reduce(0) { $0 + $1.count })

      \\1-grams:

      """
    for number in names.indices.sorted(by: { names[$0] < names[$1] }) {
      let probability = number == 0 ? -99 : log10(alone[number])
      text += "\(fixed(probability)) \(names[number]) \(fixed(log10(backoff(followers[number], alone))))\n"
    }
    text += "\n\\2-grams:\n"
    for (first, own) in followers.sorted(by: { names[$0.key] < names[$1.key] }) {
      for (second, probability) in own.sorted(by: { names[$0.key] < names[$1.key] }) {
        text += "\(fixed(log10(min(1, probability)))) \(names[first]) \(names[second])\n"
      }
    }
    return text + "\n\\end\\\n"
  }

  private static func invalid(_ path: String) -> TranscriptionError {
    TranscriptionError(
      .fileInvalid, "read \(path)", "it is not a language model of PocketSphinx",
      remedy: "Install the package pocketsphinx-en-us again.")
  }
}
