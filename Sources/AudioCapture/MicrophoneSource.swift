public import Audio
import OperatingSystem
public import SoundCards
import Synchronization

/// A microphone: an ALSA device whose periods become 16 kHz mono samples in ``ring``, on a thread of its own called
/// `capture`.
///
/// A device that goes away is opened again by its name, tried every 400 ms; ``counters`` say so meanwhile. Start and stop
/// from any thread, the ring and ``waitForSamples(_:timeout:)`` from one reading thread.
public final class MicrophoneSource: AudioSource {
  public let name: String
  public var ring: SampleRing { loop.ring }

  private let loop: CaptureLoop<PCMDevice>
  private let thread = Mutex<RealTimeThread?>(nil)

  /// A source for the device `name` (`hw:CARD=…`, `plughw:…`, `default`, any configured PCM). `channel` counts from 0;
  /// `period` (about 5...100 ms) is how often the device wakes the thread; `capacity` is what the ring holds while
  /// nobody reads. `configuration` replaces alsa-lib's global one. Opens nothing yet.
  public init(
    device name: String, channel: Int = 0, period: Duration = .milliseconds(20), capacity: Duration = .seconds(8),
    configuration: ALSAConfiguration? = nil
  ) {
    self.name = name
    let channel = max(0, channel)
    let request = PCMRequest(rate: .speech, channels: channel + 1, period: period, periods: 8)
    loop = CaptureLoop(
      ring: SampleRing(minimumCapacity: max(1_600, SampleRate.speech.frames(in: capacity))), channel: channel,
      reopenInterval: .milliseconds(400)
    ) { () throws(SoundCardError) in
      try PCMDevice(name: name, direction: .capture, request: request, configuration: configuration)
    }
  }

  deinit { stop() }

  /// Opens the device and starts the thread. Does nothing while running. Throws ``SoundCardError``.
  public func start() throws {
    try thread.withLock { thread in
      guard thread == nil else { return }
      loop.clearStop()
      let first = Handover(try loop.openDevice())
      thread = try RealTimeThread(name: "capture") { [loop] isRealTime in
        guard let device = first.take() else { return }
        loop.run(first: device, isRealTime: isRealTime)
      }
    }
  }

  public func stop() {
    thread.withLock { thread in
      guard let running = thread.take() else { return }
      loop.requestStop()
      running.join()
      loop.samplesReady.signal()
    }
  }

  public func waitForSamples(_ count: Int, timeout: Duration) {
    let count = min(count, ring.capacity)
    let clock = ContinuousClock()
    let deadline = clock.now + timeout
    while true {
      // Taken before looking: a signal that comes after the look ends the wait. One that was meant for an earlier wait
      // ends it too, hence the loop.
      loop.samplesReady.take()
      guard !loop.awaits(count), !hasEnded else { return }
      let left = deadline - clock.now
      guard left > .zero else { return }
      loop.samplesReady.wait(milliseconds: left.pollMilliseconds)
    }
  }

  /// A microphone never ends; it is stopped.
  public var hasEnded: Bool { loop.isStopping }

  public var counters: AudioSourceCounters { loop.counters }

  public func captureTime(of time: SampleTime) -> Int64? { loop.timeline.time(of: time.frames) }

  /// What the device was opened with last; nil before the start.
  public var format: PCMFormat? { try? loop.opening?.get() }

  /// Why the device could not be opened the last time it was tried; nil where it could.
  public var problem: SoundCardError? {
    if case .failure(let error) = loop.opening { error } else { nil }
  }
}
