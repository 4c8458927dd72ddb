import Glibc
import OperatingSystem
import Synchronization

/// Runs one worker process with one model, and runs it again when it ends.
///
/// One thread of its own starts the process, moves bytes both ways and keeps the time limits; ``send(_:answerWithin:)``
/// only puts a message into a queue, so a thread that must never wait may call it.
/// ```
/// stopped ─▶ starting ─▶ ready ─▶ (ends) ─▶ restarting ─▶ starting …
///                └── several attempts without ready ──▶ failed
/// ```
public final class Worker: Sendable {
  struct Shared {
    var state = WorkerState.stopped
    /// Encoded frames that wait for the socket; messages are taken only while the worker is ready.
    var outbox: [UInt8] = []
    /// Requests that must be answered, by id and serial, and until when.
    var deadlines: [UInt64: ContinuousClock.Instant] = [:]
    var isStopping = false
    var processID: Int32?
    var restarts = 0
  }

  let name: String
  let executable: String
  let model: WorkerModel
  let limits: WorkerLimits
  let handler: @Sendable (WorkerNotice) -> Void
  let shared = Mutex(Shared())
  let wake: WakeDescriptor
  private let thread = Mutex<PlainThread?>(nil)

  /// A worker that does nothing yet. `handler` is called on the worker's own thread and must return soon.
  /// Throws ``WorkerError/Code/cannotSpawn`` when the system has no descriptor left.
  public init(
    name: String, executable: String, model: WorkerModel, limits: WorkerLimits = WorkerLimits(),
    handler: @escaping @Sendable (WorkerNotice) -> Void
  ) throws(WorkerError) {
    self.name = name
    self.executable = executable
    self.model = model
    self.limits = limits
    self.handler = handler
    do throws(SystemCallFailure) {
      wake = try WakeDescriptor()
    } catch {
      throw WorkerError(
        .cannotSpawn, "make an event descriptor", "the system refuses it", errno: error.number,
        remedy: "Raise LimitNOFILE of the service.")
    }
  }

  /// Any thread.
  public var state: WorkerState { shared.withLock { $0.state } }
  /// The process that runs now, for status pages and tests.
  public var processID: Int32? { shared.withLock { $0.processID } }
  /// How often the process was started again.
  public var restarts: Int { shared.withLock { $0.restarts } }

  /// Starts the process and returns at once; ``state`` and the handler say how it goes. Does nothing while it runs.
  public func start() throws(WorkerError) {
    let old = thread.withLock { $0 }
    switch state {
    case .stopped, .failed: old?.join()
    case .starting, .ready, .restarting: return
    }
    shared.withLock {
      $0.isStopping = false
      $0.state = .starting
    }
    let new: PlainThread
    do throws(SystemCallFailure) {
      new = try PlainThread(name: name) { [self] in WorkerLoop(worker: self).run() }
    } catch {
      let error = WorkerError.noThread(name, errno: error.number)
      shared.withLock { $0.state = .failed(error) }
      throw error
    }
    thread.withLock { $0 = new }
  }

  /// Ends the process and waits for that. Not from the handler. May be called more than once.
  public func stop() {
    shared.withLock { $0.isStopping = true }
    wake.signal()
    thread.withLock { $0 }?.join()
    shared.withLock { $0.state = .stopped }
  }

  /// Waits until the worker is ready, has failed, is stopped, or `limit` has passed, and says which. Blocks the calling
  /// thread: for commands that need the model before they can begin, never for the listen thread.
  public func waitUntilStarted(limit: Duration) -> WorkerState {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
      switch state {
      case .starting, .restarting: usleep(2_000)
      case .stopped, .ready, .failed: return state
      }
    }
    return state
  }

  /// Queues a message; false when the worker is not ready or too far behind, and then nothing was queued. With
  /// `answerWithin`, a worker that has not answered this id (and serial) by then is ended and started again.
  @discardableResult
  public func send(_ request: WorkerRequest, answerWithin limit: Duration? = nil) -> Bool {
    let bytes = request.frame.bytes
    let queued = shared.withLock { shared in
      guard shared.state.isReady, !shared.isStopping else { return false }
      shared.outbox.append(contentsOf: bytes)
      if let limit, let key = request.answerKey { shared.deadlines[key] = .now + limit }
      if case .cancel(let id) = request { shared.deadlines[UInt64(id) << 32] = nil }
      return true
    }
    if queued { wake.signal() }
    return queued
  }
}

extension WorkerRequest {
  /// The key under which the answer is awaited.
  var answerKey: UInt64? {
    switch self {
    case .settle(let id, let serial): UInt64(id) << 32 | UInt64(serial)
    case .speak(let id, _, _, _), .judge(let id, _): UInt64(id) << 32
    default: nil
    }
  }
}
