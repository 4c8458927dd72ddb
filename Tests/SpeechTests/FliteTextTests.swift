import TestSupport
import Testing

@testable import Speech

struct FliteTextTests {
  private func pieces(_ text: String) -> [String] {
    FliteText.pieces(of: text).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func aSentenceIsOnePiece() { #expect(pieces("The light is on.") == ["The light is on."]) }

  @Test func sentencesAreCutApart() {
    #expect(pieces("The light is on. It is warm.") == ["The light is on.", "It is warm."])
  }

  @Test func aLongWordIsBroken() {
    let words = pieces(String(repeating: "x", count: 1_000)).joined(separator: " ").split(separator: " ")
    #expect(words.allSatisfy { $0.count <= FliteText.maximumWord })
    #expect(words.reduce(0) { $0 + $1.count } == 1_000)
  }

  @Test func noPieceIsTooLongAndNoneIsSilent() {
    var random = SeededGenerator(seed: 4)
    let alphabet = Array("ab c.,!?'-9é😀\n\0$".unicodeScalars)
    for _ in 0..<500 {
      var view = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...900, using: &random) {
        if let scalar = alphabet.randomElement(using: &random) { view.append(scalar) }
      }
      for piece in FliteText.pieces(of: String(view)) {
        #expect(piece.count <= FliteText.maximumPiece)
        #expect(
          piece.contains { ("a"..."z").contains(Character(Unicode.Scalar($0 | 0x20))) || (0x30...0x39).contains($0) })
        #expect(piece.allSatisfy { (0x20...0x7E).contains($0) })
      }
    }
  }

  @Test func noLetterIsLost() {
    let text = (0..<2_000).map { ["word", "a", "longer", "x."][$0 % 4] }.joined(separator: " ")
    let kept = pieces(text).joined().filter(\.isLetter)
    #expect(kept == text.filter(\.isLetter))
  }

  @Test func lettersWithMarksBecomePlainOnes() {
    #expect(pieces("Žluťoučký kůň, façade, Straße") == ["Zlutoucky kun, facade, Strasse"])
  }
}
