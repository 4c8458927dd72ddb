/// Where the session's samples come from: a microphone, a file, a pipe. Everything behind it ends in one ring of
/// 16 kHz mono samples.
public protocol AudioSource: Sendable {
  /// What to call it in messages: `hw:CARD=seeed2micvoicec`, `kitchen.wav`.
  var name: String { get }
  /// 16 kHz mono; the session's listen thread is the only reader.
  var ring: SampleRing { get }

  /// Starts filling the ring from a thread of the source's own. Throws when the source cannot be opened at all.
  func start() throws
  /// Stops and joins that thread. May be called more than once.
  func stop()
  /// Returns when `count` samples (at most the ring's capacity) can be read, the source has ended, or `timeout` has
  /// passed. Reading thread only.
  func waitForSamples(_ count: Int, timeout: Duration)
  /// True once no sample will follow those already in the ring. A microphone never ends.
  var hasEnded: Bool { get }
  /// What has happened so far. Any thread.
  var counters: AudioSourceCounters { get }
  /// When the ring's sample `time` met the microphone, in nanoseconds of CLOCK_MONOTONIC; nil where that means nothing
  /// (a file) or is not known yet. Any thread.
  func captureTime(of time: SampleTime) -> Int64?
}

extension AudioSource {
  public func captureTime(of time: SampleTime) -> Int64? { nil }
}

/// Counted by the source, reported by somebody else.
public struct AudioSourceCounters: Hashable, Sendable {
  /// Periods read from the device.
  public var periods: Int64 = 0
  /// Times the device lost samples because it was not read in time.
  public var overruns: Int64 = 0
  /// 16 kHz samples refused because the ring was full.
  public var droppedSamples: Int64 = 0
  /// Times the device went away and was opened again.
  public var reopened: Int64 = 0
  /// False while the device is gone.
  public var isPresent = true
  /// Whether the thread got real-time priority; nil before it has tried.
  public var isRealTime: Bool?

  public init() {}
}

/// Where the reply's samples go: a loudspeaker, a file.
public protocol AudioSink: Sendable {
  var name: String { get }
  /// The rate that ``write(_:)`` takes; the sink converts to what the device wants.
  var sampleRate: SampleRate { get }

  func start() throws
  func stop()
  /// Queues mono samples (-1...1) and returns how many were taken; fewer when the queue is full. One caller at a time.
  func write(_ samples: Span<Float>) -> Int
  /// Samples queued since the start, at ``sampleRate``. Any thread.
  var queuedFrames: Int64 { get }
  /// Of those, how many have left the loudspeaker, the device's own delay taken off. Never decreases. Any thread.
  var heardFrames: Int64 { get }
  /// Drops everything queued that has not been heard and returns the position heard, as ``heardFrames``; afterwards
  /// ``queuedFrames`` equals it. Takes effect within one period.
  func flush() -> Int64
  /// Falls silent within a period and keeps what has not been heard; ``heardFrames`` stands still. Any thread.
  func pause()
  /// Goes on after ``pause()``, with the sample after the last one heard. ``flush()`` ends a pause too. Any thread.
  func resume()
  var counters: AudioSinkCounters { get }
  /// What is in the air when, for whoever takes it out of what a microphone hears; nil where nothing sounds (a file).
  var history: PlaybackHistory? { get }
}

extension AudioSink {
  public var history: PlaybackHistory? { nil }
}

public struct AudioSinkCounters: Hashable, Sendable {
  /// Times the device ran dry in the middle of a reply.
  public var underruns: Int64 = 0
  public var reopened: Int64 = 0
  public var isPresent = true
  public var isRealTime: Bool?

  public init() {}
}
