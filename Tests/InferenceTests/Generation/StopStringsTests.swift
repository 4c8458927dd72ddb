import TestSupport
import Testing

@testable import Inference

@Suite struct StopStringsTests {
  private func read(_ pieces: [String], stop: [String]) -> (text: String, isReached: Bool) {
    var stops = StopStrings(stop)
    let text = pieces.map { stops.append($0) }.joined()
    return (text + stops.finish(), stops.isReached)
  }

  @Test func textEndsBeforeTheFirstStopStringHoweverItIsCut() {
    let text = "One. Two.\n\nThree: é\u{1F600}. END and more END"
    for stop in [["\n\n"], ["END"], ["e: é", "nothing"], ["\u{1F600}", "Two"], ["One"], ["more END"]] {
      let first = stop.compactMap { text.range(of: $0)?.lowerBound }.min()
      let expected = first.map { String(text[..<$0]) } ?? text
      let characters = text.map(String.init)
      for length in 1...characters.count {
        let pieces = stride(from: 0, to: characters.count, by: length).map {
          characters[$0..<min($0 + length, characters.count)].joined()
        }
        let result = read(pieces, stop: stop)
        #expect(result.text == expected)
        #expect(result.isReached == (first != nil))
      }
    }
  }

  @Test func onlyWhatMayBecomeAStopStringWaits() {
    var stops = StopStrings(["</end>"])
    #expect(stops.append("a < b") == "a < b")
    #expect(stops.append(" <") == " ")
    #expect(stops.append("/e") == "")
    #expect(stops.append("a</") == "</ea")
    #expect(stops.finish() == "</")
  }

  @Test func withoutStopStringsNothingWaits() {
    #expect(read(["a", "b"], stop: ["", ""]).text == "ab")
    #expect(read([], stop: ["x"]).text == "")
  }
}

extension String {
  /// Where `other` stands first, byte for byte.
  fileprivate func range(of other: String) -> Range<String.Index>? {
    utf8.indices.first { utf8[$0...].starts(with: other.utf8) }.map { $0..<utf8.index($0, offsetBy: other.utf8.count) }
  }
}
