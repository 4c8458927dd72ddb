import Synchronization

/// A WAV file as the session's loudspeaker. The file holds exactly what was heard: what is flushed before its time never
/// gets into it.
public final class FileSink: AudioSink {
  public enum Pacing: Hashable, Sendable {
    /// Everything counts as heard as soon as it is written.
    case unpaced
    /// One second of audio is heard in one second, beginning when it is written to an empty queue.
    case realTime
  }

  public let name: String
  public let sampleRate: SampleRate

  private struct State: ~Copyable {
    var writer: WAVWriter?
    /// Written but not heard; only with real-time pacing.
    var queue: [Float] = []
    var heard: Int64 = 0
    /// The clock's time at which `heard` was exact.
    var heardAt: Duration = .zero
    var isPaused = false
    var underruns: Int64 = 0
    var failure: AudioFileError?
  }

  private let path: String
  private let pacing: Pacing
  private let queueLimit: Int
  private let now: @Sendable () -> Duration
  private let state = Mutex(State())

  /// A sink that creates the WAV file at `path` (`-`: standard output) when it is started. `queueLimit` bounds what
  /// may wait to be heard under real-time pacing; `now` is the clock of that pacing.
  public convenience init(
    path: String, sampleRate: SampleRate = .speech, pacing: Pacing = .unpaced, queueLimit: Duration = .seconds(2)
  ) {
    self.init(path: path, sampleRate: sampleRate, pacing: pacing, queueLimit: queueLimit) { WakeableLock.now }
  }

  /// As above, with a clock of the caller's: `now` never decreases.
  public init(
    path: String, sampleRate: SampleRate, pacing: Pacing, queueLimit: Duration, now: @escaping @Sendable () -> Duration
  ) {
    self.path = path
    self.name = path == "-" ? "standard output" : path
    self.sampleRate = sampleRate
    self.pacing = pacing
    self.queueLimit = max(1, sampleRate.frames(in: queueLimit))
    self.now = now
  }

  /// Creates the file. Throws ``AudioFileError``.
  public func start() throws {
    try state.withLock { state in
      guard state.writer == nil else { return }
      state.writer = try WAVWriter(path: path, sampleRate: sampleRate)
    }
  }

  /// Drops what has not been heard and completes the file; ``failure`` says what went wrong. May be called more than once.
  public func stop() {
    state.withLock { state in
      advance(&state)
      state.queue = []
      guard let writer = state.writer else { return }
      state.writer = nil
      do throws(AudioFileError) { try writer.finish() } catch { if state.failure == nil { state.failure = error } }
    }
  }

  public func write(_ samples: Span<Float>) -> Int {
    state.withLock { state in
      advance(&state)
      switch pacing {
      case .unpaced:
        if state.isPaused { return 0 }
        hear(samples, &state)
        return samples.count
      case .realTime:
        if state.queue.isEmpty { state.heardAt = now() }
        let count = min(samples.count, queueLimit - state.queue.count)
        for i in 0..<count { state.queue.append(samples[i]) }
        return count
      }
    }
  }

  public var queuedFrames: Int64 {
    state.withLock { state in
      advance(&state)
      return state.heard + Int64(state.queue.count)
    }
  }

  public var heardFrames: Int64 {
    state.withLock { state in
      advance(&state)
      return state.heard
    }
  }

  public func flush() -> Int64 {
    state.withLock { state in
      advance(&state)
      state.queue.removeAll(keepingCapacity: true)
      state.isPaused = false
      return state.heard
    }
  }

  public func pause() {
    state.withLock { state in
      advance(&state)
      state.isPaused = true
    }
  }

  public func resume() {
    state.withLock { state in
      guard state.isPaused else { return }
      state.isPaused = false
      state.heardAt = now()
    }
  }

  /// The first error of the file; samples after it count as heard but are not kept. Any thread.
  public var failure: AudioFileError? { state.withLock { $0.failure } }

  public var counters: AudioSinkCounters {
    var counters = AudioSinkCounters()
    counters.isRealTime = false
    return counters
  }

  /// Moves what has been heard by now into the file.
  private func advance(_ state: inout State) {
    guard pacing == .realTime, !state.isPaused, !state.queue.isEmpty else { return }
    let due = min(sampleRate.frames(in: now() - state.heardAt), state.queue.count)
    guard due > 0 else { return }
    // Kept exact: the clock moves on by whole frames only.
    state.heardAt += sampleRate.duration(ofFrames: due)
    let heard = Array(state.queue[..<due])
    state.queue.removeFirst(due)
    hear(heard.span, &state)
  }

  private func hear(_ samples: Span<Float>, _ state: inout State) {
    state.heard += Int64(samples.count)
    guard let writer = state.writer, state.failure == nil else { return }
    do throws(AudioFileError) { try writer.append(samples) } catch { state.failure = error }
  }
}
