/// Brings any text into what Flite takes well: short pieces of ASCII letters, digits and the usual stops.
///
/// Measured with Flite 2.2: a word of 1,000 letters takes 1.7 s and one of 5,000 takes 25 s, because the time grows with
/// the square of a word's length; and bytes above 127 are read one by one.
enum FliteText {
  /// Letters or digits in a row before a space is put in between. The longest words in dictionaries have 45 letters.
  static let maximumWord = 45
  /// Bytes of one piece. The first sample comes after the analysis of the whole piece: 40 ms for 160 bytes of slt.
  static let maximumPiece = 240
  /// A sentence end cuts a piece from here on, so that the second sentence does not delay the first.
  static let minimumPiece = 16

  /// `text` in pieces of at most ``maximumPiece`` ASCII bytes, each with at least one letter or digit. Linear time.
  static func pieces(of text: String) -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    var piece: [UInt8] = []
    var speakable = false
    var lastSpace = 0
    var run = 0

    func finish() {
      while piece.last == space { piece.removeLast() }
      if speakable { pieces.append(piece) }
      piece.removeAll(keepingCapacity: true)
      (speakable, lastSpace, run) = (false, 0, 0)
    }
    func put(_ byte: UInt8) {
      if isWord(byte) {
        run += 1
        if run > maximumWord {
          piece.append(space)
          (lastSpace, run) = (piece.count, 1)
        }
        speakable = true
      } else {
        run = 0
        // A space is the only byte that is not a word's and not a stop; stops stay with the word before them.
        guard let last = piece.last, isWord(last) || (byte == space && last != space) else { return }
        if byte == space { lastSpace = piece.count + 1 }
      }
      piece.append(byte)
      if byte == space, piece.count > minimumPiece, isSentenceEnd(piece[piece.count - 2]) { return finish() }
      guard piece.count >= maximumPiece else { return }
      guard lastSpace > 0, lastSpace < piece.count else { return finish() }
      let rest = Array(piece[lastSpace...])
      piece.removeLast(rest.count)
      finish()
      for byte in rest { put(byte) }
    }

    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        put(isWord(UInt8(scalar.value)) || isStop(UInt8(scalar.value)) ? UInt8(scalar.value) : space)
      } else if scalar.value == 0x2019 {
        put(UInt8(ascii: "'"))
      } else if let folded = LatinFolding.ascii(scalar) {
        for byte in folded { put(byte) }
      } else {
        put(space)
      }
    }
    finish()
    return pieces
  }

  private static let space = UInt8(ascii: " ")

  static func isWord(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
  private static func isStop(_ byte: UInt8) -> Bool { ".,?!'-:;".utf8.contains(byte) }
  private static func isSentenceEnd(_ byte: UInt8) -> Bool { ".?!".utf8.contains(byte) }
}
