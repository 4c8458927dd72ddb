import Glibc

/// A dictionary file of which only the words are looked at until somebody asks how one sounds: the CMU dictionary has
/// 134,000 lines, and a recogniser needs some thousands.
struct PronunciationFile {
  private struct Line {
    var number: Int
    /// The phones' bytes.
    var phones: Range<Int>
  }

  private let bytes: [UInt8]
  private let name: String
  private var lines: [String: [Line]] = [:]

  init(_ bytes: [UInt8], named name: String) {
    self.bytes = bytes
    self.name = name
    var start = 0
    var number = 0
    while start < bytes.count {
      let end = Self.position(of: UInt8(ascii: "\n"), in: bytes, start..<bytes.count)
      number += 1
      var head = Self.position(of: UInt8(ascii: " "), in: bytes, start..<end)
      head = Self.position(of: UInt8(ascii: "\t"), in: bytes, start..<head)
      // "word(2)": everything from a bracket that is not the first character.
      let bracket = start < head ? Self.position(of: UInt8(ascii: "("), in: bytes, start + 1..<head) : head
      let word = String(decoding: bytes[start..<bracket], as: UTF8.self)
      let text = word.last == "\r" ? String(word.dropLast()) : word
      if !text.isEmpty { lines[text, default: []].append(Line(number: number, phones: head..<end)) }
      start = end + 1
    }
  }

  var words: some Collection<String> { lines.keys }

  func contains(_ word: String) -> Bool { lines[word] != nil }

  /// The phones of each pronunciation; none for an unknown word.
  func pronunciations(of word: String) throws(TranscriptionError) -> [[String]] {
    var result: [[String]] = []
    for line in lines[word] ?? [] {
      let phones = String(decoding: bytes[line.phones], as: UTF8.self).split(whereSeparator: \.isWhitespace).map(
        String.init)
      guard !phones.isEmpty, phones.count <= PronunciationDictionary.maximumPhones,
        phones.allSatisfy(PronunciationDictionary.phones.contains)
      else {
        throw TranscriptionError(
          .fileInvalid, "read \(name)", "line \(line.number) is not a word and its phones",
          remedy: "Install the package pocketsphinx-en-us again, or correct that line.")
      }
      result.append(phones)
    }
    return result
  }

  /// Where `byte` first stands in `range`, or the range's end. By `memchr`, which is quick in debug builds too.
  private static func position(of byte: UInt8, in bytes: [UInt8], _ range: Range<Int>) -> Int {
    unsafe bytes.withUnsafeBytes { buffer in
      guard !range.isEmpty, let base = buffer.baseAddress,
        let found = unsafe memchr(base + range.lowerBound, Int32(byte), range.count)
      else { return range.upperBound }
      return unsafe base.distance(to: UnsafeRawPointer(found))
    }
  }
}
