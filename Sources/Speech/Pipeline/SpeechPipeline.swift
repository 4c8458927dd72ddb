public import Audio
import OperatingSystem

/// Speaks clauses in order, from threads of its own.
///
/// ```
///   speak ─▶ clauses ─▶ [thread "speech": Synthesiser] ─▶ samples ─▶ [thread "speech-feed"] ─▶ AudioSink
///                                                     (bounded: 20 s)        waits while the sink is full
/// ```
/// The queue in the middle lets a slow voice work ahead while earlier clauses are heard, and keeps a voice that must not
/// wait (Flite's lock, the worker) from waiting for the loudspeaker.
///
/// ``cancel()`` takes effect before it returns: no sample of the reply reaches the sink afterwards, even while the
/// synthesiser is still at work on it. All methods may be called from any thread and return at once.
public final class SpeechPipeline: Sendable {
  public struct Limits: Hashable, Sendable {
    /// Samples synthesised ahead of the sink.
    public var ahead = Duration.seconds(20)
    /// Clauses of one reply that wait to be spoken.
    public var clauses = 1_024
    /// How often a full sink is asked again: a fraction of what sinks buffer, and 100 wake-ups a second at most.
    public var fullSinkInterval = Duration.milliseconds(10)

    public init() {}
  }

  public let synthesiser: any Synthesiser
  public let sink: any AudioSink
  private let limits: Limits
  private let report: @Sendable (SpeechReport) -> Void
  private let queue = Monitor(SpeechQueue())
  private let threads = Monitor<[PlainThread]>([])

  /// `report` is called on the pipeline's threads, in order for each clause, and must return soon.
  public init(
    synthesiser: any Synthesiser, sink: any AudioSink, limits: Limits = Limits(),
    report: @escaping @Sendable (SpeechReport) -> Void
  ) {
    self.synthesiser = synthesiser
    self.sink = sink
    self.limits = limits
    self.report = report
  }

  deinit { stop() }

  /// Starts the threads; the sink is started by its owner.
  public func start() throws(SpeechError) {
    do throws(SystemCallFailure) {
      let feeder = try PlainThread(name: "speech-feed") { [sink, limits, report, queue] in
        SpeechFeeder(sink: sink, limits: limits, report: report, queue: queue).run()
      }
      threads.withLock { $0.append(feeder) }
      let worker = try PlainThread(name: "speech") { [synthesiser, sink, limits, queue] in
        SpeechWorker(synthesiser: synthesiser, rate: sink.sampleRate, limits: limits, queue: queue).run()
      }
      threads.withLock { $0.append(worker) }
    } catch {
      stop()
      throw SpeechError(
        .stopped, "cannot start the threads of speech", errorNumber: error.number,
        remedy: "Raise TasksMax of the service.")
    }
  }

  /// Drops what is left and ends the threads; waits for the synthesiser to return. Not from a report.
  public func stop() {
    queue.withLock { queue in
      queue.drop()
      queue.isStopping = true
    }
    queue.wakeAll()
    let running = threads.withLock { threads in
      defer { threads = [] }
      return threads
    }
    for thread in running { thread.join() }
  }

  /// Begins a reply. What is left of the one before it is dropped; what the sink has of it stays.
  public func begin() -> SpeechGeneration {
    let generation = queue.withLock { $0.begin() }
    queue.wakeAll()
    return generation
  }

  /// Adds a clause to a reply and returns its number in it, from 0. nil: the reply is not the current one any more, has
  /// been ended, or has too many clauses waiting.
  @discardableResult
  public func speak(_ clause: Clause, in generation: SpeechGeneration) -> Int? {
    let number: Int? = queue.withLock { queue in
      guard queue.generation == generation, !queue.isEnded, queue.clauses.count < limits.clauses else { return nil }
      defer { queue.nextNumber += 1 }
      queue.clauses.append(SpeechQueue.Waiting(number: queue.nextNumber, clause: clause, since: .now))
      queue.timeline.add()
      return queue.nextNumber
    }
    queue.wakeAll()
    return number
  }

  /// Plays samples at the sink's rate, up to 2 s, unless something is being said. A reply that begins meanwhile cuts them
  /// off but for what the sink has; one that is open and has said nothing yet is over only when they are.
  public func play(_ samples: [Float]) {
    let isTaken = queue.withLock { queue in
      guard queue.isEmpty, queue.isQuiet, !samples.isEmpty, samples.count <= 2 * sink.sampleRate.hertz else {
        return false
      }
      queue.items.append(.samples(samples, taken: 0))
      queue.pendingFrames += samples.count
      return true
    }
    if isTaken { queue.wakeAll() }
  }

  /// Says that no clause follows. ``SpeechReport/allQueued(_:until:)`` and ``SpeechReport/heard(_:)`` follow in time.
  public func end(_ generation: SpeechGeneration) {
    queue.withLock { queue in
      if queue.generation == generation { queue.isEnded = true }
    }
    queue.wakeAll()
  }

  /// Drops what has not reached the sink. What has is still heard, unless the sink is flushed.
  public func cancel() {
    queue.withLock { $0.drop() }
    queue.wakeAll()
  }

  /// Cuts the reply off: drops it, flushes the sink, and says what had been heard.
  public func interrupt() -> SpeechInterruption {
    let interruption = queue.withLock { queue in
      queue.drop()
      let heard = sink.flush()
      return SpeechInterruption(
        heardFrames: heard, heardText: queue.timeline.text(upTo: heard),
        isComplete: queue.timeline.isComplete(at: heard))
    }
    queue.wakeAll()
    return interruption
  }

  /// The text of the current reply that lies before a position of the sink, to the word by estimate.
  public func heardText(upTo frame: Int64) -> String { queue.withLock { $0.timeline.text(upTo: frame) } }

  /// Frames synthesised that have not reached the sink.
  package var pendingFrames: Int { queue.withLock { $0.pendingFrames } }
}
