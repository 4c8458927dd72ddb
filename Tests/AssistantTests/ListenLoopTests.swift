import Assistant
import Audio
import Synchronization
import Testing
import Transcription
import TurnDetection

/// Brings 20 ms at each wait, as a sound card does, and ends after so many.
private final class Periods: AudioSource {
  static let length = 320
  let name = "periods"
  let ring = SampleRing(minimumCapacity: 4096)
  private let left: Atomic<Int>
  private let waits = Mutex<[Int]>([])

  init(_ count: Int) { left = Atomic(count) }

  /// How many samples were asked for at each wait.
  var askedFor: [Int] { waits.withLock { $0 } }
  var hasEnded: Bool { left.load(ordering: .acquiring) == 0 }
  var counters: AudioSourceCounters { AudioSourceCounters() }
  func start() throws {}
  func stop() {}

  func waitForSamples(_ count: Int, timeout: Duration) {
    waits.withLock { $0.append(count) }
    while ring.availableToRead < count, !hasEnded {
      ring.write([Float](repeating: 0, count: Self.length).span)
      left.subtract(1, ordering: .releasing)
    }
  }
}

private final class Silence: VoiceActivityDetector {
  let windowLength = 512
  func speechProbability(of window: Span<Float>) -> Float { 0 }
  func reset() {}
}

private final class NoWords: Recogniser {
  let name = "none"
  var state: RecogniserState { .ready }
  var partialText: String { "" }
  func begin() -> UtteranceID { UtteranceID(number: 1) }
  func accept(_ samples: Span<Float>) {}
  func settle(_ completion: @escaping @Sendable (Transcript) -> Void) {}
  func finish(_ completion: @escaping @Sendable (Transcript) -> Void) {}
  func cancel() {}
}

private struct Audience: Listener {
  var isListening: Bool { true }
  func waitUntilListening(timeout: Duration) {}
  func take(_ heard: Heard) {}
}

@Suite struct ListenLoopTests {
  @Test func waitsOnceForEachWindowHoweverShortThePeriodsAre() throws {
    let source = Periods(160)
    let windows = Mutex(0)
    let loop = ListenLoop(source: source, manner: .live, listener: Audience()) { _ in windows.withLock { $0 += 1 } }
    loop.run(
      with: ListenLoop.Ears(
        detector: Silence(), turns: try TurnDetector(TurnConfiguration()), recogniser: NoWords()))
    #expect(windows.withLock { $0 } == 160 * Periods.length / 512)
    // A wait that ends before there is a window would keep a core busy with looking.
    #expect(source.askedFor.allSatisfy { $0 == 512 })
    #expect(source.askedFor.count <= 101)
  }
}
