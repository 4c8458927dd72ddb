import Glibc
import Inference
import TestSupport
import Testing
import Tools

@Suite struct ConstraintFuzzingTests {
  @Test func mutatedSchemasAreRefusedOrKept() {
    let count = unsafe getenv("EARSHOT_FUZZ_RUNS").flatMap { unsafe Int(String(cString: $0)) } ?? 3_000
    var generator = SeededGenerator(seed: 77)
    var seeds: [[UInt8]] = []
    for seed in 0..<40 {
      var random = RandomSchema(seed: UInt64(seed) + 9_000)
      seeds.append(random.tool().bytes())
    }
    for _ in 0..<count {
      var bytes = seeds[Int.random(in: 0..<seeds.count, using: &generator)]
      for _ in 0..<Int.random(in: 1...4, using: &generator) { bytes.mutate(using: &generator) }
      bytes.append(0)
      for _ in 0..<40 { bytes.append(UInt8.random(in: 0...255, using: &generator)) }
      ConstraintFuzzing.schema(bytes.span)
    }
  }
}
