import Glibc
import OperatingSystem
import Synchronization

/// One life of a worker process, from its start to its end.
struct WorkerConversation {
  private let worker: Worker
  private let clock = ContinuousClock()
  private var decoder = WorkerFrameDecoder()
  private var tail = ErrorTail()
  private var isGreeted = false
  private var lastHeard: ContinuousClock.Instant
  private var pingSent: ContinuousClock.Instant?
  private let started: ContinuousClock.Instant
  /// When the model was loaded; nil when it never was.
  private(set) var readySince: ContinuousClock.Instant?

  init(worker: Worker) {
    self.worker = worker
    started = clock.now
    lastHeard = started
  }

  /// Returns why the process is gone.
  mutating func run() -> WorkerError {
    do throws(WorkerError) {
      let child = try ChildProcess(executable: worker.executable)
      return run(with: child)
    } catch {
      return error
    }
  }

  private mutating func run(with child: borrowing ChildProcess) -> WorkerError {
    let pid = child.pid
    worker.shared.withLock {
      $0.processID = pid
      $0.outbox = WorkerRequest.hello(version: workerProtocolVersion).frame.bytes
      $0.outbox += WorkerRequest.load(worker.model).frame.bytes
    }
    var reason: WorkerError?
    do throws(WorkerError) {
      while try converse(with: child) {}
    } catch {
      reason = error
    }
    // A reason of our own means that the process may still run and must not.
    let end = child.reap(forced: reason != nil || worker.shared.withLock { $0.isStopping })
    tail.read(from: child.standardError)
    worker.shared.withLock {
      $0.processID = nil
      $0.outbox = []
    }
    let said = tail.text.isEmpty ? "" : "; it last said: \(tail.text)"
    if var reason {
      if reason.code != .loadFailed { reason.reason += said }
      return reason
    }
    let loading = readySince == nil
    return WorkerError(
      loading ? .loadFailed : .died, loading ? "load the \(worker.model.kind) model" : "keep \(worker.name) running",
      end + said,
      remedy: loading
        ? worker.model.task.loadRemedy
        : "It is started again by itself; if this happens often, try another model.")
  }

