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
    "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH", "IY", "JH", "K", "L",
    "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z", "ZH",
  ]
  static let maximumPhones = 64

  public private(set) var entries: [String: [[String]]] = [:]

  public init() {}

  /// Parses `bytes`, keeping the words in `wanted` (nil: all). Throws ``TranscriptionError/Code/fileInvalid`` with the
  /// line for a word without phones or with a phone that is not one.
  public init(parsing bytes: [UInt8], named name: String, keeping wanted: Set<String>? = nil) throws(TranscriptionError) {
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      var fields = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }
      guard !fields.isEmpty else { continue }
      let head = fields.removeFirst()
      // "word(2)": everything from a bracket that is not the first character.
      let word = head.prefix { $0 != UInt8(ascii: "(") }
      let text = String(decoding: word.isEmpty ? head : word, as: UTF8.self)
      if let wanted, !wanted.contains(text) { continue }
      let phones = fields.map { String(decoding: $0, as: UTF8.self) }
      guard !phones.isEmpty, phones.count <= Self.maximumPhones, phones.allSatisfy(Self.phones.contains) else {
        throw TranscriptionError(
          .fileInvalid, "read \(name)", "line \(number) is not a word and its phones",
          remedy: "Install the package pocketsphinx-en-us again, or correct that line.")
      }
      add(phones, for: text)
    }
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
