/// How words sound: for each word one or more lists of phones, in the notation of the CMU pronouncing dictionary.
///
/// File format, one pronunciation a line; further ones of a word carry a number:
/// ```
/// tomato T AH M EY T OW
/// tomato(2) T AH M AA T OW
/// ```
public struct PronunciationDictionary: Sendable {
  /// The phones of the CMU dictionary and of the acoustic model, without stress.
  public static let phones: Set<String> = [
    "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH", "IY", "JH", "K",
    "L",
    "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH",
  ]
  static let maximumPhones = 64

  public private(set) var entries: [String: [[String]]] = [:]

  public init() {}

  /// Parses a whole file. Throws ``TranscriptionError/Code/fileInvalid`` with the line for a word without phones or
  /// with a phone that is not one.
  public init(parsing bytes: [UInt8], named name: String) throws(TranscriptionError) {
    let file = PronunciationFile(bytes, named: name)
    for word in file.words { try add(file.pronunciations(of: word), for: word) }
  }

  mutating func add(_ pronunciations: [[String]], for word: String) {
    for phones in pronunciations { add(phones, for: word) }
  }

  public mutating func add(_ phones: [String], for word: String) {
    if entries[word]?.contains(phones) != true { entries[word, default: []].append(phones) }
  }

  /// The file's text, words in order.
  public var text: String {
    var text = ""
    for (word, pronunciations) in entries.sorted(by: { $0.key < $1.key }) {
      for (index, phones) in pronunciations.enumerated() {
        text += "\(word)\(index == 0 ? "" : "(\(index + 1))") \(phones.joined(separator: " "))\n"
      }
    }
    return text
  }
}