  /// One wait and what follows from it; false when the process has closed its end.
  private mutating func converse(with child: borrowing ChildProcess) throws(WorkerError) -> Bool {
    let (hasOutput, isStopping, firstDeadline) = worker.shared.withLock {
      (!$0.outbox.isEmpty, $0.isStopping, $0.deadlines.values.min())
    }
    if isStopping { return false }
    let deadline = try checkLimits(firstDeadline)
    var descriptors = [
      pollfd(fd: child.socket, events: Int16(POLLIN | (hasOutput ? POLLOUT : 0)), revents: 0),
      pollfd(fd: child.standardError, events: Int16(POLLIN), revents: 0),
      pollfd(fd: worker.wake.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    if tail.isClosed { descriptors[1].fd = -1 }
    unsafe poll(&descriptors, nfds_t(descriptors.count), (deadline - clock.now).pollMilliseconds)
    if descriptors[2].revents != 0 { worker.wake.clear() }
    if descriptors[1].revents != 0 { tail.read(from: child.standardError) }
    if descriptors[0].revents & Int16(POLLOUT) != 0 { write(to: child) }
    if descriptors[0].revents & Int16(POLLIN | POLLHUP | POLLERR) != 0 { return try read(from: child) }
    return true
  }

  /// Throws when a limit has passed; otherwise says when to look again.
  private mutating func checkLimits(_ firstDeadline: ContinuousClock.Instant?) throws(WorkerError)
    -> ContinuousClock.Instant
  {
    let now = clock.now
    func tooSlow(_ what: String) -> WorkerError {
      WorkerError(
        .timedOut, "use \(worker.name)", what, remedy: "It is started again; a smaller model answers sooner.")
    }
    if worker.shared.withLock({ $0.outbox.count }) > worker.limits.outboxBytes {
      throw WorkerError(
        .overloaded, "keep up with \(worker.name)", "it is more than two minutes of audio behind",
        remedy: "Choose a smaller model.")
    }
    guard readySince != nil else {
      let limit = started + (isGreeted ? worker.limits.load : worker.limits.hello)
      if now >= limit { throw tooSlow(isGreeted ? "the model is not loaded in time" : "it does not say hello") }
      return limit
    }
    if let firstDeadline, now >= firstDeadline { throw tooSlow("it did not answer a request in time") }
    var next = firstDeadline ?? now + worker.limits.pingInterval
    if let pingSent {
      if now >= pingSent + worker.limits.pong { throw tooSlow("it does not answer a ping") }
      next = min(next, pingSent + worker.limits.pong)
    } else if now >= lastHeard + worker.limits.pingInterval {
      pingSent = now
      worker.shared.withLock { $0.outbox.append(contentsOf: WorkerRequest.ping(0).frame.bytes) }
      return now
    } else {
      next = min(next, lastHeard + worker.limits.pingInterval)
    }
    return next
  }

  private func write(to child: borrowing ChildProcess) {
    let socket = child.socket
    worker.shared.withLock { shared in
      let sent = unsafe shared.outbox.withUnsafeBytes {
        unsafe send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      // A refusal shows again as a closed socket at the next wait.
      if sent > 0 { shared.outbox.removeFirst(sent) }
    }
  }

  private mutating func read(from child: borrowing ChildProcess) throws(WorkerError) -> Bool {
    let socket = child.socket
    var isOpen = true
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 262_144) { buffer, count in
      let received = unsafe recv(socket, buffer.baseAddress, buffer.count, 0)
      isOpen = received > 0 || (received < 0 && (errno == EAGAIN || errno == EINTR))
      count = max(0, received)
    }
    decoder.append(bytes)
    while let frame = try decoder.next() { try take(WorkerEvent(frame)) }
    return isOpen
  }

  private mutating func take(_ event: WorkerEvent) throws(WorkerError) {
    lastHeard = clock.now
    pingSent = nil
    switch event {
    case .hello(let version):
      guard version == workerProtocolVersion else {
        throw WorkerError(
          .versionMismatch, "use \(worker.executable)",
          "it speaks version \(version) of the protocol and earshot version \(workerProtocolVersion)",
          remedy: "Install earshot and earshot-worker of the same version.")
      }
      isGreeted = true
    case .ready(let description):
      guard isGreeted, readySince == nil else { throw .violation("a worker that is ready twice or before its hello") }
      readySince = lastHeard
      worker.shared.withLock { $0.state = .ready(description) }
      worker.handler(.state(.ready(description)))
    case .failed(let reason):
      throw WorkerError(
        .loadFailed, "load the \(worker.model.kind) model", reason, remedy: worker.model.task.loadRemedy)
    case .pong: break
    case .partial, .transcript, .audio, .done, .problem, .probability, .keyword:
      guard readySince != nil else { throw .violation("an answer before the worker is ready") }
      settleDeadlines(event)
      worker.handler(.event(event))
    }
  }

  /// An answer ends the wait for it; a chunk of audio starts it anew, for speaking may take long as long as it goes on.
  private func settleDeadlines(_ event: WorkerEvent) {
    worker.shared.withLock { shared in
      switch event {
      case .transcript(let id, let serial, _, _): shared.deadlines[UInt64(id) << 32 | UInt64(serial)] = nil
      case .audio(let id, _):
        let key = UInt64(id) << 32
        if shared.deadlines[key] != nil { shared.deadlines[key] = clock.now + worker.limits.pong }
      case .done(let id), .probability(let id, _): shared.deadlines[UInt64(id) << 32] = nil
      case .problem(let id, _): shared.deadlines = shared.deadlines.filter { UInt32($0.key >> 32) != id }
      default: break
      }
    }
  }
}
