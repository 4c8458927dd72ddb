public import Audio
public import SoundCards
import Synchronization

/// A loudspeaker: mono samples at ``sampleRate`` are queued and played to an ALSA device by a thread of its own called
/// `playback`.
///
/// Between replies the device stands prepared and the thread sleeps, so that the first sample is in the device a few
/// milliseconds after ``write(_:)``. A device that goes away is opened again by its name, tried every 400 ms; meanwhile the
/// queue is taken in real time and ``heardFrames`` goes on, so that a session that waits for the end of a reply does not
/// hang. Underruns count xruns of the device and samples that came after silence had to be put into a reply (or less than
/// 300 ms after its end).
public final class LoudspeakerSink: AudioSink {
  public let name: String
  public var sampleRate: SampleRate { loop.sampleRate }

  private let loop: PlaybackLoop<PCMDevice>
  // Start, stop and flush exclude each other; the thread never takes this lock.
  private let thread = Mutex<RealTimeThread?>(nil)

  /// A sink for the device `name` (`hw:CARD=…`, `plughw:…`, `default`, any configured PCM) that takes samples at
  /// `sampleRate` (8...192 kHz). `period` (about 5...100 ms) is how often the device wakes the thread; `capacity` is what
  /// can be queued. `configuration` replaces alsa-lib's global one. Opens nothing yet.
  public init(
    device name: String, sampleRate: SampleRate = .speech, period: Duration = .milliseconds(20),
    capacity: Duration = .seconds(10), configuration: ALSAConfiguration? = nil
  ) {
    self.name = name
    let request = PCMRequest(rate: sampleRate, channels: 1, period: period, periods: 4)
    loop = PlaybackLoop(
      ring: SampleRing(minimumCapacity: max(1_600, sampleRate.frames(in: capacity))), sampleRate: sampleRate
    ) { () throws(SoundCardError) in
      try PCMDevice(name: name, direction: .playback, request: request, configuration: configuration)
    }
  }

  deinit { stop() }

  /// Opens the device and starts the thread. Does nothing while running. Throws ``SoundCardError``.
  public func start() throws {
    try thread.withLock { thread in
      guard thread == nil else { return }
      try start(&thread, with: try loop.openDevice())
    }
  }

  /// Starts the thread without a device that could be opened; it waits for one as for a device that went away. Does
  /// nothing while running.
  public func startWaiting() throws {
    try thread.withLock { thread in
      guard thread == nil else { return }
      try start(&thread, with: nil)
    }
  }

  private func start(_ thread: inout RealTimeThread?, with device: consuming PCMDevice?) throws {
    loop.clearStop()
    var device = consume device
    let first: Handover<PCMDevice>? = if let opened = device.take() { Handover(opened) } else { nil }
    thread = try RealTimeThread(name: "playback") { [loop] isRealTime in
      loop.run(first: first?.take(), isRealTime: isRealTime)
    }
  }

  /// Stops the sound at once and ends the thread; what is queued stays queued.
  public func stop() {
    thread.withLock { thread in
      guard let running = thread.take() else { return }
      loop.requestStop()
      running.join()
    }
  }

  public func write(_ samples: Span<Float>) -> Int {
    let count = loop.ring.write(samples)
    if count > 0 { loop.wake.signal() }
    return count
  }

  public var queuedFrames: Int64 { loop.queuedFrames }
  public var heardFrames: Int64 { loop.heardFrames }

  /// As the protocol says; the caller waits for the thread, which answers at its next wake-up (under a millisecond; at
  /// most a second where the device's driver hangs).
  public func flush() -> Int64 {
    thread.withLock { $0 == nil ? loop.flushWithoutThread() : loop.flushThroughThread() }
  }

  public func pause() { loop.setPaused(true) }
  public func resume() { loop.setPaused(false) }

  public var counters: AudioSinkCounters { loop.counters }

  /// What is in the air when: what an echo canceller takes out of the microphone. For as long as the sink lives, whatever
  /// becomes of the device.
  public var history: PlaybackHistory? { loop.history }

  /// What the device was opened with last; nil before the start.
  public var format: PCMFormat? { try? loop.opening?.get() }

  /// Why the device could not be opened the last time it was tried; nil where it could.
  public var problem: SoundCardError? {
    if case .failure(let error) = loop.opening { error } else { nil }
  }
}
