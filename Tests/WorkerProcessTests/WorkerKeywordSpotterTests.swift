import Glibc
import Synchronization
import Testing

@testable import WorkerProcess

/// The real worker with the real library and a tiny transducer that hears four tones as four words.
@Suite(.timeLimit(.minutes(2))) struct WorkerKeywordSpotterTests {
  static let pitch: [String: Double] = ["turn": 300, "on": 800, "the": 1_800, "light": 4_000]

  /// Each word a tone of 200 ms, then 100 ms of silence.
  static func tones(_ text: String) -> [Float] {
    text.split(separator: " ").flatMap { word in
      let hz = pitch[String(word)] ?? 0
      return (0..<3_200).map { Float(0.3 * sin(2 * Double.pi * hz * Double($0) / 16_000)) } + silence(100)
    }
  }

  static func silence(_ milliseconds: Int) -> [Float] { [Float](repeating: 0, count: 16 * milliseconds) }

  /// As a microphone gives them, 32 ms at a time.
  static func accept(_ spotter: WorkerKeywordSpotter, _ samples: [Float]) {
    var start = 0
    while start < samples.count {
      let end = min(samples.count, start + 512)
      spotter.accept(samples.span.extracting(start..<end))
      start = end
    }
  }

  static func model(_ options: [String: String] = [:]) throws -> WorkerModel {
    try ModelFolder("\(fixtureFolder("sherpa"))/tones-keywords").keywordSpotter(options: options)
  }

  static func ready(_ answer: Answer<SpottedKeyword>) throws -> WorkerKeywordSpotter {
    let spotter = try WorkerKeywordSpotter(model: model()) { answer.put($0) }
    try spotter.start()
    let state = spotter.waitUntilStarted(limit: .seconds(60))
    if case .failed(let error) = state { throw error }
    try #require(state.isReady)
    return spotter
  }

  @Test func keywordsAreHeardAmongOtherWords() async throws {
    let answer = Answer<SpottedKeyword>()
    let spotter = try Self.ready(answer)
    defer { spotter.stop() }
    // "the on" and "light turn" are none; "the light" at last says that all before it was heard.
    let before = Self.silence(300) + Self.tones("the on")
    let first = before + Self.tones("turn on")
    let between = Self.silence(700) + Self.tones("light turn light") + Self.silence(700)
    Self.accept(spotter, first + between + Self.tones("the light") + Self.silence(700))
    let one = try #require(await answer.first())
    #expect(one.text == "TURN_ON")
    #expect(Int(one.position) > before.count && Int(one.position) < first.count + 8_000, "\(one.position)")
    let other = try #require(await answer.first())
    #expect(other.text == "THE_LIGHT")
    #expect(Int(other.position) > first.count + between.count)
  }

  @Test func aKeywordIsToldEachTimeItIsSaid() async throws {
    let answer = Answer<SpottedKeyword>()
    let spotter = try Self.ready(answer)
    defer { spotter.stop() }
    for _ in 0..<3 { Self.accept(spotter, Self.tones("turn on") + Self.silence(700)) }
    Self.accept(spotter, Self.tones("the light") + Self.silence(700))
    var heard: [String] = []
    while heard.last != "THE_LIGHT" { heard.append(try #require(await answer.first()).text) }
    #expect(heard == ["TURN_ON", "TURN_ON", "TURN_ON", "THE_LIGHT"])
  }

  @Test func killedSpotterIsReplacedAndGoesOnWithItsPositions() async throws {
    let answer = Answer<SpottedKeyword>()
    let troubles = Mutex(0)
    let spotter = try WorkerKeywordSpotter(
      model: Self.model(), onTrouble: { _ in troubles.withLock { $0 += 1 } }, onKeyword: { answer.put($0) })
    try spotter.start()
    defer { spotter.stop() }
    try #require(spotter.waitUntilStarted(limit: .seconds(60)).isReady)
    Self.accept(spotter, Self.silence(1_000))
    let first = try #require(spotter.processID)
    kill(first, SIGKILL)
    // Not "until the process is another": for a moment after its end the state is still the old one's, and what is said then is lost.
    while troubles.withLock({ $0 }) == 0 { await Task.yield() }
    #expect(spotter.waitUntilStarted(limit: .seconds(60)).isReady)
    Self.accept(spotter, Self.tones("turn on") + Self.silence(700))
    let keyword = try #require(await answer.first())
    #expect(keyword.text == "TURN_ON" && keyword.position > 16_000)
    #expect(troubles.withLock { $0 } == 1)
  }

  @Test func keywordsOfUnknownTokensAreRefusedInWords() throws {
    let folder = try TemporaryFolder("keywords")
    try folder.write("HELLO WORLD @HELLO\n", to: "keywords.txt")
    var limits = WorkerLimits()
    limits.firstPause = .milliseconds(1)
    var model = try Self.model()
    model.files["keywords"] = "\(folder.path)/keywords.txt"
    let spotter = try WorkerKeywordSpotter(model: model, limits: limits) { _ in }
    try spotter.start()
    defer { spotter.stop() }
    guard case .failed(let error) = spotter.waitUntilStarted(limit: .seconds(60)) else {
      return #expect(Bool(false), "\(spotter.state)")
    }
    #expect(error.code == .loadFailed && error.description.contains("eyword"), "\(error)")
  }
}
