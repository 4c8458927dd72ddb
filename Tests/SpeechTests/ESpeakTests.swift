import Audio
import Glibc
import TestSupport
import Testing

@testable import Speech

struct ESpeakVoiceTests {
  static let listing = """
    Pty Language       Age/Gender VoiceName          File                 Other Languages
     5  af              --/M      Afrikaans          gmw/af
     5  cmn             --/M      Chinese_(Mandarin,_latin_as_English) sit/cmn              (zh-cmn 5)(zh 5)
     2  en-gb           --/M      English_(Great_Britain) gmw/en               (en 2)

    """

  @Test func theListingIsRead() {
    let voices = ESpeakVoice.parse(Array(Self.listing.utf8))
    #expect(voices.map(\.language) == ["af", "cmn", "en-gb"])
    #expect(voices[1].otherLanguages == ["zh-cmn", "zh"])
    #expect(voices[2].name == "English_(Great_Britain)")
    #expect(voices[2].file == "gmw/en")
    #expect(voices[2].answers(to: "en") && voices[2].answers(to: "EN-GB") && !voices[2].answers(to: "de"))
  }

  @Test func aDamagedListingIsReadAsFarAsItGoes() {
    var random = SeededGenerator(seed: 6)
    for _ in 0..<3_000 {
      var bytes = Array(Self.listing.utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) { bytes.mutate(using: &random) }
      #expect(ESpeakVoice.parse(bytes).allSatisfy { !$0.language.isEmpty })
    }
  }

  @Test(arguments: ["de", "en-us", "en-gb+f3", "cmn-latn-pinyin", "English"])
  func namesOfVoicesAreAllowed(name: String) { #expect(ESpeakVoice.isSafe(name)) }

  @Test(arguments: [
    "", "-v", "--stdout", "../x", "a/b", "a b", "a+", "+a", "a+b+c", "a\0", "é", "5x", "a;b",
    String(repeating: "a", count: 41),
  ])
  func optionsAndPathsAreNotNames(name: String) { #expect(!ESpeakVoice.isSafe(name)) }
}

struct ESpeakTextTests {
  private func sent(_ text: String) -> String { String(decoding: ESpeakText.bytes(of: text), as: UTF8.self) }

  @Test func commandsAndPhonemesAreTakenOut() {
    #expect(sent("a\u{1}2Sb [[h@loU]] <b>") == "a 2Sb h@loU b \n")
  }

  @Test func lettersOfOtherScriptsStay() { #expect(sent("Grüße, Привет") == "Grüße, Привет\n") }

  @Test(arguments: ["", "  ", "...", "\0", "😀"])
  func nothingToPronounceIsEmpty(text: String) { #expect(ESpeakText.bytes(of: text).isEmpty) }

  @Test func longWordsAreBroken() {
    #expect(sent(String(repeating: "x", count: 500)).split(separator: " ").allSatisfy { $0.count <= 61 })
  }
}

/// With programs of this test's own making, so that what a program may do wrong is done wrong.
struct VoiceProgramTests {
  /// A shell that runs `script`.
  private func shell(_ script: String, stallLimit: Duration = .seconds(30)) -> VoiceProgram {
    VoiceProgram(path: "/bin/sh", arguments: ["-c", script], stallLimit: stallLimit)
  }

  private func output(of program: VoiceProgram, input: [UInt8] = []) throws -> [UInt8] {
    var kept: [UInt8] = []
    try program.run(input: input) { bytes throws(SpeechError) in
      for index in bytes.indices { kept.append(bytes[index]) }
      return true
    }
    return kept
  }

  @Test func theTextComesOnStandardInput() throws {
    #expect(try output(of: shell("cat"), input: Array("hello".utf8)) == Array("hello".utf8))
  }

  @Test func moreThanASocketHoldsGoesThroughBothWays() throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) }
    #expect(try output(of: shell("cat"), input: bytes) == bytes)
  }

  @Test func aProgramThatDoesNotReadIsNoError() throws {
    #expect(try output(of: shell("echo done"), input: [UInt8](repeating: 65, count: 1_000_000)) == Array("done\n".utf8))
  }

  @Test func aFailingProgramIsReportedWithItsWords() {
    let error = #expect(throws: SpeechError.self) { try output(of: shell("echo no voice >&2; exit 3")) }
    #expect(error?.code == .voiceFailed)
    #expect(error?.message.contains("status 3") == true && error?.message.contains("no voice") == true)
  }

  @Test func aKilledProgramIsReportedWithItsSignal() {
    let error = #expect(throws: SpeechError.self) { try output(of: shell("kill -SEGV $$")) }
    #expect(error?.message.contains("signal 11") == true)
  }

  @Test func aSilentProgramIsKilledWithItsChildren() {
    let error = #expect(throws: SpeechError.self) {
      try output(of: shell("echo $$; sleep 1000 & sleep 1000", stallLimit: .milliseconds(100)))
    }
    #expect(error?.code == .timedOut)
  }

