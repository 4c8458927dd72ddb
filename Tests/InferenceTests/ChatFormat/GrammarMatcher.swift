import Inference
import Tools

/// Says whether an answer is one that a grammar allows: a plain backtracking matcher, for tests. A JSON value is any object.
struct GrammarMatcher {
  enum Element: Hashable { case byte(UInt8), control(TokenID) }

  let answer: [Element]

  /// What stands in `prompt` behind `before`, up to the token that ends it.
  init(_ template: ChatTemplate, prompt: [TokenID], behind before: [TokenID]) {
    let rest = Self.elements(template, prompt).dropFirst(Self.elements(template, before).count)
    answer = Array(
      rest.prefix { element in
        if case .control(let token) = element { !template.tokenizer.endsGeneration(token) } else { true }
      })
  }

  static func elements(_ template: ChatTemplate, _ tokens: [TokenID]) -> [Element] {
    tokens.flatMap { token -> [Element] in
      let bytes = template.constraintBytes[Int(token)]
      return bytes.isEmpty ? [.control(token)] : bytes.map { .byte($0) }
    }
  }

  func matches(_ grammar: Grammar) -> Bool { ends(grammar, [0]).contains(answer.count) }

  /// Where a match may end that begins at one of `starts`.
  private func ends(_ grammar: Grammar, _ starts: Set<Int>) -> Set<Int> {
    switch grammar {
    case .bytes(let bytes):
      return Set(starts.filter { hasBytes(bytes, at: $0) }.map { $0 + bytes.count })
    case .control(let token):
      return Set(starts.filter { $0 < answer.count && answer[$0] == .control(token) }.map { $0 + 1 })
    case .json: return Set(starts.compactMap(objectEnd))
    case .characters(let allowed, let count):
      return Set(
        starts.filter { start in
          (0..<count).allSatisfy { byte(start + $0).map { allowed.contains($0) } ?? false }
        }.map { $0 + count })
    case .text(let openers):
      var result: Set<Int> = []
      for start in starts where !openers.contains(where: { hasBytes($0, at: start) }) {
        var end = start
        while byte(end) != nil {
          end += 1
          result.insert(end)
        }
      }
      return result
    case .sequence(let parts): return parts.reduce(starts) { ends($1, $0) }
    case .choice(let parts): return parts.reduce(into: []) { $0.formUnion(ends($1, starts)) }
    case .repetition(let element, let separator, let minimum, let maximum):
      var result: Set<Int> = minimum == 0 ? starts : []
      var current = starts
      for count in 1...min(maximum, answer.count + 1) {
        current = ends(element, count == 1 ? current : ends(separator, current))
        if current.isEmpty { break }
        if count >= minimum { result.formUnion(current) }
      }
      return result
    case .end: return starts.intersection([answer.count])
    }
  }

  private func byte(_ index: Int) -> UInt8? {
    guard index < answer.count, case .byte(let byte) = answer[index] else { return nil }
    return byte
  }

  private func hasBytes(_ bytes: [UInt8], at start: Int) -> Bool {
    bytes.indices.allSatisfy { byte(start + $0) == bytes[$0] }
  }

  /// The shortest object that begins at `start`.
  private func objectEnd(_ start: Int) -> Int? {
    guard byte(start) == UInt8(ascii: "{") else { return nil }
    var text: [UInt8] = []
    var index = start
    while let next = byte(index) {
      text.append(next)
      index += 1
      if next == UInt8(ascii: "}"), (try? JSONValue(parsing: text)) != nil { return index }
    }
    return nil
  }
}
