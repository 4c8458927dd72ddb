import Audio
import Synchronization

/// A recording that is played again and again, as fast as it is heard. It has no thread: who waits for samples puts them
/// there.
final class RepeatedSource: AudioSource {
  let name = "the recording"
  let ring = SampleRing(minimumCapacity: 8_192)
  private let samples: [Float]
  private let position = Atomic<Int>(0)
  private let isStopped = Atomic<Bool>(false)

  init(_ samples: [Float]) { self.samples = samples }

  func start() {}
  func stop() { isStopped.store(true, ordering: .releasing) }
  var hasEnded: Bool { isStopped.load(ordering: .acquiring) }
  var counters: AudioSourceCounters { AudioSourceCounters() }

  func waitForSamples(_ count: Int, timeout: Duration) {
    guard !samples.isEmpty else { return stop() }
    var position = position.load(ordering: .relaxed)
    while ring.availableToRead < min(count, ring.capacity), !hasEnded {
      let rest = samples[position..<min(position + 4_096, samples.count)]
      let written = ring.write(rest.span)
      position = (position + written) % samples.count
    }
    self.position.store(position, ordering: .relaxed)
  }
}
