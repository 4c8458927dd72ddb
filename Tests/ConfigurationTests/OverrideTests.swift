import Testing

@testable import Configuration

/// Defaults, file, environment, flags.
@Suite struct OverrideTests {
  private static let file = Array("turns: {silence_ms: 600}\n".utf8)

  @Test func laterSourceWins() throws {
    let environment = ["EARSHOT_TURNS_SILENCE_MS": "700", "EARSHOT_BOARD": "simulated"]
    #expect(try Configuration.parse([], file: "f").configuration.turns.silence == .milliseconds(500))
    #expect(try Configuration.parse(Self.file, file: "f").configuration.turns.silence == .milliseconds(600))
    let third = try Configuration.parse(Self.file, file: "f", environment: environment).configuration
    #expect(third.turns.silence == .milliseconds(700))
    #expect(third.board == .simulated)
    let fourth = try Configuration.parse(
      Self.file, file: "f", environment: environment, settings: ["turns.silence_ms=750", "turns.silence_ms=800"])
    #expect(fourth.configuration.turns.silence == .milliseconds(800))
  }

  @Test func effectiveConfigurationSaysWhereEachValueCameFrom() throws {
    let loaded = try Configuration.parse(
      Self.file, file: "f", environment: ["EARSHOT_SPEECH_VOICE": "on"], settings: ["log.level=debug"])
    #expect(loaded.effective.contains("  level: debug  # --set log.level\n"))
    #expect(loaded.effective.contains("  silence_ms: 600  # f:1:21\n"))
    #expect(loaded.effective.contains("  voice: \"on\"  # EARSHOT_SPEECH_VOICE\n"))
    #expect(loaded.effective.contains("  max_turn_s: 15  # default\n"))
    #expect(loaded.effective.contains("  # keep_turns: not set\n"))
  }

  @Test func shortSilenceNeedsNoOtherKeyChanged() throws {
    let loaded = try Configuration.parse([], file: "f", settings: ["turns.silence_ms=100"])
    #expect(loaded.configuration.turns.pause == .milliseconds(96))
    #expect(loaded.configuration.turns.completeSilence == .milliseconds(100))
    let again = try Configuration.parse(Array(loaded.effective.utf8), file: "again")
    #expect(again.configuration == loaded.configuration)
  }

  @Test func everySettingAtItsEdgeReadsBackTheSame() throws {
    for setting in FileShape.settings {
      let values: [String] =
        switch setting.key.shape {
        case .integer(let range): ["\(range.lowerBound)", "\(range.upperBound)"]
        case .number(let range): ["\(range.lowerBound)", "\(range.upperBound)"]
        case .boolean: ["true", "false"]
        case .choice(let names): names
        case .text(.path): ["/a b", "/\u{E4}", "/#x: {y}"]
        default: ["on", "5", "a: b", "\u{1F642}", " x "]
        }
      for value in values {
        guard let loaded = try? Configuration.parse([], file: "f", settings: ["\(setting.dotted)=\(value)"]) else {
          continue
        }
        let again = try Configuration.parse(Array(loaded.effective.utf8), file: "again")
        #expect(again.configuration == loaded.configuration, "\(setting.dotted)=\(value)")
      }
    }
  }

  @Test func everySettingCanComeFromTheEnvironment() {
    for setting in FileShape.settings {
      let problems = ProblemTests.problems("", environment: [setting.environmentName: "\u{1}"])
      #expect(
        problems.contains { $0.hasPrefix(setting.environmentName + ": ") }, "\(setting.environmentName) was not read")
    }
    #expect(Set(FileShape.settings.map(\.environmentName)).count == FileShape.settings.count)
  }

  @Test func mistypedVariableIsRefusedAndForeignOnesAreNot() {
    #expect(
      ProblemTests.problems("", environment: ["EARSHOT_TURNS_SILENSE_MS": "5", "EARSHOT_PREFIX": "/x", "HOME": "/"])
        == ["EARSHOT_TURNS_SILENSE_MS: the environment sets no such key; did you mean EARSHOT_TURNS_SILENCE_MS?"])
  }

  @Test(arguments: ["turns", "turns.silence_ms", "tools=[]", "turns.=1", "=1", "", "turns.silense_ms=1"])
  func flagThatSetsNothingIsRefused(_ text: String) {
    #expect(ProblemTests.problems("", settings: [text]).count == 1)
  }

  @Test func wrongValueIsBlamedOnItsSource() {
    #expect(
      ProblemTests.problems("turns: {silence_ms: 500}\n", environment: ["EARSHOT_TURNS_SILENCE_MS": "soon"])
        == ["EARSHOT_TURNS_SILENCE_MS: turns.silence_ms is text, not a whole number"])
  }
}
