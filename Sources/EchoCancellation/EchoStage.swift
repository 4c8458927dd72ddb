public import Audio

/// Takes what the loudspeaker plays out of what the microphone hears, window by window.
///
/// ```
///   captureTime(of: sample) ─▶ when the window was recorded ─┐
///                                                            ▼
///   PlaybackHistory ──▶ what was in the air then, less the measured delay ──▶ canceller ──▶ the window, cleaned
///          └──▶ what was in the air then ──▶ DelayEstimator ──▶ the delay     ▲      └──▶ EchoReport
///                                               ▲                             │
///   microphone ─────────────────────────────────┴─────────────────────────────┘
/// ```
/// While nothing is played, the samples pass through bit for bit, at the cost of a look at the history; so it is where
/// nobody knows when they were recorded (a file). While something is played they come out 16 ms late; the change between
/// the two is a cross-fade of a few milliseconds. The room is kept in mind from reply to reply.
///
/// The first reply calibrates: until the delay is found (after about a second) the canceller works with none, which is
/// right where the devices tell the truth. When the playback device is opened anew the delay is looked for again; when
/// it has changed the canceller begins anew with the new one.
///
/// Used by one thread at a time; allocates nothing after `init`.
public final class EchoStage: @unchecked Sendable {
  // @unchecked: one thread at a time uses a stage, and the session hands it to its listen thread as a whole.

  /// A window's length is a multiple of this many samples.
  public static let frameLength = EchoCanceller.frameLength
  /// The longest window, in samples.
  public static let largestWindow = 2_048
  /// How much later samples come out while something is played, or noise is suppressed, in samples.
  public static let latency = EchoCanceller.frameLength

  public let configuration: EchoConfiguration
  private let history: PlaybackHistory
  private let captureTime: @Sendable (SampleTime) -> Int64?
  private var canceller: EchoCanceller
  private var estimator = DelayEstimator()
  private var reader: ReferenceReader
  private var residual = ResidualEcho()
  private var enhancement = Enhancement()

  private var mode = Mode.idle
  /// By how much the echo is taken to be late, in samples; where the filter begins is a little before.
  private var alignment = 0
  private var openings = 0
  private var realignments = 0
  private var invalid = 0
  private var next: SampleTime?
  /// Positions that a sound stays in the room after its end: the tail, and what it is late.
  private let hold: Int

  // [largestWindow] each. What the microphone heard; what was in the air, as the canceller and as the estimator take it.
  private var raw: [Float]
  private var reference: [Float]
  private var air: [Float]
  // The frame before the window, raw.
  private var previous: [Float]

  private enum Mode { case idle, active, enhancing }

  /// Samples that the echo lies behind the filter's beginning: 8 ms, so that a delay that is a little less does no harm.
  private static let lead = 128
  /// Samples over which the raw samples pass into the cleaned ones, and back.
  private static let fade = 128

  /// - Parameters:
  ///   - history: what the loudspeaker plays.
  ///   - captureTime: when a sample of the microphone was recorded, as ``AudioSource/captureTime(of:)`` tells.
  public init(
    history: PlaybackHistory, configuration: EchoConfiguration = EchoConfiguration(),
    captureTime: @escaping @Sendable (SampleTime) -> Int64?
  ) {
    self.configuration = configuration.bounded
    self.history = history
    self.captureTime = captureTime
    canceller = EchoCanceller(configuration: configuration)
    reader = ReferenceReader(history: history)
    hold = SampleRate.speech.frames(in: self.configuration.tail + self.configuration.hold)
    // One by one: a copy would share its memory until it is first written to, and be taken then.
    raw = [Float](repeating: 0, count: Self.largestWindow)
    reference = [Float](repeating: 0, count: Self.largestWindow)
    air = [Float](repeating: 0, count: Self.largestWindow)
    previous = [Float](repeating: 0, count: Self.frameLength)
  }

  /// Cleans `window`, whose first sample is the stream's sample `time`, in place. A multiple of ``frameLength`` samples,
  /// ``largestWindow`` at most. What is no sample (not finite, or beyond ±1000) becomes silence.
  public func process(_ window: inout [Float], at time: SampleTime) -> EchoReport {
    var span = window.mutableSpan
    return process(&span, at: time)
  }

