public import Audio
import Glibc

/// Any of eSpeak NG's languages, by running the program `espeak-ng` once per clause.
///
/// It is a program and not a library here because it is under the GPL and Earshot is under the Apache licence.
public final class ESpeakSynthesiser: Synthesiser {
  public struct Configuration: Hashable, Sendable {
    /// A language or a voice of `espeak-ng --voices`, with a variant where wanted: `de`, `en-us`, `en-gb+f3`.
    public var voice: String
    /// Words a minute, 80...450.
    public var wordsPerMinute = 170
    /// 0...99.
    public var pitch = 50
    /// How long the program may be silent before it is killed.
    public var stallLimit = Duration.seconds(5)
    /// Absolute path of the program; nil looks for `espeak-ng` in the directories of ``ESpeakSynthesiser/directories``.
    public var program: String?

    public init(voice: String) { self.voice = voice }
  }

  /// Where the program is looked for. Not the caller's PATH: a daemon runs no program from a directory that others write.
  public static let directories = ["/usr/local/bin", "/usr/bin", "/bin"]
  /// What one call takes, in UTF-8 bytes.
  public static let maximumTextBytes = 16_384
  /// The rate of every voice that eSpeak NG makes by itself.
  public static let rate = SampleRate(hertz: 22_050)

  public let name: String
  public let sampleRate = ESpeakSynthesiser.rate
  public let languages: [String]
  private let configuration: Configuration
  private let path: String

  /// Finds the program and checks that it has the voice. Blocks for some 10 ms.
  public init(_ configuration: Configuration) throws(SpeechError) {
    guard (80...450).contains(configuration.wordsPerMinute), (0...99).contains(configuration.pitch) else {
      throw SpeechError(
        .settingInvalid,
        "cannot set espeak-ng to \(configuration.wordsPerMinute) words a minute and pitch \(configuration.pitch)",
        remedy: "Choose 80 to 450 words a minute and a pitch from 0 to 99.")
    }
    path = try Self.find(configuration.program)
    guard ESpeakVoice.isSafe(configuration.voice) else {
      throw SpeechError(
        .voiceUnknown, "cannot use a voice of that name with espeak-ng",
        remedy: "A name has at most 40 letters, digits, '-', '_', and '+' before a variant.")
    }
    let base = configuration.voice.prefix { $0 != "+" }
    guard let voice = try ESpeakVoice.all(program: path).first(where: { $0.answers(to: base) }) else {
      throw SpeechError(
        .voiceUnknown, "cannot find the voice \(configuration.voice) in espeak-ng",
        remedy: "List them with: espeak-ng --voices.")
    }
    self.configuration = configuration
    name = "espeak-ng \(configuration.voice)"
    languages = [voice.language] + voice.otherLanguages
  }

  public func synthesise(_ text: String, deliver: (Span<Float>) -> Bool) throws(SpeechError) {
    guard text.utf8.count <= Self.maximumTextBytes else {
      throw SpeechError(
        .textTooLong, "cannot say \(text.utf8.count) bytes at once",
        remedy: "Split it into clauses of at most \(Self.maximumTextBytes) bytes.")
    }
    let input = ESpeakText.bytes(of: text)
    guard !input.isEmpty else { return }
    let program = VoiceProgram(
      path: path,
      arguments: [
        "--stdin", "--stdout", "-b", "1", "-v", configuration.voice, "-s", String(configuration.wordsPerMinute),
        "-p", String(configuration.pitch),
      ], stallLimit: configuration.stallLimit)
    var parser = WAVStreamParser()
    let nothing: [Float] = []
    try program.run(input: input) { bytes throws(SpeechError) in
      if bytes.isEmpty { return deliver(nothing.span) }
      let goesOn = try parser.consume(bytes, deliver: deliver)
      if let rate = parser.sampleRate, rate != Self.rate {
        throw SpeechError(
          .audioInvalid, "cannot use the voice \(configuration.voice) at \(rate)",
          remedy: "Choose a voice of \(Self.rate).")
      }
      return goesOn
    }
  }

  /// The program's absolute path, or the error that says how to install it.
  static func find(_ program: String?) throws(SpeechError) -> String {
    let candidates = program.map { [$0] } ?? directories.map { $0 + "/espeak-ng" }
    for path in candidates where path.hasPrefix("/") {
      if unsafe access(path, X_OK) == 0 { return path }
    }
    throw SpeechError(
      .notInstalled, "cannot find the program \(program ?? "espeak-ng")", errorNumber: ENOENT,
      remedy: "Install it with: apt-get install espeak-ng.")
  }
}
