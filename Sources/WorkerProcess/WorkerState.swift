/// Where a worker stands.
public enum WorkerState: Hashable, Sendable {
  /// Not started, or stopped by its owner.
  case stopped
  /// The process starts, or loads its model.
  case starting
  case ready(WorkerDescription)
  /// It ended and is started again after a pause.
  case restarting(WorkerError)
  /// It never became ready in several attempts, and is not tried again until its owner starts it again.
  case failed(WorkerError)

  public var isReady: Bool {
    if case .ready = self { true } else { false }
  }
}

/// What a worker's owner hears, on the worker's own thread, in order.
public enum WorkerNotice: Hashable, Sendable {
  case state(WorkerState)
  case event(WorkerEvent)
}

/// Times and amounts within which a worker must behave.
public struct WorkerLimits: Hashable, Sendable {
  /// From the start to the first message.
  public var hello: Duration = .seconds(10)
  /// From there until the model is loaded; large models on slow cards take a minute.
  public var load: Duration = .seconds(180)
  /// How often an idle worker is asked whether it lives, and how long it may take to say so.
  public var pingInterval: Duration = .seconds(10)
  public var pong: Duration = .seconds(10)
  /// The first pause before a restart; doubled each time up to ``longestPause``, and reset by ``steady``.
  public var firstPause: Duration = .milliseconds(200)
  public var longestPause: Duration = .seconds(60)
  /// A worker that was ready for this long is steady: its next pause is the first one again.
  public var steady: Duration = .seconds(60)
  /// Attempts without ever becoming ready, after which the worker counts as failed.
  public var attempts = 3
  /// Bytes waiting to be sent: two minutes of audio. A worker that is further behind is ended.
  public var outboxBytes = 8 << 20

  public init() {}
}