  /// The same for a span.
  public func process(_ window: inout MutableSpan<Float>, at time: SampleTime) -> EchoReport {
    precondition(
      window.count > 0 && window.count <= Self.largestWindow && window.count % Self.frameLength == 0,
      "a window of \(window.count) samples is not 1...8 frames of \(Self.frameLength)")
    sanitise(&window)
    var report = EchoReport()
    report.inputLevel = AudioLevel(of: window.span).rms
    if time != next { interrupt() }
    next = time + window.count
    let recorded = captureTime(time)
    let target = recorded.map { isInTheRoom(at: $0) } ?? false ? Mode.active : idleMode
    switch (mode, target, recorded) {
    case (.idle, .idle, _): keep(window.span)
    case (_, .active, .some(let recorded)): cancel(&window, recorded, comingFrom: mode, into: &report)
    case (.active, _, .some(let recorded)) where target == .idle: leave(&window, recorded, into: &report)
    default: enhance(&window)
    }
    mode = target
    report.outputLevel = mode == .idle && !report.isPlaying ? report.inputLevel : AudioLevel(of: window.span).rms
    report.enhancement = enhancement.decibels
    report.delay = estimator.delay.map { .nanoseconds(Int64($0) * PlaybackHistory.nanosecondsPerPosition) }
    report.resets = realignments + canceller.divergences
    report.invalidSamples = invalid
    return report
  }

  /// Forgets the room and the delay.
  public func reset() {
    estimator.reset()
    alignment = 0
    startAnew()
  }

  private var idleMode: Mode {
    configuration.noiseSuppression > 0 || configuration.automaticGain ? .enhancing : .idle
  }

  /// Whether something that was recorded at `nanoseconds` may be from the loudspeaker.
  private func isInTheRoom(at nanoseconds: Int64) -> Bool {
    let end = history.audibleEnd
    guard end > 0 else { return false }
    let position = PlaybackHistory.position(atNanoseconds: nanoseconds - history.skew)
    return position < end + Int64(hold + max(0, alignment))
  }

  // MARK: While something is played

  private func cancel(
    _ window: inout MutableSpan<Float>, _ recorded: Int64, comingFrom old: Mode, into report: inout EchoReport
  ) {
    noticeOpenings()
    if old == .idle { prime(recorded) }
    keepRaw(window.span)
    let count = window.count
    // Before the samples are replaced.
    align(window.span, recorded)
    let shift = shift
    Self.read(&reader, at: recorded - shift, count, into: &reference)
    var powers = EchoCanceller.Powers()
    for start in stride(from: 0, to: count, by: Self.frameLength) {
      let frame = Self.cancel(&canceller, &window, at: start, reference)
      powers.microphone += frame.microphone
      powers.linear += frame.linear
    }
    measure(window.span, powers, into: &report)
    if old == .idle {
      for index in 0..<Self.fade {
        let share = Float(index) / Float(Self.fade)
        window[index] = share * window[index] + (1 - share) * raw[index]
      }
    }
  }

  /// The first window in which nothing is in the room any more: the cleaned samples, which are late, pass into the raw.
  private func leave(_ window: inout MutableSpan<Float>, _ recorded: Int64, into report: inout EchoReport) {
    cancel(&window, recorded, comingFrom: .active, into: &report)
    for index in 0..<window.count {
      let share = min(1, Float(index) / Float(Self.fade))
      window[index] = share == 1 ? raw[index] : (1 - share) * window[index] + share * raw[index]
    }
    reader.interrupt()
    estimator.interrupt()
  }

  /// Gives the canceller the frame before, whose samples have come out already, so that the next ones follow it.
  private func prime(_ recorded: Int64) {
    let earlier = recorded - shift - Int64(Self.frameLength) * PlaybackHistory.nanosecondsPerPosition
    Self.read(&reader, at: earlier, Self.frameLength, into: &reference)
    var frame = previous.mutableSpan
    _ = Self.cancel(&canceller, &frame, at: 0, reference)
  }

  /// Nanoseconds by which the reference is read earlier than the microphone.
  private var shift: Int64 { Int64(alignment - Self.lead) * PlaybackHistory.nanosecondsPerPosition }

