import Phrases
import Testing
import Tools

struct PhrasesFuzzingTests {
  /// The entry points trap where they find a fault, so that returning is what is tested.
  @Test func mutatedBytesPassTheFuzzersEntryPoints() {
    let seeds = [
      "(turn|switch) {on:on|off} the {room} light[s]", "dim {room}'s lamp to {level:<percent>} [now|at once]",
      "x {at} y {length_s}",
      "turn on the living-room lights", "dim the hall to twenty-one %", "timer for an hour and a half",
      "wake me at 7:30 p.m.",
      "The {room} light is {on:on|off}, {output.a.1}.",
    ].map { Array($0.utf8) }
    var generator = SeededGenerator(seed: 2)
    for round in 0..<3_000 {
      var bytes = seeds[round % seeds.count]
      let other = seeds[Int.random(in: 0..<seeds.count, using: &generator)]
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        let index = Int.random(in: 0...bytes.count, using: &generator)
        let start = Int.random(in: 0..<other.count, using: &generator)
        let end = min(other.count, start + Int.random(in: 1...6, using: &generator))
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes.insert(contentsOf: other[start..<end], at: index)
        case 1: bytes.removeSubrange(index..<min(bytes.count, index + 3))
        default: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: index)
        }
      }
      if round % 4 == 0 { PhrasesFuzzing.template(bytes.span) }
      PhrasesFuzzing.sentence(bytes.span)
      PhrasesFuzzing.reply(bytes.span)
    }
  }
}
