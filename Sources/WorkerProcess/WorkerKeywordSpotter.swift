import Synchronization

/// A keyword that a spotter has heard.
public struct SpottedKeyword: Hashable, Sendable {
  /// Its `@NAME` in `keywords.txt`, or its tokens where it has none.
  public var text: String
  /// Samples accepted since the spotter was made, up to the piece after which the keyword was certain: some tenths of a second
  /// after its last sound.
  public var position: Int64

  public init(text: String, position: Int64) {
    self.text = text
    self.position = position
  }
}

/// Whoever listens for keywords in a stream of samples.
public protocol KeywordSpotter: Sendable {
  /// Takes the next 16 kHz mono samples. Returns at once. One thread at a time.
  func accept(_ samples: Span<Float>)
}

/// An open-vocabulary keyword spotter of sherpa-onnx in a worker process: its keywords are lines of a file, nothing is trained
/// for them.
///
/// ```swift
/// let spotter = try WorkerKeywordSpotter(model: ModelFolder(path).keywordSpotter()) { keyword in … }
/// try spotter.start()
/// spotter.accept(samples)
/// ```
/// While the worker loads or is started again, nothing is heard; afterwards it goes on with what is accepted then. Tried with a
/// made model of four tones only: trained weights could not be had where this was written.
public final class WorkerKeywordSpotter: KeywordSpotter {
  private struct Shared {
    var accepted: Int64 = 0
    var lastID: UInt32 = 0
    /// The stream that the worker hears, and what had been accepted before its first sample; nil where none is open.
    var stream: (id: UInt32, start: Int64)?
    var isTroubleSaid = false
  }

  private final class Box: Sendable {
    let shared = Mutex(Shared())
    let onTrouble: @Sendable (WorkerError) -> Void
    let onKeyword: @Sendable (SpottedKeyword) -> Void

    init(
      _ onTrouble: @escaping @Sendable (WorkerError) -> Void, _ onKeyword: @escaping @Sendable (SpottedKeyword) -> Void
    ) {
      self.onTrouble = onTrouble
      self.onKeyword = onKeyword
    }
  }

  private let box: Box
  private let worker: Worker

  /// A spotter that does nothing yet. `executable` is the worker program (nil: the one of this installation). `onTrouble` hears
  /// why nothing is heard, once until something is again; `onKeyword` hears each keyword. Both are called on the worker's
  /// own thread and must return soon. Throws when the worker program is missing.
  public init(
    model: WorkerModel, executable: String? = nil, limits: WorkerLimits = WorkerLimits(),
    onTrouble: @escaping @Sendable (WorkerError) -> Void = { _ in },
    onKeyword: @escaping @Sendable (SpottedKeyword) -> Void
  ) throws(WorkerError) {
    let path: String
    if let executable { path = executable } else { path = try WorkerExecutable.find() }
    let box = Box(onTrouble, onKeyword)
    self.box = box
    worker = try Worker(name: "worker-keywords", executable: path, model: model, limits: limits) { notice in
      Self.receive(notice, box)
    }
  }

  /// Starts the process and returns at once. Throws when the system has no thread left.
  public func start() throws(WorkerError) { try worker.start() }
  /// Ends the process and waits for that. Not from a keyword's delivery.
  public func stop() { worker.stop() }

  /// Any thread.
  public var state: WorkerState { worker.state }
  /// Waits until it is ready, has failed, is stopped, or `limit` has passed. Blocks: not for the listen thread.
  @discardableResult
  public func waitUntilStarted(limit: Duration = .seconds(180)) -> WorkerState { worker.waitUntilStarted(limit: limit) }
  /// The process that runs now, for status pages and tests.
  public var processID: Int32? { worker.processID }

  public func accept(_ samples: Span<Float>) {
    let (id, isNew) = box.shared.withLock { shared in
      let start = shared.accepted
      shared.accepted += Int64(samples.count)
      if let stream = shared.stream { return (stream.id, false) }
      shared.lastID &+= 1
      shared.stream = (shared.lastID, start)
      return (shared.lastID, true)
    }
    var isTaken = !isNew || worker.send(.begin(id: id))
    var start = 0
    while isTaken, start < samples.count {
      let end = min(samples.count, start + WorkerRequest.maximumSamples)
      var piece: [Float] = []
      piece.reserveCapacity(end - start)
      for index in start..<end { piece.append(samples[index]) }
      isTaken = worker.send(.audio(id: id, samples: piece))
      start = end
    }
    // A stream with a hole would put keywords in the wrong place.
    if !isTaken { box.shared.withLock { if $0.stream?.id == id { $0.stream = nil } } }
  }

  private static func receive(_ notice: WorkerNotice, _ box: Box) {
    switch notice {
    case .event(.keyword(let id, let position, let text)):
      let start = box.shared.withLock { $0.stream.flatMap { $0.id == id ? $0.start : nil } }
      // Of a stream that is over.
      guard let start else { return }
      box.onKeyword(SpottedKeyword(text: text, position: start + position))
    case .state(.ready): box.shared.withLock { $0.isTroubleSaid = false }
    case .state(.restarting(let error)), .state(.failed(let error)):
      let isNew = box.shared.withLock { shared in
        defer { (shared.stream, shared.isTroubleSaid) = (nil, true) }
        return !shared.isTroubleSaid
      }
      if isNew { box.onTrouble(error) }
    case .state, .event: break
    }
  }
}
