public import Inference

/// Which server answers, and how long it may take and how much it may say.
public struct RemoteModelOptions: Hashable, Sendable {
  public var address: ServerAddress
  /// The model's name as the server knows it, 1 to 256 bytes.
  public var model: String
  /// A file with the server's key, for `Authorization: Bearer`; nil: no key.
  public var keyFile: String?
  /// Until the connection stands, encryption included; 10 ms to 60 s.
  public var connectTimeout: Duration
  /// From the request to the first event of the answer, in which the server reads the prompt; up to 10 min.
  public var firstEventTimeout: Duration
  /// Between two pieces of the answer; up to 10 min.
  public var idleTimeout: Duration
  /// For the whole answer with all attempts; up to 1 h.
  public var totalTimeout: Duration
  /// How often the server is asked while nothing of the answer came, 1 to 10.
  public var attempts: Int
  /// Before the second attempt; doubles for each further one, up to 10 s; a server's `Retry-After` counts if longer.
  public var backoff: Duration
  /// One event of the answer, in bytes, 256 to 16 MiB.
  public var maximumEventBytes: Int
  /// Events of one answer, 1 or more.
  public var maximumEvents: Int
  /// The whole answer, in bytes, 256 or more.
  public var maximumBytes: Int

  public init(
    address: ServerAddress, model: String, keyFile: String? = nil, connectTimeout: Duration = .seconds(3),
    firstEventTimeout: Duration = .seconds(60), idleTimeout: Duration = .seconds(20),
    totalTimeout: Duration = .seconds(180), attempts: Int = 3, backoff: Duration = .milliseconds(250),
    maximumEventBytes: Int = 1 << 18, maximumEvents: Int = 100_000, maximumBytes: Int = 1 << 25
  ) {
    self.address = address
    self.model = model
    self.keyFile = keyFile
    self.connectTimeout = connectTimeout
    self.firstEventTimeout = firstEventTimeout
    self.idleTimeout = idleTimeout
    self.totalTimeout = totalTimeout
    self.attempts = attempts
    self.backoff = backoff
    self.maximumEventBytes = maximumEventBytes
    self.maximumEvents = maximumEvents
    self.maximumBytes = maximumBytes
  }

  /// - Throws: `requestInvalid` with the option, its value and what is allowed.
  public func validate() throws(InferenceError) {
    guard (1...256).contains(model.utf8.count) else {
      throw Self.outside("the model's name", "\(model.utf8.count) bytes", "1 to 256 bytes")
    }
    let times: [(String, Duration, ClosedRange<Duration>)] = [
      ("connect_timeout", connectTimeout, .milliseconds(10) ... .seconds(60)),
      ("first_event_timeout", firstEventTimeout, .milliseconds(10) ... .seconds(600)),
      ("idle_timeout", idleTimeout, .milliseconds(10) ... .seconds(600)),
      ("total_timeout", totalTimeout, .milliseconds(10) ... .seconds(3600)),
      ("backoff", backoff, .zero ... .seconds(10)),
    ]
    for (name, value, range) in times where !range.contains(value) {
      throw Self.outside(name, "\(value)", "\(range.lowerBound) to \(range.upperBound)")
    }
    let counts: [(String, Int, ClosedRange<Int>)] = [
      ("attempts", attempts, 1...10), ("maximum_event_bytes", maximumEventBytes, 256...1 << 24),
      ("maximum_events", maximumEvents, 1...100_000_000), ("maximum_bytes", maximumBytes, 256...1 << 32),
    ]
    for (name, value, range) in counts where !range.contains(value) {
      throw Self.outside(name, "\(value)", "\(range.lowerBound) to \(range.upperBound)")
    }
  }

  private static func outside(_ name: String, _ value: String, _ allowed: String) -> InferenceError {
    InferenceError(
      .requestInvalid, "could not take \(name) of the remote model: it is \(value), allowed are \(allowed)",
      remedy: "Choose a value in that range.")
  }
}
