/// One line of `espeak-ng --voices`.
public struct ESpeakVoice: Hashable, Sendable {
  /// As eSpeak NG writes it: `de`, `en-us`, `cmn-latn-pinyin`.
  public let language: String
  /// `German`, `English_(America)`.
  public let name: String
  /// The file below its data folder: `gmw/de`.
  public let file: String
  public let otherLanguages: [String]

  /// All voices of the installed program. Blocks for some 10 ms.
  public static func all() throws(SpeechError) -> [ESpeakVoice] {
    try all(program: ESpeakSynthesiser.find(nil))
  }

  static func all(program: String) throws(SpeechError) -> [ESpeakVoice] {
    var listing: [UInt8] = []
    let program = VoiceProgram(path: program, arguments: ["--voices"], stallLimit: .seconds(5))
    try program.run(input: []) { bytes throws(SpeechError) in
      for index in bytes.indices { listing.append(bytes[index]) }
      return listing.count < 1 << 20
    }
    return parse(listing)
  }

  /// Whether a name in a configuration may be passed as an argument: letters, digits, `-` and `_`, starting with a letter,
  /// then at most one variant after `+`. Never an option, never a path.
  static func isSafe(_ name: String) -> Bool {
    func isWord(_ part: Substring) -> Bool {
      guard let first = part.utf8.first, Character(Unicode.Scalar(first)).isLetter else { return false }
      return part.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x2D || byte == 0x5F
      }
    }
    let parts = name.split(separator: "+", omittingEmptySubsequences: false)
    return name.utf8.count <= 40 && (1...2).contains(parts.count) && parts.allSatisfy(isWord)
  }

  /// Whether a name in a configuration means this voice.
  func answers(to name: Substring) -> Bool {
    let wanted = name.lowercased()
    return language.lowercased() == wanted || self.name.lowercased() == wanted
      || otherLanguages.contains { $0.lowercased() == wanted }
  }

  /// Reads the table; a line that does not have its columns is left out.
  ///
  /// ```
  /// Pty Language       Age/Gender VoiceName          File                 Other Languages
  ///  2  en-gb           --/M      English_(Great_Britain) gmw/en           (en 2)
  /// ```
  public static func parse(_ listing: [UInt8]) -> [ESpeakVoice] {
    listing.split(separator: UInt8(ascii: "\n")).prefix(4_096).dropFirst().compactMap { line in
      let columns = String(decoding: line.prefix(1_024), as: UTF8.self).split { $0 == " " || $0 == "\r" }
      guard columns.count >= 5, Int(columns[0]) != nil else { return nil }
      // "(zh-cmn 5)(zh 5)": the language, then its priority.
      let others = columns.dropFirst(5).joined(separator: " ").split(separator: "(").compactMap {
        $0.split(separator: " ").first.map { String($0) }
      }
      return ESpeakVoice(
        language: String(columns[1]), name: String(columns[3]), file: String(columns[4]), otherLanguages: others)
    }
  }
}
