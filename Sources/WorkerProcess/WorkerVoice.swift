import Synchronization

/// What comes back for one spoken text.
public enum WorkerVoiceEvent: Hashable, Sendable {
  /// Mono samples (-1...1) at `sampleRate` Hz, in order.
  case samples([Float], sampleRate: Int)
  /// All of the text was delivered.
  case finished
  case failed(WorkerError)
}

/// A neural voice in a worker process: text in, samples out.
///
/// ```swift
/// let model = try ModelFolder(path).voice()
/// let voice = try WorkerVoice(model: model)
/// try voice.start()
/// let id = voice.speak("The kitchen light is on.") { event in … }
/// ```
public final class WorkerVoice: Sendable {
  private struct Shared {
    var nextID: UInt32 = 1
    var requests: [UInt32: @Sendable (WorkerVoiceEvent) -> Void] = [:]
    var sampleRate = 0
  }

  /// UTF-8 bytes of one text: a few sentences. Longer texts are to be cut into clauses by the caller.
  public static let maximumTextBytes = 4_096

  private final class Box: Sendable {
    let shared = Mutex(Shared())
  }

  private let box = Box()
  private let worker: Worker

  /// A voice that does nothing yet. `executable` is the worker program (nil: the one of this installation).
  public init(model: WorkerModel, executable: String? = nil, limits: WorkerLimits = WorkerLimits()) throws(WorkerError)
  {
    let path: String
    if let executable { path = executable } else { path = try WorkerExecutable.find() }
    let box = box
    worker = try Worker(name: "worker-voice", executable: path, model: model, limits: limits) { notice in
      Self.receive(notice, box)
    }
  }

  /// Starts the process and returns at once; loading takes from a fraction of a second to many.
  public func start() throws(WorkerError) { try worker.start() }

  /// Ends the process; texts still being spoken fail. Not from a delivery.
  public func stop() {
    worker.stop()
    Self.failAll(
      WorkerError(.notReady, "go on speaking", "the voice was stopped", remedy: "Start the voice again."), box)
  }

  /// Any thread.
  public var state: WorkerState { worker.state }
  /// Waits until it is ready, has failed, is stopped, or `limit` has passed. Blocks: not for the listen thread.
  @discardableResult
  public func waitUntilStarted(limit: Duration = .seconds(180)) -> WorkerState { worker.waitUntilStarted(limit: limit) }
  /// The process that runs now, for status pages and tests.
  public var processID: Int32? { worker.processID }

  /// Speaks `text` (plain words, at most ``maximumTextBytes``) with speaker 0..<``WorkerDescription/speakers`` at
  /// `speed` (0.25...4, 1 is the model's own). `deliver` is called on the voice's own thread, in order, and must return
  /// soon; the last call is ``WorkerVoiceEvent/finished`` or ``WorkerVoiceEvent/failed(_:)``, exactly once, unless the
  /// text is cancelled. Texts are spoken one after the other. Any thread.
  @discardableResult
  public func speak(
    _ text: String, speaker: Int = 0, speed: Float = 1, deliver: @escaping @Sendable (WorkerVoiceEvent) -> Void
  ) -> UInt32 {
    let id = box.shared.withLock { shared in
      defer { shared.nextID = shared.nextID &+ 1 }
      shared.requests[shared.nextID] = deliver
      return shared.nextID
    }
    if let reason = refusal(text, speaker: speaker, speed: speed) {
      fail(
        id, WorkerError(.requestFailed, "speak a text", reason, remedy: "Cut it into clauses, or correct the settings.")
      )
    } else if !worker.send(
      .speak(id: id, text: text, speaker: UInt32(speaker), speed: speed), answerWithin: worker.limits.pong * 2)
    {
      fail(
        id,
        WorkerError(
          .notReady, "speak a text", "the voice's process is not ready", remedy: "Use another voice in the meantime."))
    }
    return id
  }

  /// Stops that text: nothing more of it is delivered, except a delivery that is under way on the voice's thread.
  public func cancel(_ id: UInt32) {
    guard box.shared.withLock({ $0.requests.removeValue(forKey: id) }) != nil else { return }
    worker.send(.cancel(id: id))
  }

  private func refusal(_ text: String, speaker: Int, speed: Float) -> String? {
    if text.utf8.count > Self.maximumTextBytes {
      return "it has \(text.utf8.count) bytes, and \(Self.maximumTextBytes) are allowed"
    }
    if !(0.25...4).contains(speed) { return "the speed \(speed) is outside 0.25...4" }
    if case .ready(let description) = worker.state, !(0..<description.speakers).contains(speaker) {
      return "speaker \(speaker) is outside 0..<\(description.speakers)"
    }
    if speaker < 0 || speaker > Int(UInt32.max) { return "speaker \(speaker) does not exist" }
    return nil
  }

  private func fail(_ id: UInt32, _ error: WorkerError) {
    box.shared.withLock { $0.requests.removeValue(forKey: id) }?(.failed(error))
  }

  private static func receive(_ notice: WorkerNotice, _ box: Box) {
    switch notice {
    case .state(.ready(let description)): box.shared.withLock { $0.sampleRate = description.sampleRate }
    case .state(.restarting(let error)), .state(.failed(let error)): failAll(error, box)
    case .event(.audio(let id, let samples)):
      let (deliver, rate) = box.shared.withLock { ($0.requests[id], $0.sampleRate) }
      deliver?(.samples(samples, sampleRate: rate))
    case .event(.done(let id)): box.shared.withLock { $0.requests.removeValue(forKey: id) }?(.finished)
    case .event(.problem(let id, let reason)):
      box.shared.withLock { $0.requests.removeValue(forKey: id) }?(
        .failed(WorkerError(.requestFailed, "speak a text", reason, remedy: "Try another text or another voice.")))
    case .state, .event: break
    }
  }

  private static func failAll(_ error: WorkerError, _ box: Box) {
    let open = box.shared.withLock { shared in
      defer { shared.requests = [:] }
      return shared.requests.sorted { $0.key < $1.key }.map(\.value)
    }
    for deliver in open { deliver(.failed(error)) }
  }
}
