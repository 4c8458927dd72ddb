import Glibc
import Inference
import Testing

/// Answers of mutated bytes through every format's parser and renderer. `EARSHOT_FUZZ_ROUNDS` sets how many.
@Suite struct ChatFormatFuzzingTests {
  static let rounds = unsafe getenv("EARSHOT_FUZZ_ROUNDS").flatMap { unsafe Int(String(cString: $0)) } ?? 2000

  @Test func mutatedAnswersKeepWhatIsPromised() {
    let seeds: [[UInt8]] = [
      "[{\"name\": \"a\", \"arguments\": {\"k\": \"ü\\\"}\"}, \"id\": \"abcdefghi\"}]",
      "functools[{\"name\": \"a\", \"arguments\": {}}] x",
      "<tool_call>\n{\"name\": \"a\", \"arguments\": {\"k\": [1, {}]}}\n</tool_call>",
      "{\"name\": \"a\", \"parameters\": {}}",
      "name{\"k\": 1}", "plain text 👩‍👩‍👧",
    ].map { Array($0.utf8) }
    var random = GeneratedText.Random(state: 13)
    for _ in 0..<Self.rounds {
      var input = [UInt8(random.below(12))]
      if random.below(2) == 0 { input += [0xFF, UInt8(random.below(20))] }
      input += seeds[random.below(seeds.count)]
      for _ in 0..<random.below(6) {
        switch random.below(4) {
        case 0: input[random.below(input.count)] = UInt8(random.below(256))
        case 1: input.insert(contentsOf: [0xFF, UInt8(random.below(20))], at: random.below(input.count))
        case 2: input.remove(at: random.below(input.count))
        default:
          let start = random.below(input.count)
          input.insert(contentsOf: Array(input[start...].prefix(random.below(30))), at: random.below(input.count))
        }
        if input.isEmpty { input = [0] }
      }
      ChatFormatFuzzing.answer(input.span)
    }
  }
}
