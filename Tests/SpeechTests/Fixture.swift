/// The cases of `Tests/Fixtures/speech-text.tsv`.
enum SpeechTextFixture {
  struct Case: Sendable, CustomStringConvertible {
    let line: Int
    let text: String
    let spoken: String

    var description: String { "line \(line): \(text)" }
  }

  static let cases: [Case] = {
    let path = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    guard let content = readFile("/\(path)/Fixtures/speech-text.tsv") else { return [] }
    var cases: [Case] = []
    for (number, line) in content.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 2 else { continue }
      let text = fields[0].split(separator: "\\n", omittingEmptySubsequences: false).joined(separator: "\n")
      cases.append(Case(line: number + 1, text: text, spoken: String(fields[1])))
    }
    return cases
  }()
}
