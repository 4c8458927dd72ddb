import Synchronization
public import WorkerProcess

/// Smart Turn v3, a network that hears whether somebody has finished, in a worker process.
///
/// ```swift
/// let judge = try SmartTurn(model: "/…/turns/smart-turn-v3.2-cpu.onnx") { log.warning("\($0)") }
/// try judge.start()
/// judge.judge(samples) { probability in … }
/// ```
/// One judgement is under way at a time. A question that comes meanwhile waits, and the next one takes its place: only the
/// latest pause is of interest, and a slow machine never falls behind.
public final class SmartTurn: TurnEndJudge {
  private typealias Completion = @Sendable (Float?) -> Void

  private struct Question {
    var samples: [Float]
    var completion: Completion
  }

  private struct Shared {
    var lastID: UInt32 = 0
    /// What the worker is asked now.
    var asked: (id: UInt32, completion: Completion)?
    var waiting: Question?
    /// Those whose place another took; they are answered with nil when the worker answers next.
    var superseded: [Completion] = []
    /// Whether the present trouble was said already.
    var isTroubleSaid = false
  }

  private final class Box: Sendable {
    let shared = Mutex(Shared())
    let answerLimit: Duration
    let onTrouble: @Sendable (WorkerError) -> Void

    init(_ answerLimit: Duration, _ onTrouble: @escaping @Sendable (WorkerError) -> Void) {
      self.answerLimit = answerLimit
      self.onTrouble = onTrouble
    }
  }

  private let box: Box
  private let worker: Worker

  /// A judge that does nothing yet, with the model in the file at `path` on `threads` threads (1...64). `executable` is the
  /// worker program (nil: the one of this installation). A judgement that takes longer than `answerLimit` counts as a
  /// failure, and the worker is started again. `onTrouble` hears on the worker's thread why there are no judgements, once
  /// until there are some again. Throws when the file cannot be read or the worker program is missing.
  public init(
    model path: String, threads: Int = 1, executable: String? = nil, answerLimit: Duration = .seconds(5),
    limits: WorkerLimits = WorkerLimits(), onTrouble: @escaping @Sendable (WorkerError) -> Void = { _ in }
  ) throws(WorkerError) {
    let program: String
    if let executable { program = executable } else { program = try WorkerExecutable.find() }
    let model = try WorkerModel.turnEnd(file: path, options: ["threads": "\(threads)"])
    let box = Box(answerLimit, onTrouble)
    self.box = box
    // The handler outlives no worker, which it may therefore not hold.
    let line = Line()
    worker = try Worker(name: "worker-turns", executable: program, model: model, limits: limits) { notice in
      Self.receive(notice, box, line)
    }
    line.set(worker)
  }

  /// Starts the process and returns at once; loading takes a fraction of a second. Throws when the system has no thread left.
  public func start() throws(WorkerError) { try worker.start() }

  /// Ends the process and waits for that; open questions are answered with nil on the calling thread. Not from a completion.
  public func stop() {
    worker.stop()
    for completion in Self.takeAll(box) { completion(nil) }
  }

  /// Any thread.
  public var workerState: WorkerState { worker.state }
  /// Waits until it is ready, has failed, is stopped, or `limit` has passed. Blocks: not for the listen thread.
  @discardableResult
  public func waitUntilStarted(limit: Duration = .seconds(180)) -> WorkerState { worker.waitUntilStarted(limit: limit) }
  /// The process that runs now, for status pages and tests.
  public var processID: Int32? { worker.processID }

  /// Whether a question is under way; for tests.
  package var isAsked: Bool { box.shared.withLock { $0.asked != nil } }

  /// As ``TurnEndJudge/judge(_:completion:)``: of longer turns the last eight seconds count. Nil comes at once while the worker
  /// is not ready, and where the samples are none; and with the worker's next answer where another question was asked
  /// before this one's turn.
  public func judge(_ samples: [Float], completion: @escaping @Sendable (Float?) -> Void) {
    let question = Question(samples: Array(samples.suffix(WorkerRequest.maximumTurnSamples)), completion: completion)
    guard worker.state.isReady, !samples.isEmpty else { return Self.decline([completion]) }
    let id = box.shared.withLock { shared -> UInt32? in
      guard shared.asked == nil else {
        if let waiting = shared.waiting { shared.superseded.append(waiting.completion) }
        shared.waiting = question
        return nil
      }
      return Self.take(question, &shared)
    }
    if let id { Self.ask(id, question.samples, worker, box) }
  }

  /// Marks the question as asked and gives it its number.
  private static func take(_ question: Question, _ shared: inout Shared) -> UInt32 {
    shared.lastID &+= 1
    shared.asked = (shared.lastID, question.completion)
    return shared.lastID
  }

  private static func ask(_ id: UInt32, _ samples: [Float], _ worker: Worker, _ box: Box) {
    if worker.send(.judge(id: id, samples: samples), answerWithin: box.answerLimit) { return }
    // The worker has just ended; its end may have answered already.
    let isOpen = box.shared.withLock { $0.asked?.id == id }
    if isOpen { decline(takeAll(box)) }
  }

  private static func receive(_ notice: WorkerNotice, _ box: Box, _ line: Line) {
    switch notice {
    case .event(.probability(let id, let value)): answer(id, value, box, line)
    case .event(.problem(let id, let reason)):
      answer(id, nil, box, line)
      say(WorkerError(.requestFailed, "judge a turn", reason, remedy: "Choose another turn-end model."), box)
    case .state(.ready): box.shared.withLock { $0.isTroubleSaid = false }
    case .state(.restarting(let error)), .state(.failed(let error)):
      for completion in takeAll(box) { completion(nil) }
      say(error, box)
    case .state, .event: break
    }
  }

  private static func say(_ trouble: WorkerError, _ box: Box) {
    let isNew = box.shared.withLock { shared in
      defer { shared.isTroubleSaid = true }
      return !shared.isTroubleSaid
    }
    if isNew { box.onTrouble(trouble) }
  }

  private static func answer(_ id: UInt32, _ value: Float?, _ box: Box, _ line: Line) {
    var next: (id: UInt32, samples: [Float])?
    var superseded: [Completion] = []
    let completion = box.shared.withLock { shared -> Completion? in
      guard let asked = shared.asked, asked.id == id else { return nil }
      shared.asked = nil
      swap(&superseded, &shared.superseded)
      if let waiting = shared.waiting {
        shared.waiting = nil
        next = (take(waiting, &shared), waiting.samples)
      }
      return asked.completion
    }
    if let next, let worker = line.worker { ask(next.id, next.samples, worker, box) }
    completion?(value)
    for other in superseded { other(nil) }
  }

  private static func takeAll(_ box: Box) -> [Completion] {
    box.shared.withLock { shared in
      defer { (shared.asked, shared.waiting, shared.superseded) = (nil, nil, []) }
      return shared.superseded + [shared.asked?.completion, shared.waiting?.completion].compactMap { $0 }
    }
  }

  /// Answers nil from another thread, where there is no worker's to do it. The tasks end with the completions, which may not
  /// wait; nobody cancels them.
  private static func decline(_ completions: [Completion]) {
    Task { for completion in completions { completion(nil) } }
  }

  /// The worker as its own handler knows it.
  private final class Line: Sendable {
    private struct Weak {
      weak var worker: Worker?
    }
    private let kept = Mutex(Weak())

    func set(_ worker: Worker) { kept.withLock { $0.worker = worker } }
    var worker: Worker? { kept.withLock { $0.worker } }
  }
}
