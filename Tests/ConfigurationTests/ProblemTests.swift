import Actions
import Testing

@testable import Configuration

/// What is told of a file that is wrong.
@Suite struct ProblemTests {
  /// The problems of a text as lines without the file's name.
  static func problems(_ text: String, environment: [String: String] = [:], settings: [String] = []) -> [String] {
    do {
      _ = try Configuration.parse(Array(text.utf8), file: "f", environment: environment, settings: settings)
      return []
    } catch {
      return error.problems.map { $0.description(file: "f") }
    }
  }

  @Test func allProblemsOfABrokenFileAreToldAtOnce() throws {
    do {
      _ = try Configuration.parse(
        Repository.bytes("Tests/ConfigurationTests/Golden/broken.yaml"), file: "broken.yaml")
      Issue.record("the file was taken")
    } catch let error as ConfigurationError {
      #expect(error.code == .invalid)
      #expect(error.problems.map(\.origin) == error.problems.map(\.origin).sorted())
      try Repository.expectGolden("\(error)\n", "Tests/ConfigurationTests/Golden/broken.txt")
    }
  }

  @Test func unknownKeyNamesTheNearestOne() {
    #expect(
      Self.problems("turns:\n  silense_ms: 5\n")
        == ["f:2:3: unknown key \"silense_ms\" in turns; did you mean \"silence_ms\"?"])
  }

  @Test func aTalkButtonIsANamedLine() throws {
    let lines = "gpio: {lines: {talk: {line: chip/4, bias: pull-up, active_low: true}}}\n"
    let configuration = try Configuration.parse(
      Array((lines + "wake: {button: talk}\n").utf8), file: "f"
    ).configuration
    #expect(configuration.wake.button?.name == "talk")
    #expect(configuration.wake.button?.settings.isActiveLow == true)
    #expect(configuration.wake.isNeeded)
    #expect(
      Self.problems(lines + "wake: {button: talc}\n") == [
        "f:2:16: wake.button: gpio.lines has no \"talc\"; did you mean \"talk\"?"
      ])
  }

  @Test func whatIsTurnedDownNeedsAName() throws {
    let text = "audio: {duck: {control: Music, by_db: 20}, earcons: [done]}\n"
    let audio = try Configuration.parse(Array(text.utf8), file: "f").configuration.audio
    #expect(audio.duck == Configuration.Audio.Duck(control: "Music", device: "default", decibels: 20))
    #expect(audio.earcons == [.done])
    #expect(Self.problems("audio: {duck: {by_db: 20}}\n").count == 1)
    #expect(Self.problems("audio: {earcons: [bell]}\n").count == 1)
    let plain = try Configuration.parse(Array("{}\n".utf8), file: "f").configuration.audio
    #expect(plain.duck == nil)
    #expect(plain.earcons == Set(Configuration.Audio.Earcon.allCases))
  }

  @Test func unknownKeyWithoutANeighbourListsTheKnownOnes() {
    #expect(Self.problems("log: {xyzzy: 1}\n") == ["f:1:7: unknown key \"xyzzy\" in log; known are level"])
  }

  @Test(arguments: ["gateway: {}", "model: {voice: x}"])
  func keyOfALaterIssueIsRefused(_ text: String) {
    let problems = Self.problems(text + "\n")
    #expect(problems.count == 1)
    #expect(problems.first?.contains("unknown key") == true)
  }

  @Test func everyRangeIsEnforcedAtItsEdges() {
    for setting in FileShape.settings {
      let outside: [String]
      let inside: [String]
      switch setting.key.shape {
      case .integer(let range):
        outside = ["\(range.lowerBound - 1)", "\(range.upperBound + 1)", "9223372036854775808", "1.5", "x"]
        inside = ["\(range.lowerBound)", "\(range.upperBound)"]
      case .number(let range):
        outside = ["\(range.lowerBound - 1)", "\(range.upperBound + 1)", ".inf", ".nan", "1e999", "x"]
        inside = ["\(range.lowerBound)", "\(range.upperBound)"]
      case .boolean: (outside, inside) = (["on", "yes", "1", ""], ["true", "false"])
      case .choice(let names): (outside, inside) = (["", names[0].uppercased(), names[0] + "x"], names)
      case .text(.path): (outside, inside) = (["", "a/b", "/a\nb"], ["/", "/a b"])
      case .text(.line): (outside, inside) = (["", "a\u{7}"], ["a", "true", "5"])
      default: (outside, inside) = ([], [])
      }
      for value in outside {
        #expect(!Self.keyProblems(setting, value).isEmpty, "\(setting.dotted)=\(value) was taken")
      }
      for value in inside {
        #expect(Self.keyProblems(setting, value).isEmpty, "\(setting.dotted)=\(value) was refused")
      }
    }
  }

  /// The problems that name the key itself; others may follow from one key set to an edge alone.
  private static func keyProblems(_ setting: FileShape.Setting, _ value: String) -> [String] {
    problems("", settings: ["\(setting.dotted)=\(value)"]).filter {
      $0.hasPrefix("--set \(setting.dotted): \(setting.dotted) ")
    }.filter { problem in
      !["is above", "longer than", "needs a model"].contains(where: problem.contains)
    }
  }

  @Test func problemsAreBoundedInNumber() {
    let text = (0..<500).map { "key\($0): 1\n" }.joined()
    #expect(throws: ConfigurationError.self) { try Configuration.parse(Array(text.utf8), file: "f") }
    do {
      _ = try Configuration.parse(Array(text.utf8), file: "f")
    } catch {
      #expect(error.problems.count == 200)
      #expect(error.omittedCount == 300)
      #expect(error.description.hasSuffix("f: and 300 more problems"))
    }
  }

  @Test func missingFileSaysWhatToDo() {
    do {
      _ = try Configuration.load(path: "/nonexistent/earshot.yaml")
      Issue.record("read")
    } catch {
      #expect(error.code == .fileMissing)
      #expect(
        error.description
          == "could not read the configuration /nonexistent/earshot.yaml: there is no such file (errno 2). "
          + "Name another with --config FILE, or begin with a copy of configs/kitchen.yaml.")
    }
  }

  @Test func folderInPlaceOfAFileIsRefused() {
    do {
      _ = try Configuration.load(path: "/")
      Issue.record("read")
    } catch {
      #expect(error.code == .fileUnreadable)
    }
  }

  @Test func endlessFileIsRefused() {
    do {
      _ = try Configuration.load(path: "/dev/zero")
      Issue.record("read")
    } catch {
      #expect(error.code == .fileTooLarge)
    }
  }
}