  @Test func refusingOutputKillsAFlood() throws {
    var count = 0
    var process = ""
    try shell("echo $$; exec yes").run(input: []) { bytes throws(SpeechError) in
      if count == 0 {
        for index in bytes.indices where bytes[index] < 0x40 { process.append(Character(Unicode.Scalar(bytes[index]))) }
      }
      count += bytes.count
      return count < 100_000
    }
    #expect(count >= 100_000)
    let id = process.split(separator: "\n").first.flatMap { pid_t(String($0)) } ?? 0
    #expect(id > 0 && kill(id, 0) == -1)
  }

  @Test func refusingWhileThereIsSilenceEndsTheProgram() throws {
    var asked = 0
    try shell("sleep 1000").run(input: []) { _ throws(SpeechError) in
      asked += 1
      return asked < 3
    }
    #expect(asked == 3)
  }

  @Test func aMissingProgramIsSaid() {
    let error = #expect(throws: SpeechError.self) {
      try output(of: VoiceProgram(path: "/nonexistent/voice", arguments: [], stallLimit: .seconds(1)))
    }
    #expect(error?.code == .notInstalled)
  }
}

struct ESpeakTests {
  static let isInstalled = (try? ESpeakSynthesiser.find(nil)) != nil

  @Test func aMissingProgramIsSaidWithItsRemedy() {
    var configuration = ESpeakSynthesiser.Configuration(voice: "de")
    configuration.program = "/nonexistent/espeak-ng"
    let error = #expect(throws: SpeechError.self) { try ESpeakSynthesiser(configuration) }
    #expect(error?.code == .notInstalled)
    #expect(error?.remedy.contains("apt-get install espeak-ng") == true)
  }

  @Test(.enabled(if: isInstalled), arguments: ["de", "en-us", "en-gb+f3"])
  func aVoiceSpeaks(voice: String) throws {
    let espeak = try ESpeakSynthesiser(ESpeakSynthesiser.Configuration(voice: voice))
    let spoken = try samples(of: "Guten Morgen, Earshot.", from: espeak)
    #expect((11_000...110_000).contains(spoken.count))
    #expect(spoken.contains { abs($0) > 0.1 })
    #expect(espeak.languages.first == String(voice.prefix { $0 != "+" }))
  }

  @Test(.enabled(if: isInstalled)) func aTextThatLooksLikeAnOptionIsSpoken() throws {
    let espeak = try ESpeakSynthesiser(ESpeakSynthesiser.Configuration(voice: "en"))
    #expect(try samples(of: "--version -f nothing", from: espeak).count > 11_000)
  }

  @Test(.enabled(if: isInstalled), arguments: ["xx-nothing", "../../etc", "-x"])
  func anUnknownVoiceIsRefused(voice: String) {
    let error = #expect(throws: SpeechError.self) {
      try ESpeakSynthesiser(ESpeakSynthesiser.Configuration(voice: voice))
    }
    #expect(error?.code == .voiceUnknown)
  }

  @Test(.enabled(if: isInstalled)) func stoppingEndsTheCall() throws {
    let espeak = try ESpeakSynthesiser(ESpeakSynthesiser.Configuration(voice: "en"))
    let spoken = try samples(of: String(repeating: "a long text ", count: 500), from: espeak, limit: 100)
    #expect((100...20_000).contains(spoken.count))
  }
}
