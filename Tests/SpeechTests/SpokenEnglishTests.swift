import Speech
import TestSupport
import Testing

struct SpokenEnglishTests {
  @Test func fixtureHasItsCases() { #expect(SpeechTextFixture.cases.count > 380) }

  @Test func textIsSaidAsPeopleSayIt() {
    for example in SpeechTextFixture.cases {
      #expect(SpokenEnglish.words(for: example.text) == example.spoken, "\(example)")
    }
  }

  @Test func whatIsSaidStaysTheSameWhenSaidAgain() {
    for example in SpeechTextFixture.cases {
      #expect(SpokenEnglish.words(for: example.spoken) == example.spoken, "\(example)")
    }
  }

  /// Letters, single spaces and stops; apostrophes and hyphens between letters only.
  static func isSpeakable(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    for (index, scalar) in scalars.enumerated() {
      let before = index > 0 ? scalars[index - 1] : " "
      let after = index + 1 < scalars.count ? scalars[index + 1] : " "
      switch scalar {
      case " ": if index == 0 || before == " " || after == " " { return false }
      case ".", ",", "?", "!": if !isLetter(before) || (index + 1 < scalars.count && after != " ") { return false }
      case "'", "-": if !isLetter(before) || !isLetter(after) { return false }
      default: if !isLetter(scalar) { return false }
      }
    }
    return scalars.last != " "
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
      .spacingMark:
      true
    default: false
    }
  }

  @Test func onlyWordsAndStopsAreSaid() {
    for example in SpeechTextFixture.cases {
      #expect(Self.isSpeakable(SpokenEnglish.words(for: example.text)), "\(example)")
    }
  }

  @Test func anyUnicodeBecomesWordsAndStopsAndSayingThemAgainChangesNothing() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<2_000 {
      var view = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...60, using: &random) {
        let scalar: Unicode.Scalar? =
          switch Int.random(in: 0..<8, using: &random) {
          case 0: Unicode.Scalar(UInt32.random(in: 0...0x10FFFF, using: &random))
          case 1: Unicode.Scalar(UInt32.random(in: 0...0x2FF, using: &random))
          case 2: "0123456789".unicodeScalars.randomElement(using: &random)
          case 3: ".,:;-–/()[]{}<>*_`~#|&%$€°'\"!?+=@^\\½".unicodeScalars.randomElement(using: &random)
          case 4: " \n".unicodeScalars.randomElement(using: &random)
          default: "abcdefghijklmnopqrstuvwxyzAEIMPSTVX".unicodeScalars.randomElement(using: &random)
          }
        if let scalar { view.append(scalar) }
      }
      let text = String(view)
      let spoken = SpokenEnglish.words(for: text)
      #expect(Self.isSpeakable(spoken), "\(text.debugDescription) became \(spoken.debugDescription)")
      #expect(SpokenEnglish.words(for: spoken) == spoken, "\(text.debugDescription)")
    }
  }

  @Test func mutatedCasesBecomeWordsAndStops() {
    var random = SeededGenerator(seed: 2)
    let cases = SpeechTextFixture.cases.map { Array($0.text.utf8) }
    for _ in 0..<4_000 {
      guard var bytes = cases.randomElement(using: &random) else { return }
      if let other = cases.randomElement(using: &random), Bool.random(using: &random) {
        bytes.insert(contentsOf: other, at: Int.random(in: 0...bytes.count, using: &random))
      }
      for _ in 0..<Int.random(in: 0...4, using: &random) where !bytes.isEmpty {
        let index = bytes.indices.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes.remove(at: index)
        case 1: bytes[index] = UInt8.random(in: 0...255, using: &random)
        default: bytes.insert(bytes[index], at: index)
        }
      }
      let text = String(decoding: bytes, as: UTF8.self)
      let spoken = SpokenEnglish.words(for: text)
      #expect(Self.isSpeakable(spoken), "\(text.debugDescription) became \(spoken.debugDescription)")
      #expect(SpokenEnglish.words(for: spoken) == spoken, "\(text.debugDescription) became \(spoken.debugDescription)")
    }
  }

  /// Inputs over which a reader that looks ahead without a limit would take hours: that this ends is the claim.
  @Test(arguments: [
    "a.", "1.", "1,", "<", "[", "{\"", "&", "1-", "/a", "x@y.", "*", "_", "`", "|", "- ", "('", "+1 ", "½", "A", "a'",
  ])
  func longRepetitionsAreRead(unit: String) {
    let text = String(repeating: unit, count: 100_000 / unit.utf8.count)
    #expect(SpokenEnglishTests.isSpeakable(SpokenEnglish.words(for: text)))
  }
}
