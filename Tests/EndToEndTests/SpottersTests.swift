import Testing

@testable import earshot

@Suite struct SpottersTests {
  @Test func namesAreWhatIsSaid() {
    let text = """
      ▁HE Y ▁HO U SE :2.0 #0.35 @HEY_HOUSE
      ▁GOOD ▁MOR N ING :1.5

      n ǐ h ǎo @你好
      """
    #expect(Spotters.names(text) == ["hey house", "good morning", "你好"])
    #expect(Spotters.names("") == [])
  }

  @Test func aFolderWithoutKeywordsSaysSo() throws {
    let failure = #expect(throws: CommandFailure.self) { try Spotters.names(in: "/nonexistent") }
    #expect(failure?.status == .noInput)
    #expect(failure?.description.contains("/nonexistent/keywords.txt") == true)
  }
}
