/// What a fuzzer calls with arbitrary bytes as text for the voices: Flite gets short pieces of plain ASCII, eSpeak NG one
/// line without its own commands.
public func exerciseVoiceText(_ bytes: [UInt8]) {
  let text = String(decoding: bytes, as: UTF8.self)
  for piece in FliteText.pieces(of: text) {
    precondition(piece.count <= FliteText.maximumPiece, "a piece for Flite is too long")
    precondition(piece.allSatisfy { (0x20..<0x7F).contains($0) }, "a piece for Flite holds more than plain ASCII")
    let words = piece.split { !FliteText.isWord($0) }
    precondition(!words.isEmpty, "a piece for Flite has nothing to say")
    precondition(words.allSatisfy { $0.count <= FliteText.maximumWord }, "a word for Flite is too long")
  }
  let line = ESpeakText.bytes(of: text)
  guard !line.isEmpty else { return }
  precondition(line.last == UInt8(ascii: "\n"), "a line for eSpeak NG does not end")
  precondition(line.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "a line for eSpeak NG holds commands")
  precondition(!line.contains { "[]<>".utf8.contains($0) }, "a line for eSpeak NG holds phonemes or markup")
}
