import Glibc
import Inference
import TestSupport
import Testing
import Tools

@Suite struct RandomSchemaTests {
  /// Names the file that takes schemas and outputs as lines of JSON, for check_with_jsonschema.py.
  private static let exportPath = unsafe getenv("EARSHOT_CONSTRAINT_EXPORT").map { unsafe String(cString: $0) }

  @Test func whateverIsChosenParsesAndKeepsItsSchemaWithinTheBudget() throws {
    var lines = ""
    var generator = SeededGenerator(seed: 41)
    var (bytes, forcedBytes, refused) = (0, 0, 0)
    let count = Self.exportPath == nil ? 250 : 1_000
    for seed in 0..<count {
      var random = RandomSchema(seed: UInt64(seed))
      let source = random.tool()
      let schema = try JSONSchema(source)
      let constraint: Constraint
      do {
        constraint = try Constraint(
          .sequence([.json(schema), .end]), vocabulary: ConstraintTestVocabulary.vocabulary,
          endTokens: [ConstraintTestVocabulary.end])
      } catch {
        // Only schemas that nothing fits, or nearly so, may be refused.
        #expect(error.code == .schemaUnsupported, "seed \(seed): \(error)")
        refused += 1
        continue
      }
      let budget = constraint.shortestEnd + [0, 5, 60, 300][seed % 4]
      let walk = RandomWalk(
        constraint, budget: budget, skew: seed % 3 == 0 ? 4 : 0, strings: ConstraintTestVocabulary.strings,
        using: &generator)
      let text = String(decoding: walk.text, as: UTF8.self)
      #expect(walk.deadEnds == 0 && walk.hasEnded, "seed \(seed): \(text)")
      let value = try JSONValue(parsing: walk.text)
      #expect(schema.validate(value).isEmpty, "seed \(seed): \(text)")
      forcedBytes += Self.forced(constraint, walk.text)
      bytes += walk.text.count
      lines += JSONValue.object(["schema": source, "output": .string(text)]).text() + "\n"
    }
    #expect(refused * 20 < count)
    #expect(forcedBytes * 10 > bytes)
    guard let path = Self.exportPath else { return }
    print("refused \(refused) of \(count); of \(bytes) bytes \(forcedBytes) were forced")
    try Self.write(lines, to: path)
  }

  /// How many of the bytes left no choice.
  private static func forced(_ constraint: Constraint, _ text: [UInt8]) -> Int {
    var constraint = constraint
    var index = 0
    var forced = 0
    while index < text.count {
      let run = constraint.forcedBytes
      forced += run.count
      let step = run.isEmpty ? [text[index]] : run
      guard constraint.accept(bytes: step) else {
        Issue.record("the text does not follow the forced bytes")
        return forced
      }
      index += step.count
    }
    return forced
  }

  private static func write(_ text: String, to path: String) throws {
    let file = unsafe fopen(path, "w")
    try #require(unsafe file != nil)
    unsafe fputs(text, file)
    unsafe fclose(file)
  }
}
