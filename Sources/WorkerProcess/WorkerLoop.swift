import Glibc
import OperatingSystem
import Synchronization

/// The body of a worker's thread: start, converse, end, pause, again.
struct WorkerLoop {
  let worker: Worker
  private let clock = ContinuousClock()

  init(worker: Worker) { self.worker = worker }

  func run() {
    let limits = worker.limits
    var pause = limits.firstPause
    var attempts = 0
    while !isStopping {
      set(.starting)
      var conversation = WorkerConversation(worker: worker)
      let reason = conversation.run()
      if isStopping { break }
      if let readySince = conversation.readySince {
        attempts = 0
        if clock.now - readySince >= limits.steady { pause = limits.firstPause }
      } else {
        attempts += 1
        if attempts >= limits.attempts { return set(.failed(reason)) }
      }
      set(.restarting(reason))
      wait(pause)
      pause = min(limits.longestPause, pause * 2)
      worker.shared.withLock { $0.restarts += 1 }
    }
    set(.stopped)
  }

  private var isStopping: Bool { worker.shared.withLock { $0.isStopping } }

  private func set(_ state: WorkerState) {
    worker.shared.withLock {
      $0.state = state
      $0.outbox = []
      $0.deadlines = [:]
      $0.processID = nil
    }
    worker.handler(.state(state))
  }

  private func wait(_ duration: Duration) {
    let end = clock.now + duration
    while !isStopping {
      let left = end - clock.now
      guard left > .zero else { return }
      var wake = pollfd(fd: worker.wake.descriptor, events: Int16(POLLIN), revents: 0)
      unsafe poll(&wake, 1, left.pollMilliseconds)
      worker.wake.clear()
    }
  }
}
