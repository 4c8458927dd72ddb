import Assistant
import Audio
import AudioCapture
import Glibc
import OperatingSystem
import SoundCards
import Synchronization

/// Threads that do nothing but count, at normal priority.
final class BusyThreads: Sendable {
  let count: Int
  private let isStopped: StopFlag
  private let threads: [PlainThread]

  init(_ count: Int) throws {
    let flag = StopFlag()
    isStopped = flag
    self.count = count
    threads = try (0..<count).map { number in
      try startThread("busy-\(number)") {
        var value: UInt64 = 1
        // The flag is looked at seldom enough not to matter; the value is used, so that the work stays.
        while !flag.isSet { for _ in 0..<10_000 { value = value &* 6_364_136_223_846_793_005 &+ 1 } }
        flag.keep(value)
      }
    }
  }

  func stop() {
    isStopped.set()
    for thread in threads { thread.join() }
  }
}

/// Says to threads that they shall end.
final class StopFlag: Sendable {
  private let value = Atomic<Bool>(false)
  private let kept = Atomic<UInt64>(0)

  var isSet: Bool { value.load(ordering: .relaxed) }
  func set() { value.store(true, ordering: .relaxed) }
  func keep(_ number: UInt64) { kept.store(number, ordering: .relaxed) }
}

/// What came of capturing for some time.
struct CaptureTake {
  var counters: AudioSourceCounters
  var format: PCMFormat?
  var seconds: Double
  /// 16 kHz samples that came out of the ring.
  var samples: Int64
  /// The most that ever waited in the ring, in samples.
  var deepest: Int

  /// Captures on this thread, windows of 512 samples as the listen loop does. Says now and then how it goes.
  init(of source: MicrophoneSource, for duration: Duration) throws {
    try opening(source.name) { try source.start() }
    defer { source.stop() }
    let clock = ContinuousClock()
    let start = clock.now
    var window = [Float](repeating: 0, count: 512)
    var told = 0
    deepest = 0
    while clock.now - start < duration {
      source.waitForSamples(window.count, timeout: .milliseconds(100))
      deepest = max(deepest, source.ring.availableToRead)
      var span = window.mutableSpan
      while source.ring.availableToRead >= span.count { source.ring.read(into: &span) }
      let minutes = Int((clock.now - start).milliseconds / 60_000)
      if minutes > told {
        told = minutes
        note("\(minutes) min: \(source.counters.overruns) overruns in \(source.counters.periods) periods")
      }
    }
    seconds = (clock.now - start).milliseconds / 1_000
    counters = source.counters
    format = source.format
    samples = source.ring.consumedCount
  }
}

/// Cores that this process may run on.
func processorCount() -> Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }
