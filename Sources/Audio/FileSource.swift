import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// A file, a pipe or standard input as the session's microphone: the same ring, filled from a thread of its own.
///
/// WAV and Ogg Opus are told apart by their first bytes; raw audio must be announced. When the ring is full the thread
/// waits for room, so no sample is ever lost.
public final class FileSource: AudioSource {
  public enum Pacing: Hashable, Sendable {
    /// As fast as the reader takes the samples.
    case unpaced
    /// One second of audio in one second, as a microphone brings it.
    case realTime
  }

  public struct Options: Hashable, Sendable {
    public var pacing: Pacing = .unpaced
    /// What the bytes are where they have no header; nil: WAV or Ogg Opus.
    public var raw: RawLayout?
    public var selection: ChannelSelection = .average
    /// Silence after the last sample, so that the last turn ends as it would in a quiet room.
    public var trailingSilence: Duration = .zero
    /// Samples that the ring holds: 2 s.
    public var ringCapacity = 32_768

    public init() {}
  }

  public let name: String
  public let ring: SampleRing

  private enum Origin: Sendable {
    case path(String)
    case descriptor(Int32)
    case bytes([UInt8])
  }

  private struct State {
    var origin: Origin?
    var input: ByteInput?
    var thread: pthread_t?
    var failure: AudioFileError?
  }

  private let options: Options
  private let state: Mutex<State>
  private let lock = WakeableLock()
  private let isStopping = Atomic<Bool>(false)
  private let ended = Atomic<Bool>(false)
  private let blocks = Atomic<Int64>(0)

  /// A source for the file at `path`; `-` is standard input. Nothing is opened before ``start()``.
  public convenience init(path: String, options: Options = Options()) {
    self.init(.path(path), name: path == "-" ? "standard input" : path, options)
  }

  /// A source for `descriptor`, which it takes over and closes.
  public convenience init(descriptor: Int32, name: String, options: Options = Options()) {
    self.init(.descriptor(descriptor), name: name, options)
  }

  /// A source for a file that lies in memory.
  public convenience init(bytes: [UInt8], name: String, options: Options = Options()) {
    self.init(.bytes(bytes), name: name, options)
  }

  private init(_ origin: Origin, name: String, _ options: Options) {
    self.name = name
    self.options = options
    ring = SampleRing(minimumCapacity: max(1_024, options.ringCapacity))
    state = Mutex(State(origin: origin))
  }

  deinit {
    stop()
    if case .descriptor(let descriptor)? = state.withLock({ $0.origin }) { close(descriptor) }
  }

  /// Opens the input and starts the thread. A file's header is read here, so that a wrong file is refused at once; that of
  /// a pipe is read on the thread, because it may not have come yet, and ``failure`` says what is wrong with it. May be
  /// called once.
  public func start() throws {
    try state.withLock { state in
      guard let origin = state.origin else { return }
      state.origin = nil
      let input =
        switch origin {
        case .path(let path): try ByteInput(path: path)
        case .descriptor(let descriptor): try ByteInput(descriptor: descriptor, name: name)
        case .bytes(let bytes): ByteInput(bytes: bytes, name: name)
        }
      let reader = input.mayBlock ? nil : try SpeechReader(input, raw: options.raw, selection: options.selection)
      state.input = input
      let job = Job(source: self, input: input, reader: reader)
      var thread = pthread_t()
      let status = unsafe pthread_create(
        &thread, nil,
        { context in
          guard let context = unsafe context else { return nil }
          unsafe Unmanaged<Job>.fromOpaque(context).takeRetainedValue().run()
          return nil
        }, Unmanaged.passRetained(job).toOpaque())
      guard status == 0 else {
        unsafe Unmanaged.passUnretained(job).release()
        throw AudioFileError(.system, "read", name, "no thread could be started", errno: status)
      }
      state.thread = thread
    }
  }

