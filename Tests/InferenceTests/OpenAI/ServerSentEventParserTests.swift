import Testing

@testable import Inference

@Suite struct ServerSentEventParserTests {
  private func events(_ text: String, pieceLength: Int, maximum: Int = 1000) -> (data: [String], failed: Bool) {
    var parser = ServerSentEventParser(maximumEventBytes: maximum)
    let bytes = Array(text.utf8)
    var found: [String] = []
    var failure: InferenceError?
    for start in stride(from: 0, to: bytes.count, by: pieceLength) {
      found += parser.append(Array(bytes[start..<min(bytes.count, start + pieceLength)]), failure: &failure)
        .map { String(decoding: $0, as: UTF8.self) }
      if failure != nil { break }
    }
    return (found, failure != nil)
  }

  @Test(arguments: ["\n", "\r", "\r\n"])
  func eventsAreReadHoweverTheyAreCut(lineEnd: String) {
    let lines = [
      "\u{FEFF}data: one", "", ": comment", "", "event: message", "data:two", "data:  three", "id: 7", "retry: 5", "",
      "data", "", "dataset: no", "", "data: é\u{1F600}: x", "", "error: {}", "", "data: dropped",
    ]
    let text = lines.joined(separator: lineEnd) + lineEnd
    for length in 1...text.utf8.count {
      #expect(events(text, pieceLength: length).data == ["one", "two\n three", "", "é\u{1F600}: x", "{}"])
    }
  }

  @Test func mixedLineEndsAreReadHoweverTheyAreCut() {
    let text = "data: a\r\ndata: b\rdata: c\n\r\ndata: d\r\rdata: e\n\n"
    for length in 1...text.utf8.count { #expect(events(text, pieceLength: length).data == ["a\nb\nc", "d", "e"]) }
  }

  @Test func anEventLongerThanAllowedIsAFailureBehindTheOnesBefore() {
    for long in ["data: \(String(repeating: "x", count: 40))\n\n", ":" + String(repeating: "x", count: 40)] {
      for length in [1, 7, 100] {
        let found = events("data: ok\n\n" + long, pieceLength: length, maximum: 40)
        #expect(found.data == ["ok"])
        #expect(found.failed)
      }
    }
    let lines = String(repeating: "data: 12345678\n", count: 4)
    #expect(events(lines, pieceLength: 5, maximum: 40).failed)
    let short = String(repeating: "data: 12345678\n\n", count: 40)
    #expect(!events(short, pieceLength: 5, maximum: 40).failed)
  }
}
