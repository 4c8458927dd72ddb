import Inference
import TestSupport
import Testing
import Tools

@Suite struct ConstraintTests {
  private static let schema: JSONValue = [
    "type": "object", "properties": ["room": ["enum": ["kitchen", "hall"]], "on": ["type": "boolean"]],
    "required": ["room", "on"],
  ]

  @Test func textThatMustComeIsForcedUpToTheNextChoice() throws {
    var constraint = try constraint(Self.schema)
    #expect(String(decoding: constraint.forcedBytes, as: UTF8.self) == #"{"room": ""#)
    expectTaken(#"{"room": "k"#, by: &constraint)
    #expect(String(decoding: constraint.forcedBytes, as: UTF8.self) == #"itchen", "on": "#)
  }

  @Test func tokensThatStraddleAValueAndItsSyntaxAreAllowed() throws {
    var constraint = try constraint(Self.schema)
    var mask = TokenMask(tokenCount: ConstraintTestVocabulary.strings.count)
    expectTaken(#"{"room": "kitchen"#, by: &constraint)
    constraint.fillMask(into: &mask)
    let allowed = mask.tokens.map { String(decoding: ConstraintTestVocabulary.strings[Int($0)], as: UTF8.self) }
    #expect(Set(allowed) == ["\"", "\", ", "\", \""])
  }

  @Test func theMaskHoldsExactlyTheTokensThatAreAccepted() throws {
    let schemas: [JSONValue] = [
      Self.schema, ["type": "string", "maxLength": 3], ["type": "number", "minimum": -1, "maximum": 1], [:],
      ["type": "string", "pattern": "^a+b"], ["type": "array", "items": ["type": "string"], "maxItems": 2],
    ]
    var generator = SeededGenerator(seed: 3)
    for schema in schemas {
      for _ in 0..<4 {
        var constraint = try constraint(schema)
        var mask = TokenMask(tokenCount: ConstraintTestVocabulary.strings.count)
        for _ in 0..<30 where !constraint.hasEnded {
          constraint.fillMask(into: &mask)
          for token in 0..<TokenID(ConstraintTestVocabulary.strings.count) {
            var copy = constraint
            let isAccepted = copy.accept(token)
            #expect(isAccepted == mask.contains(token), "token \(token) of \(schema.text())")
          }
          let tokens = mask.tokens
          let isAccepted = constraint.accept(tokens[Int.random(in: 0..<tokens.count, using: &generator)])
          #expect(isAccepted)
        }
      }
    }
  }

  @Test func theEndIsAllowedOnlyWhereTheGrammarEnds() throws {
    var constraint = try constraint(["type": "integer", "minimum": 5, "maximum": 123])
    expectRefused([ConstraintTestVocabulary.end], by: constraint)
    expectTaken("12", by: &constraint)
    #expect(constraint.allowsEnd && !constraint.isComplete)
    expectTaken("3", by: &constraint)
    #expect(constraint.isComplete)
    let isEnded = constraint.accept(ConstraintTestVocabulary.end)
    #expect(isEnded && constraint.hasEnded)
    expectRefused([ConstraintTestVocabulary.end], by: constraint)
  }

  @Test func aCopyGoesItsOwnWay() throws {
    var first = try constraint(Self.schema)
    var second = first
    expectTaken(#"{"room": "k"#, by: &first)
    expectTaken(#"{"room": "h"#, by: &second)
    #expect(first.forcedBytes.starts(with: Array("itchen".utf8)))
    #expect(second.forcedBytes.starts(with: Array("all".utf8)))
  }

  @Test func whatIsNotAcceptedChangesNothing() throws {
    var constraint = try constraint(Self.schema)
    let isAccepted = constraint.accept(bytes: Array(#"{"room": "x"#.utf8))
    #expect(!isAccepted)
    expectRefused([-1, .max, 0], by: constraint)
    #expect(constraint.forcedBytes.starts(with: Array(#"{"room""#.utf8)))
  }

  @Test func controlTokensAreNeverText() throws {
    let grammar = Grammar.choice([
      .sequence([.control(ConstraintTestVocabulary.marker), .json(try JSONSchema(Self.schema)), .end]),
      .sequence([.text(notBeginningWith: [Array("{\"name\"".utf8)]), .end]),
    ])
    var constraint = try Constraint(
      grammar, vocabulary: ConstraintTestVocabulary.vocabulary, endTokens: [ConstraintTestVocabulary.end])
    var mask = TokenMask(tokenCount: ConstraintTestVocabulary.strings.count)
    constraint.fillMask(into: &mask)
    #expect(
      mask.contains(ConstraintTestVocabulary.marker) && !mask.contains(ConstraintTestVocabulary.end)
        && !mask.contains(0))
    var text = constraint
    expectTaken("Hello {\"name\"", by: &text)
    #expect(text.allowsEnd)
    text.fillMask(into: &mask)
    #expect(!mask.contains(ConstraintTestVocabulary.marker) && mask.contains(ConstraintTestVocabulary.end))
    var forbidden = constraint
    let isTaken = forbidden.accept(bytes: Array("{\"name\"".utf8))
    #expect(!isTaken)
    let isMarked = constraint.accept(ConstraintTestVocabulary.marker)
    #expect(isMarked)
    #expect(constraint.forcedBytes.starts(with: Array(#"{"room""#.utf8)))
  }

  @Test func textEndsWhereWhatFollowsItBegins() throws {
    let grammar = Grammar.sequence([
      .text(notBeginningWith: []), .literal("<call>"), .json(try JSONSchema(Self.schema)), .end,
    ])
    var constraint = try Constraint(
      grammar, vocabulary: ConstraintTestVocabulary.vocabulary, endTokens: [ConstraintTestVocabulary.end])
    expectTaken("so <<ca <call>", by: &constraint)
    #expect(String(decoding: constraint.forcedBytes, as: UTF8.self) == #"{"room": ""#)
  }

  @Test func repetitionsAreCountedAndSeparated() throws {
    let grammar = Grammar.sequence([
      .repetition(.characters(Array("ab".utf8), count: 2), separator: .literal("-"), minimum: 1, maximum: 3), .end,
    ])
    for (text, isTaken) in [
      ("ab", true), ("ab-ba", true), ("aa-bb-ab", true), ("", false), ("a", false), ("ab-", false),
      ("aa-bb-ab-aa", false), ("abab", false), ("ac", false),
    ] {
      var constraint = try Constraint(
        grammar, vocabulary: ConstraintTestVocabulary.vocabulary, endTokens: [ConstraintTestVocabulary.end])
      let isAccepted = constraint.accept(bytes: text.utf8)
      #expect((isAccepted && constraint.allowsEnd) == isTaken, "\(text)")
    }
  }

  @Test func forcedTokensLeaveTheLastOneToTheModel() throws {
    let constraint = try constraint(Self.schema)
    let tokens = constraint.forcedTokens { bytes in bytes.map { TokenID($0) + 3 } }
    #expect(tokens.map { ConstraintTestVocabulary.strings[Int($0)].first } == Array("{\"room\": ".utf8))
  }

  @Test func aVocabularyThatLacksAByteIsRefusedOrWalkedAround() throws {
    var strings = ByteStrings(["", ""])
    for byte in UInt8.min...UInt8.max where byte != UInt8(ascii: "q") { strings.append([byte]) }
    let vocabulary = ConstraintVocabulary(tokens: strings)
    func shortest(_ source: JSONValue) throws -> Int {
      try Constraint(.json(try JSONSchema(source)), vocabulary: vocabulary, endTokens: [1]).shortestEnd
    }
    #expect(try shortest(["enum": ["q", "longer"]]) == 8)
    #expect(throws: InferenceError.self) { try shortest(["const": "quiet"]) }
  }

  @Test(.enabled(if: canCountAllocations)) func aKnownMaskAllocatesNothing() throws {
    var constraint = try constraint(Self.schema)
    var mask = TokenMask(tokenCount: ConstraintTestVocabulary.strings.count)
    for _ in 0..<2 { constraint.fillMask(into: &mask) }
    let allocations = countAllocations { constraint.fillMask(into: &mask) }
    #expect(allocations == 0)
  }

  @Test func aGenerationOutlivesItsTablesOfStates() throws {
    // 300 members of up to 60 characters make more states than the machine keeps.
    let schema: JSONValue = [
      "type": "array", "items": ["type": "string", "minLength": 60, "maxLength": 60], "minItems": 300, "maxItems": 300,
    ]
    var constraint = try constraint(schema)
    var text = Array("[".utf8)
    for index in 0..<300 {
      text += Array((index > 0 ? ", \"" : "\"").utf8) + Array(repeating: UInt8(ascii: "x"), count: 60) + [0x22]
    }
    expectTaken(String(decoding: text.prefix(text.count / 2), as: UTF8.self), by: &constraint)
    let copy = constraint
    for byte in text.dropFirst(text.count / 2) {
      let isAccepted = constraint.accept(bytes: [byte])
      try #require(isAccepted)
    }
    expectTaken("]", by: &constraint)
    #expect(constraint.isComplete)
    #expect(!copy.allowsEnd)
  }
}