  public func stop() {
    isStopping.store(true, ordering: .releasing)
    let thread = state.withLock { state in
      state.input?.cancel()
      let thread = state.thread
      state.thread = nil
      return thread
    }
    lock.wake()
    if let thread {
      // The thread itself may be the last that holds the source.
      if pthread_equal(thread, pthread_self()) != 0 { pthread_detach(thread) } else { pthread_join(thread, nil) }
    }
    ended.store(true, ordering: .releasing)
  }

  public func waitForSamples(_ count: Int, timeout: Duration) {
    let count = min(count, ring.capacity)
    // The reader has made room in the ring: let the thread go on at once.
    lock.wake()
    lock.wait(timeout: timeout) { ring.availableToRead >= count || ended.load(ordering: .acquiring) }
  }

  public var hasEnded: Bool { ended.load(ordering: .acquiring) }

  /// What ended the stream before its end: a damaged file, a device error; nil while all is well. Any thread.
  public var failure: AudioFileError? { state.withLock { $0.failure } }

  public var counters: AudioSourceCounters {
    var counters = AudioSourceCounters()
    counters.periods = blocks.load(ordering: .relaxed)
    counters.isRealTime = false
    return counters
  }

  /// What the thread works with; nothing of it is touched by any other thread.
  private final class Job {
    // Weak, so that a source that nobody holds any more is ended by its deinit instead of living as long as its pipe.
    weak var source: FileSource?
    let input: ByteInput
    var reader: SpeechReader?

    init(source: FileSource, input: ByteInput, reader: SpeechReader?) {
      self.source = source
      self.input = input
      self.reader = reader
    }

    func run() {
      guard let options = source?.options else { return }
      var failure: AudioFileError?
      var written = 0
      let start = WakeableLock.now
      var block = [Float](repeating: 0, count: 512)
      do throws(AudioFileError) {
        let reader =
          if let reader { reader } else {
            try SpeechReader(input, raw: options.raw, selection: options.selection)
          }
        while true {
          var span = block.mutableSpan
          let count = try reader.read(into: &span)
          if count == 0 { break }
          guard deliver(block.span.extracting(first: count), &written, start, options.pacing) else { return }
        }
      } catch { failure = error }
      for i in block.indices { block[i] = 0 }
      var silence = SampleRate.speech.frames(in: options.trailingSilence)
      while silence > 0 {
        let count = min(silence, block.count)
        guard deliver(block.span.extracting(first: count), &written, start, options.pacing) else { return }
        silence -= count
      }
      source?.end(with: failure)
    }

    /// False where the source is being stopped.
    private func deliver(
      _ samples: Span<Float>, _ written: inout Int, _ start: Duration, _ pacing: FileSource.Pacing
    ) -> Bool {
      var sent = 0
      while sent < samples.count {
        guard let source, !source.isStopping.load(ordering: .acquiring) else { return false }
        sent += source.put(samples.extracting(sent...))
      }
      written += samples.count
      guard let source else { return false }
      if pacing == .realTime {
        // A block exists once its last sample has been "spoken".
        let due = start + SampleRate.speech.duration(ofFrames: written)
        let isStopping = { source.isStopping.load(ordering: .acquiring) }
        source.lock.wait(timeout: due - WakeableLock.now, until: isStopping)
        return !isStopping()
      }
      return true
    }
  }

  /// Writes what fits; where nothing does, waits a little for room first.
  private func put(_ samples: Span<Float>) -> Int {
    if ring.availableToWrite == 0 {
      // The ring has no signal for room, because its reader may be anything: look again every 5 ms, or when the reader
      // waits for samples.
      lock.wait(timeout: .milliseconds(5)) { ring.availableToWrite > 0 || isStopping.load(ordering: .acquiring) }
    }
    let count = ring.write(samples)
    if count > 0 {
      blocks.add(1, ordering: .relaxed)
      lock.wake()
    }
    return count
  }

  private func end(with failure: AudioFileError?) {
    if !isStopping.load(ordering: .acquiring) { state.withLock { $0.failure = failure } }
    ended.store(true, ordering: .releasing)
    lock.wake()
  }
}
