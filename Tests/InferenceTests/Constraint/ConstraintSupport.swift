import Inference
import TestSupport
import Testing
import Tools

/// A vocabulary with every byte and pieces that straddle JSON's syntax, as real ones have them.
enum ConstraintTestVocabulary {
  static let end: TokenID = 1
  static let marker: TokenID = 2

  static let strings: ByteStrings = {
    var strings = ByteStrings(["", "", ""])
    for byte in UInt8.min...UInt8.max { strings.append([byte]) }
    let pieces = [
      "\", \"", "\": \"", "\": ", "\"}", "\"]", "\"}}", "\", ", "{\"", "[\"", "[{\"", "}, {\"", ", \"", "]}", "}}",
      "[]",
      "{}", "\\\"", "\\n", "\\u00", "\\ud83d", "\\ude00", "true", "false", "null", "true}", "tr", "12", "100", "1.",
      ".5",
      "0, ", "-1", "-0", "00", "the", " the", "ing", "name", "room", "a", "ab", "abc", "kit", "chen", "ä", "ö", "日本",
      "😀", " ", "  ", "e", "on", "off", "\n\n", "aaaaaaaa", "\"a", "x\": ", "\\", "u0041", "é\"",
    ]
    for piece in pieces { strings.append(piece.utf8) }
    strings.append([0xF0, 0x9F])
    strings.append([0x98, 0x80])
    strings.append([0xC3])
    return strings
  }()

  static let vocabulary = ConstraintVocabulary(tokens: strings)
}

/// One generation by chance.
struct RandomWalk {
  var text: [UInt8] = []
  var tokens: [TokenID] = []
  var forced = 0
  var hasEnded = false
  /// The masks that were empty although the generation had not ended.
  var deadEnds = 0

  /// - Parameter skew: 0 chooses evenly; otherwise each token's probability falls with its number's hash.
  init(
    _ constraint: Constraint, budget: Int, skew: Double = 0, strings: ByteStrings,
    using generator: inout SeededGenerator
  ) {
    var constraint = constraint
    var mask = TokenMask(tokenCount: strings.count)
    let salt = generator.next()
    for used in 0..<budget + 1 {
      constraint.fillMask(into: &mask, remainingTokens: budget - used)
      let choices = mask.tokens
      guard !choices.isEmpty else {
        deadEnds += 1
        return
      }
      if choices.count == 1 { forced += 1 }
      let token = Self.choose(choices, skew: skew, salt: salt, using: &generator)
      guard constraint.accept(token) else {
        deadEnds += 1
        return
      }
      tokens.append(token)
      if constraint.hasEnded {
        hasEnded = true
        return
      }
      text.append(contentsOf: strings[Int(token)])
    }
  }

  private static func choose(
    _ choices: [TokenID], skew: Double, salt: UInt64, using generator: inout SeededGenerator
  ) -> TokenID {
    guard skew > 0 else { return choices[Int.random(in: 0..<choices.count, using: &generator)] }
    // Each token has a weight of its own, the same at each step, as a model of random weights has its favourites.
    var best = choices[0]
    var bestScore = -1.0
    for token in choices {
      var weight = SeededGenerator(seed: salt ^ UInt64(token))
      let favour = Double.random(in: 0..<1, using: &weight)
      let score = favour * skew + Double.random(in: 0..<1, using: &generator)
      if score > bestScore { (best, bestScore) = (token, score) }
    }
    return best
  }
}

/// Whether the schema's constraint takes the text as a whole.
func accepts(_ schema: JSONValue, _ text: String) throws -> Bool {
  var constraint = try constraint(schema)
  return constraint.accept(bytes: text.utf8) && constraint.allowsEnd
}

func constraint(_ schema: JSONValue) throws -> Constraint {
  try Constraint(
    .sequence([.json(try JSONSchema(schema)), .end]), vocabulary: ConstraintTestVocabulary.vocabulary,
    endTokens: [ConstraintTestVocabulary.end])
}

/// The message of the refusal, or nil where the schema is taken.
func refusal(_ schema: JSONValue) throws -> String? {
  do throws(InferenceError) {
    _ = try Constraint(
      .json(try! JSONSchema(schema)), vocabulary: ConstraintTestVocabulary.vocabulary,
      endTokens: [ConstraintTestVocabulary.end])
    return nil
  } catch {
    return error.code == .schemaUnsupported ? error.message : "\(error.code)"
  }
}

/// The text goes on where the constraint stands.
func expectTaken(_ text: String, by constraint: inout Constraint, _ place: SourceLocation = #_sourceLocation) {
  let isAccepted = constraint.accept(bytes: text.utf8)
  #expect(isAccepted, "\(text)", sourceLocation: place)
}

/// None of the tokens may come where the constraint stands.
func expectRefused(_ tokens: [TokenID], by constraint: Constraint, _ place: SourceLocation = #_sourceLocation) {
  for token in tokens {
    var copy = constraint
    let isAccepted = copy.accept(token)
    #expect(!isAccepted, "token \(token)", sourceLocation: place)
  }
}
