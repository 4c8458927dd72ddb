import Testing
import Tools

struct ToolsFuzzingTests {
  /// The entry points trap where they find a fault, so that returning is what is tested.
  @Test func mutatedBytesPassTheFuzzersEntryPoints() {
    let seeds = [
      ##"{"type":"object","properties":{"a":{"enum":[1,"x"]},"b":{"$ref":"#/$defs/c"}},"$defs":{"c":{"pattern":"^a+"}}}"##,
      "^(?:[a-z]{2,8}|\\d+)$\0kitchen 12",
    ].map { Array($0.utf8) }
    var generator = SeededGenerator(seed: 6)
    for round in 0..<4_000 {
      let bytes = generator.mutate(seeds[round % seeds.count])
      ToolsFuzzing.json(bytes.span)
      ToolsFuzzing.schema(bytes.span)
      ToolsFuzzing.pattern(bytes.span)
    }
  }
}
