import CPocketSphinx
import Glibc

/// A small model of everyday English, made from the large one that Debian packages: the most frequent words and the
/// words of the phrases, each with its frequency.
///
/// The large model costs 93 MB of memory, most of it for 3.7 million word pairs and triples. To tell whether somebody
/// said one of the configured phrases or something else, it is enough that something else can be heard at all.
enum GeneralModel {
  /// Words of the small model beside those of the phrases.
  static let vocabulary = 8_000
  /// Probability of a word that the large model does not know, before normalisation: that of its rarest words.
  private static let rarest = 1e-7

  /// Reads the large model and returns the small one as an ARPA file, with the words in it. `isKnown` says whether a
  /// word has a pronunciation; `needed` are in it whatever their frequency. Takes some 0.2 s and 90 MB for that time.
  static func make(
    from path: String, isKnown: (String) -> Bool, needed: Set<String>
  ) throws(TranscriptionError) -> (arpa: String, words: Set<String>) {
    _ = try ModelFile.stamp(path)
    err_set_logfp(nil)
    // The base in which the library itself computes scores.
    let base = 1.0001
    guard let logarithms = unsafe logmath_init(base, 0, 0) else { throw invalid(path) }
    defer { unsafe _ = logmath_free(logarithms) }
    guard let model = unsafe ngram_model_read(nil, path, NGRAM_BIN, logarithms) else { throw invalid(path) }
    defer { unsafe _ = ngram_model_free(model) }
    guard let counts = unsafe ngram_model_get_counts(model) else { throw invalid(path) }
    let size = Int32(clamping: unsafe counts[0])
    let decimal = log10(base)
    var frequent: [(word: String, logarithm: Double)] = []
    var needed = needed
    var chosen: [(word: String, logarithm: Double)] = []
    for number in 0..<size {
      guard let name = unsafe ngram_word(model, number) else { continue }
      let word = unsafe String(cString: name)
      guard isKnown(word) || needed.contains(word) || word == NGramModel.end else { continue }
      var used: Int32 = 0
      let logarithm = Double(unsafe ngram_ng_score(model, number, nil, 0, &used)) * decimal
      if word == NGramModel.end || needed.remove(word) != nil {
        chosen.append((word, logarithm))
      } else {
        frequent.append((word, logarithm))
      }
    }
    guard !frequent.isEmpty else { throw invalid(path) }
    frequent.sort { ($0.logarithm, $1.word) > ($1.logarithm, $0.word) }
    chosen += frequent.prefix(vocabulary)
    chosen += needed.sorted().map { ($0, log10(rarest)) }
    let mass = chosen.reduce(0) { $0 + pow(10, $1.logarithm) }
    var text = "\\data\\\nngram 1=\(chosen.count + 1)\n\n\\1-grams:\n\(fixed(-99)) \(NGramModel.start)\n"
    for entry in chosen.sorted(by: { $0.word < $1.word }) {
      text += "\(fixed(entry.logarithm - log10(mass))) \(entry.word)\n"
    }
    return (text + "\n\\end\\\n", Set(chosen.map(\.word)).subtracting([NGramModel.end]))
  }

  private static func invalid(_ path: String) -> TranscriptionError {
    TranscriptionError(
      .fileInvalid, "read \(path)", "it is not a language model of PocketSphinx",
      remedy: "Install the package pocketsphinx-en-us again.")
  }
}
