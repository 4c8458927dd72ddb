import CPocketSphinx
import Glibc
import OperatingSystem

/// The files that the recogniser in the box reads: two small language models with their dictionaries, made from the
/// configured phrases and kept in a cache folder under a name that says what they were made from.
public struct PhraseModels: Sendable {
  /// Debian's pocketsphinx-en-us.
  public static let defaultModelFolder = "/usr/share/pocketsphinx/model/en-us"
  /// Counts up when what is written changes.
  private static let version = "3"

  public let acousticModel: String
  let phraseModel: String
  let phraseDictionary: String
  let generalModel: String
  let generalDictionary: String
  /// Words of the phrases that no dictionary has, with the phones derived from their letters: for `config check`, so
  /// that somebody may hear them aloud and choose another word.
  public let derivedPronunciations: [String: String]

  /// Makes the files, or finds them made already. `sentences` are all phrases, or a fair sample of them, as words
  /// separated by spaces. Takes ten seconds in an empty cache folder, a second for other phrases and a few milliseconds for
  /// every further start. What takes the ten seconds is the same for all phrases and lies in `englishFolder`, which is the
  /// cache folder where it is nil; `report` is told before it takes long. Throws when a file of the model is missing, the cache
  /// cannot be written, or a word cannot be pronounced.
  public init(
    sentences: [String], cacheFolder: String, englishFolder: String? = nil,
    modelFolder: String = PhraseModels.defaultModelFolder, report: (String) -> Void = { _ in }
  ) throws(TranscriptionError) {
    let sentences = sentences.map { $0.lowercased() }
    let dictionaryPath = modelFolder + "/cmudict-en-us.dict"
    let languagePath = modelFolder + "/en-us.lm.bin"
    acousticModel = modelFolder + "/en-us"
    let model = try NGramModel(sentences: sentences)
    let hash = ModelFile.fingerprint(
      [Self.version, try ModelFile.stamp(dictionaryPath), try ModelFile.stamp(languagePath)] + sentences)
    phraseModel = "\(cacheFolder)/phrases-\(hash).lm"
    phraseDictionary = "\(cacheFolder)/phrases-\(hash).dict"
    generalModel = "\(cacheFolder)/general-\(hash).lm"
    generalDictionary = "\(cacheFolder)/general-\(hash).dict"
    let derived = "\(cacheFolder)/derived-\(hash).dict"
    // The last file to be written: when it is there, all are.
    if ModelFile.exists(derived) {
      derivedPronunciations = try Self.table(PronunciationDictionary(parsing: ModelFile.read(derived), named: derived))
      return
    }
    try ModelFile.createFolder(cacheFolder)
    Self.clear(cacheFolder)
    let bytes = try ModelFile.read(dictionaryPath)
    let everyWord = PronunciationFile(bytes, named: dictionaryPath)
    let words = model.vocabulary
    var phrases = PronunciationDictionary()
    var guessed = PronunciationDictionary()
    for word in words {
      if everyWord.contains(word) {
        phrases.add(try everyWord.pronunciations(of: word), for: word)
        continue
      }
      guard Self.isWord(word), let phones = LetterToSound.phones(of: word) else {
        throw TranscriptionError(
          .unpronounceable, "teach the recogniser the word \"\(word)\"",
          "it is in no dictionary and cannot be spelt out",
          remedy: "Write it with the letters a to z as it is spoken: numbers in words, abbreviations letter by letter.")
      }
      phrases.add(phones, for: word)
      guessed.add(phones, for: word)
    }
    let general = try GeneralModel(
      from: languagePath, isKnown: everyWord.contains, phrases: model,
      cache: try Self.pairs(englishFolder ?? cacheFolder, of: languagePath, dictionaryPath), report: report)
    var dictionary = phrases
    for word in general.words {
      dictionary.add(try everyWord.pronunciations(of: word), for: word)
    }
    try ModelFile.write(Array(model.arpa().utf8), to: phraseModel)
    try ModelFile.write(Array(phrases.text.utf8), to: phraseDictionary)
    try ModelFile.write(Array(general.arpa.utf8), to: generalModel)
    try ModelFile.write(Array(dictionary.text.utf8), to: generalDictionary)
    try ModelFile.write(Array(guessed.text.utf8), to: derived)
    derivedPronunciations = Self.table(guessed)
    // The dictionary and the large model were in memory for a moment only; give that back to the system.
    _ = malloc_trim(0)
  }

  /// Where the pairs of frequent words are kept, which are the same for all phrases.
  private static func pairs(
    _ cacheFolder: String, of languagePath: String, _ dictionaryPath: String
  ) throws(TranscriptionError) -> String {
    let hash = ModelFile.fingerprint([version, try ModelFile.stamp(languagePath), try ModelFile.stamp(dictionaryPath)])
    return "\(cacheFolder)/english-\(hash).pairs"
  }

  private static func table(_ dictionary: PronunciationDictionary) -> [String: String] {
    dictionary.entries.mapValues { $0[0].joined(separator: " ") }
  }

  /// Letters that the dictionary's notation allows: no space, bracket or mark.
  private static func isWord(_ word: String) -> Bool {
    word.utf8.count <= 64
      && word.unicodeScalars.allSatisfy { $0.properties.isAlphabetic || "'-.".unicodeScalars.contains($0) }
  }

  /// Deletes what was made from phrases of yesterday; not what another program may have made just now and is about to read.
  private static func clear(_ folder: String) {
    guard case .success(let names) = namesInFolder(folder) else { return }
    let recent = time(nil) - 60
    for name in names {
      let isOurs = ["phrases-", "general-", "derived-"].contains { name.hasPrefix($0) }
      if isOurs, name.hasSuffix(".lm") || name.hasSuffix(".dict") || name.hasSuffix(".part") {
        let path = "\(folder)/\(name)"
        var status = stat()
        if unsafe stat(path, &status) == 0, status.st_mtim.tv_sec < recent { unsafe unlink(path) }
      }
    }
  }
}
