import Inference
import Testing

@Suite struct ByteStringsTests {
  @Test func stringsComeBackAsTheyWereAppended() {
    let strings = ["", "a", "", "drei", "\u{1F600}"]
    let packed = ByteStrings(strings)
    #expect(packed.count == strings.count)
    for index in strings.indices { #expect(Array(packed[index]) == Array(strings[index].utf8)) }
  }
}
