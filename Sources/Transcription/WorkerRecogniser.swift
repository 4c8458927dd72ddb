import Synchronization
public import WorkerProcess

/// A downloaded model behind sherpa-onnx, in a worker process.
public final class WorkerRecogniser: Recogniser {
  private struct Pending {
    var id: UtteranceID
    var samples: Int64
    var completion: @Sendable (Transcript) -> Void
  }

  private struct Shared {
    var serial: UInt32 = 0
    /// Questions that wait for an answer, by serial.
    var pending: [UInt32: Pending] = [:]
    var heard: Int64 = 0
    /// The last answer and what it covers, so that `finish` after `settle` costs nothing.
    var settled: Transcript?
    /// False once a message of this utterance was refused: the worker has not heard all of it.
    var isComplete = true
  }

  private final class Box: Sendable {
    let shared = Mutex(Shared())
    let ledger = UtteranceLedger()
    let engine: String
    init(engine: String) { self.engine = engine }
  }

  private let box: Box
  private let worker: Worker
  private let answerLimit: Duration
  /// Whether the model gives words while the person speaks.
  public let isStreaming: Bool

  /// A recogniser that does nothing yet. `executable` is the worker program (nil: the one of this installation);
  /// a transcript that takes longer than `answerLimit` counts as a failure, and the worker is started again.
  public init(
    model: WorkerModel, executable: String? = nil, answerLimit: Duration = .seconds(5),
    limits: WorkerLimits = WorkerLimits()
  ) throws(WorkerError) {
    let path: String
    if let executable { path = executable } else { path = try WorkerExecutable.find() }
    let box = Box(engine: "sherpa-onnx \(model.kind)")
    self.box = box
    self.answerLimit = answerLimit
    isStreaming = RecogniserKind(rawValue: model.kind)?.isStreaming ?? false
    worker = try Worker(name: "worker-words", executable: path, model: model, limits: limits) { notice in
      Self.receive(notice, box)
    }
  }

  /// Starts the process and returns at once.
  public func start() throws(WorkerError) { try worker.start() }
  /// Ends the process and waits for that.
  public func stop() {
    worker.stop()
    Self.failAll("the worker was stopped", box)
  }

  public var workerState: WorkerState { worker.state }
  /// Waits until it is ready, has failed, is stopped, or `limit` has passed. Blocks: not for the listen thread.
  @discardableResult
  public func waitUntilStarted(limit: Duration = .seconds(180)) -> WorkerState { worker.waitUntilStarted(limit: limit) }
  public var processID: Int32? { worker.processID }

  public var name: String { box.engine }

  public var state: RecogniserState {
    switch worker.state {
    case .ready: .ready
    case .starting: .starting
    case .stopped: .failed("the worker is not running")
    case .restarting(let error), .failed(let error): .failed(error.description)
    }
  }

  @discardableResult public func begin() -> UtteranceID {
    let id = box.ledger.begin()
    let isTaken = worker.send(.begin(id: id.number))
    box.shared.withLock {
      $0.heard = 0
      $0.settled = nil
      $0.isComplete = isTaken
    }
    return id
  }

  public func accept(_ samples: Span<Float>) {
    guard let id = box.ledger.open else { return }
    var start = 0
    while start < samples.count {
      let end = min(samples.count, start + WorkerRequest.maximumSamples)
      var piece: [Float] = []
      piece.reserveCapacity(end - start)
      for index in start..<end { piece.append(samples[index]) }
      if !worker.send(.audio(id: id.number, samples: piece)) { box.shared.withLock { $0.isComplete = false } }
      start = end
    }
    let count = Int64(samples.count)
    box.shared.withLock {
      $0.heard += count
      $0.settled = nil
    }
  }

  public var partialText: String { box.ledger.partialText }

  public func settle(_ completion: @escaping @Sendable (Transcript) -> Void) {
    guard let id = box.ledger.open else { return }
    ask(id, completion)
  }

  public func finish(_ completion: @escaping @Sendable (Transcript) -> Void) {
    guard let id = box.ledger.close() else { return }
    ask(id, completion)
    worker.send(.end(id: id.number))
  }

  public func cancel() {
    box.ledger.cancel()
    let ids = box.shared.withLock { shared in
      defer { shared.pending = [:] }
      return Set(shared.pending.values.map(\.id.number))
    }
    for id in ids { worker.send(.end(id: id)) }
  }

  private func ask(_ id: UtteranceID, _ completion: @escaping @Sendable (Transcript) -> Void) {
    let (answer, serial, isComplete) = box.shared.withLock { shared in
      if let settled = shared.settled { return (Optional(settled), UInt32(0), true) }
      guard shared.isComplete else { return (nil, 0, false) }
      shared.serial &+= 1
      shared.pending[shared.serial] = Pending(id: id, samples: shared.heard, completion: completion)
      return (nil, shared.serial, true)
    }
    if let answer { return completion(answer) }
    let isSent = isComplete && worker.send(.settle(id: id.number, serial: serial), answerWithin: answerLimit)
    if isSent { return }
    box.shared.withLock { $0.pending[serial] = nil }
    completion(Self.failure("the worker was not ready for all of it", id, box))
  }

  private static func failure(_ reason: String, _ id: UtteranceID, _ box: Box) -> Transcript {
    Transcript(utterance: id, text: "", engine: box.engine, rejection: .engineFailed(reason))
  }

  private static func receive(_ notice: WorkerNotice, _ box: Box) {
    switch notice {
    case .event(.partial(let id, let text)):
      box.ledger.setPartial([tidy(text)], of: UtteranceID(number: id))
    case .event(.transcript(let id, let serial, let text, let confidence)):
      guard let pending = box.shared.withLock({ $0.pending.removeValue(forKey: serial) }), pending.id.number == id
      else { return }
      let words = tidy(text)
      let transcript = Transcript(
        utterance: pending.id, text: words, confidence: confidence >= 0 ? Double(confidence) : nil, engine: box.engine,
        rejection: words.isEmpty ? .nothingHeard : nil, samples: pending.samples)
      box.shared.withLock { if $0.heard == pending.samples, box.ledger.open == pending.id { $0.settled = transcript } }
      deliver(transcript, pending, box)
    case .event(.problem(let id, let reason)):
      let failed = box.shared.withLock { shared in
        let failed = shared.pending.filter { $0.value.id.number == id }
        for key in failed.keys { shared.pending[key] = nil }
        return failed.sorted { $0.key < $1.key }.map(\.value)
      }
      for pending in failed { deliver(failure(reason, pending.id, box), pending, box) }
    case .state(.restarting(let error)), .state(.failed(let error)): failAll(error.description, box)
    case .state, .event: break
    }
  }

  private static func failAll(_ reason: String, _ box: Box) {
    let failed = box.shared.withLock { shared in
      defer { shared.pending = [:] }
      shared.isComplete = false
      return shared.pending.sorted { $0.key < $1.key }.map(\.value)
    }
    for pending in failed { deliver(failure(reason, pending.id, box), pending, box) }
  }

  private static func deliver(_ transcript: Transcript, _ pending: Pending, _ box: Box) {
    if box.ledger.isWanted(pending.id) { pending.completion(transcript) }
  }

  /// Models write a space before the first word.
  private static func tidy(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
