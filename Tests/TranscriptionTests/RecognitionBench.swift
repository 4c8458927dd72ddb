import Glibc
import Testing

@testable import Transcription

/// Measures the recogniser in the box on spoken sentences: `EARSHOT_BENCH=dev swift test --filter RecognitionBench`, or
/// `test` for the half that nothing was fitted on. Without it a few sentences are heard, so that it stays true.
@Suite(.serialized) struct RecognitionBench {
  struct Tally {
    var spoken = 0
    var accepted = 0
    var exact = 0
    /// Accepted as another sentence than the one that was said.
    var other: [String] = []
    var milliseconds: [Double] = []
    var audioSeconds = 0.0
  }

  static func measure(_ recogniser: PocketSphinxRecogniser, _ sentences: [String], _ voices: [TestVoice]) async throws
    -> Tally
  {
    var tally = Tally()
    for sentence in sentences {
      for voice in voices {
        let samples = voice.samples(sentence)
        tally.audioSeconds += Double(samples.count) / 16_000
        let answer = Answer<Transcript>()
        recogniser.begin()
        // All but the last 20 ms is heard before the clock starts, as it is with a microphone.
        let last = samples.count - 320
        recogniser.accept(all: Array(samples[..<last]))
        recogniser.settle { answer.put($0) }
        _ = await answer.first()
        let start = ContinuousClock.now
        recogniser.accept(all: Array(samples[last...]))
        let final = Answer<(Transcript, ContinuousClock.Instant)>()
        recogniser.finish { final.put(($0, .now)) }
        let (transcript, end) = try #require(await final.first())
        tally.milliseconds.append((end - start) / .milliseconds(1))
        tally.spoken += 1
        if transcript.isAccepted {
          tally.accepted += 1
          if Kitchen.meaning(of: transcript.text) == Kitchen.meaning(of: sentence) {
            tally.exact += 1
          } else {
            tally.other.append("\(voice): \(sentence) -> \(transcript.text)")
          }
        } else if transcript.alternatives.contains(sentence) || transcript.text == sentence {
          tally.other.append(
            "\(voice): \(sentence) refused, \(transcript.rejection.map { "\($0)" } ?? ""); heard \(transcript.text)")
        }
      }
    }
    return tally
  }

  @Test func commandsAreUnderstoodAndOtherSpeechIsRefused() async throws {
    let half = unsafe getenv("EARSHOT_BENCH").map { unsafe String(cString: $0) }
    let folder = try TemporaryFolder()
    let before = residentKilobytes()
    let started = ContinuousClock.now
    let models = try PhraseModels(sentences: Kitchen.sentences, cacheFolder: folder.path, englishFolder: englishFolder)
    let built = ContinuousClock.now
    let recogniser = try PocketSphinxRecogniser(models: models) {
      Kitchen.phrases.contains($0) ? Kitchen.meaning(of: $0) : nil
    }
    let loaded = ContinuousClock.now
    let memory = residentKilobytes() - before
    let suffix = half == "dev" ? "-dev" : ""
    let voices = half == nil ? [TestVoice.slt] : TestVoice.allCases
    func set(_ name: String) throws -> [String] { half == nil ? Array(try lines(name).prefix(6)) : try lines(name) }

    let processor = processorSeconds()
    let commands = try await Self.measure(recogniser, set("commands\(suffix)"), voices)
    let unrelated = try await Self.measure(recogniser, set("unrelated\(suffix)"), voices)
    #expect(commands.exact * 160 >= commands.spoken * 150, "\(commands.other)")
    #expect(commands.accepted == commands.exact, "\(commands.other)")
    #expect(unrelated.accepted == 0, "\(unrelated.other)")
    guard half != nil else { return }
    let near = try await Self.measure(recogniser, set("near\(suffix)"), voices)
    let processed = processorSeconds() - processor
    let audio = commands.audioSeconds + unrelated.audioSeconds + near.audioSeconds
    let times = (commands.milliseconds + unrelated.milliseconds).sorted()
    print("files \((built - started) / .milliseconds(1)) ms, load \((loaded - built) / .milliseconds(1)) ms")
    print(
      "memory +\(memory) kB loaded, processor/audio \(processed / audio) (with speaking and building)")
    print(
      "last 20 ms to transcript: p50 \(times[times.count / 2]) p95 \(times[times.count * 95 / 100]) max \(times.last!) ms"
    )
    for (name, tally) in [("commands", commands), ("unrelated", unrelated), ("near", near)] {
      print("\(name): spoken \(tally.spoken) accepted \(tally.accepted) exact \(tally.exact)")
      for line in tally.other { print("  \(line)") }
    }
  }

  func residentKilobytes() -> Int {
    guard let bytes = unsafe fopen("/proc/self/statm", "r") else { return 0 }
    defer { unsafe fclose(bytes) }
    var line = [CChar](repeating: 0, count: 128)
    guard unsafe fgets(&line, 128, bytes) != nil else { return 0 }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4
  }

  func processorSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