  /// Measures the delay, and follows it where the echo would come before the filter's beginning or late in its tail.
  private func align(_ window: Span<Float>, _ recorded: Int64) {
    let position = PlaybackHistory.position(atNanoseconds: recorded - history.skew)
    for index in 0..<window.count { air[index] = history.sample(at: position + Int64(index)) }
    let known = estimator.delay
    guard Self.observe(&estimator, window, air), let delay = estimator.delay else { return }
    let place = delay - alignment + Self.lead
    let latest = max(2 * Self.lead, SampleRate.speech.frames(in: configuration.tail) / 4)
    let hasJumped = known.map { abs($0 - delay) > 64 } ?? false
    guard hasJumped || !(Self.lead / 4...latest).contains(place) else { return }
    alignment = delay
    realignments += 1
    startAnew()
  }

  private func startAnew() {
    canceller.reset()
    reader.interrupt()
    residual.reset()
    enhancement = Enhancement()
  }

  private func noticeOpenings() {
    guard openings != history.openingCount else { return }
    // The first opening changes nothing that was known.
    if openings > 0 { estimator.reset() }
    openings = history.openingCount
  }

  private func measure(_ window: Span<Float>, _ powers: EchoCanceller.Powers, into report: inout EchoReport) {
    var (played, output): (Float, Float) = (0, 0)
    for index in 0..<window.count {
      played += reference[index] * reference[index]
      output += window[index] * window[index]
    }
    played /= Float(window.count)
    output /= Float(window.count)
    report.isPlaying = true
    report.residualEchoLevel = residual.observe(reference: played, output: output)
    enhancement.observe(
      microphone: powers.microphone * Float(Self.frameLength) / Float(window.count), output: output, reference: played)
  }

  // MARK: While nothing is played

  /// Keeps the end of a window that passes through.
  private func keep(_ window: Span<Float>) {
    let start = window.count - Self.frameLength
    for index in 0..<Self.frameLength { previous[index] = window[start + index] }
  }

  private func keepRaw(_ window: Span<Float>) {
    for index in 0..<window.count { raw[index] = window[index] }
    keep(window)
  }

  private func enhance(_ window: inout MutableSpan<Float>) {
    keep(window.span)
    for start in stride(from: 0, to: window.count, by: Self.frameLength) { canceller.enhance(&window, at: start) }
  }

  /// The stream has a gap before the next window.
  private func interrupt() {
    guard next != nil else { return }
    reader.interrupt()
    estimator.interrupt()
    for index in 0..<Self.frameLength { previous[index] = 0 }
  }

  private func sanitise(_ window: inout MutableSpan<Float>) {
    // Also what would overflow when it is squared and summed.
    for index in 0..<window.count where !(abs(window[index]) <= 1_000) {
      window[index] = 0
      invalid += 1
    }
  }

  // Functions of the parts, since a span of one property keeps the whole value from being used.

  private static func read(
    _ reader: inout ReferenceReader, at nanoseconds: Int64, _ count: Int, into samples: inout [Float]
  ) {
    var span = samples.mutableSpan
    reader.read(count, at: nanoseconds, into: &span)
  }

  private static func cancel(
    _ canceller: inout EchoCanceller, _ window: inout MutableSpan<Float>, at start: Int, _ reference: [Float]
  ) -> EchoCanceller.Powers {
    canceller.cancel(&window, at: start, reference: reference.span)
  }

  private static func observe(_ estimator: inout DelayEstimator, _ window: Span<Float>, _ air: [Float]) -> Bool {
    estimator.observe(window, reference: air.span)
  }
}

/// Echo return loss enhancement over about the last second of playing.
private struct Enhancement {
  private var microphone: Float = 0
  private var output: Float = 0
  private var windows = 0

  /// What stays at each window of 32 ms.
  private static let memory: Float = 0.97
  private static let audible: Float = 3e-6

  mutating func observe(microphone: Float, output: Float, reference: Float) {
    guard reference > Self.audible else { return }
    windows = min(windows + 1, 1_000)
    self.microphone = Self.memory * self.microphone + microphone
    self.output = Self.memory * self.output + output
  }

  /// In dB; nil in the first half second.
  var decibels: Float? {
    guard windows > 16, microphone > 0 else { return nil }
    return ResidualEcho.decibels(microphone) - ResidualEcho.decibels(max(output, microphone * 1e-10))
  }
}
