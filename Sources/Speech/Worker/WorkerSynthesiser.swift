public import Audio
public import WorkerProcess

/// A neural voice in the worker process, with a voice in the box for every clause that it fails to speak, so that no reply
/// is lost.
///
/// Both are brought to one sample rate. While the worker loads its model or is started again, the fallback speaks. When
/// the worker fails after it has delivered a part of a clause, the rest of that clause is spoken by the fallback,
/// from the word that is due by proportion.
public final class WorkerSynthesiser: Synthesiser {
  public struct Configuration: Hashable, Sendable {
    /// 0..<the model's number of speakers.
    public var speaker = 0
    /// Relative to the model's own speed, 0.25...4.
    public var speed = 1.0
    /// How long to wait for the first sample of a clause, and for each that follows, before the fallback takes over.
    public var stallLimit = Duration.seconds(5)
    /// What both voices are brought to: high enough for all models of sherpa-onnx (16...44.1 kHz).
    public var sampleRate = SampleRate(hertz: 24_000)
    public var languages = ["en"]

    public init() {}
  }

  public let name: String
  public var sampleRate: SampleRate { configuration.sampleRate }
  public var languages: [String] { configuration.languages }

  private let voice: any StreamingVoice
  private let fallback: any Synthesiser
  private let configuration: Configuration
  private let onFallback: @Sendable (SpeechError) -> Void

  /// `voice` is started and stopped by its owner. `onFallback` hears why the fallback spoke, on the calling thread.
  public convenience init(
    name: String, voice: WorkerVoice, fallback: any Synthesiser, configuration: Configuration = Configuration(),
    onFallback: @escaping @Sendable (SpeechError) -> Void = { _ in }
  ) {
    self.init(
      name: name, streaming: voice, fallback: fallback, configuration: configuration, onFallback: onFallback)
  }

  /// For tests: any voice that streams.
  package init(
    name: String, streaming voice: any StreamingVoice, fallback: any Synthesiser, configuration: Configuration,
    onFallback: @escaping @Sendable (SpeechError) -> Void
  ) {
    self.name = name
    self.voice = voice
    self.fallback = fallback
    self.configuration = configuration
    self.onFallback = onFallback
  }

  public func synthesise(_ text: String, deliver: (Span<Float>) -> Bool) throws(SpeechError) {
    guard text.utf8.count <= WorkerVoice.maximumTextBytes else {
      throw SpeechError(
        .textTooLong, "cannot say \(text.utf8.count) bytes at once",
        remedy: "Split it into clauses of at most \(WorkerVoice.maximumTextBytes) bytes.")
    }
    switch speakByWorker(text, deliver: deliver) {
    case .said, .stopped: return
    case .failed(let reason, let frames):
      let error = SpeechError(
        .voiceFailed, "cannot say a clause with \(name): \(reason)", remedy: "\(fallback.name) speaks in the meantime.")
      onFallback(error)
      // By proportion: fifteen characters a second, as English is spoken.
      let spoken = Int(Double(frames) / Double(sampleRate.hertz) * 15 * configuration.speed)
      try speakByFallback(Self.rest(of: text, after: spoken), deliver: deliver)
    }
  }

  private enum Outcome { case said, stopped, failed(String, frames: Int) }

  private func speakByWorker(_ text: String, deliver: (Span<Float>) -> Bool) -> Outcome {
    guard voice.isReady else { return .failed("its process is not ready", frames: 0) }
    let inbox = Monitor(WorkerInbox())
    let id = voice.speak(text, speaker: configuration.speaker, speed: Float(configuration.speed)) { event in
      inbox.withLock { $0.events.append(event) }
      inbox.wakeAll()
    }
    var converter: RateConverter?
    var rate = 0
    var frames = 0
    var quietSince = ContinuousClock.now
    let nothing: [Float] = []
    while true {
      // The wait is cut into slices, because whoever listens may have had enough.
      inbox.wait(for: .milliseconds(20)) { !$0.events.isEmpty }
      let events = inbox.withLock { inbox in
        defer { inbox.events = [] }
        return inbox.events
      }
      if events.isEmpty {
        guard deliver(nothing.span) else { return stop(id) }
        guard ContinuousClock.now - quietSince < configuration.stallLimit else {
          voice.cancel(id)
          return .failed("no sample came within \(configuration.stallLimit)", frames: frames)
        }
        continue
      }
      for event in events {
        switch event {
        case .samples(let samples, let hertz):
          guard (8_000...96_000).contains(hertz) else {
            voice.cancel(id)
            return .failed("its rate of \(hertz) Hz is outside 8000...96000", frames: frames)
          }
          if converter == nil || rate != hertz {
            converter = RateConverter(from: SampleRate(hertz: hertz), to: sampleRate)
            rate = hertz
          }
          frames += samples.count * sampleRate.hertz / hertz
          guard converter?.convert(samples.span, deliver: deliver) ?? true else { return stop(id) }
        case .finished:
          guard converter?.finish(deliver: deliver) ?? true else { return .stopped }
          return .said
        case .failed(let error):
          _ = converter?.finish(deliver: deliver)
          return .failed(error.description, frames: frames)
        }
      }
      quietSince = .now
    }
  }

  private func stop(_ id: UInt32) -> Outcome {
    voice.cancel(id)
    return .stopped
  }

  private func speakByFallback(_ text: String, deliver: (Span<Float>) -> Bool) throws(SpeechError) {
    var converter = RateConverter(from: fallback.sampleRate, to: sampleRate)
    var goesOn = true
    try fallback.synthesise(text) { samples in
      goesOn = converter.convert(samples, deliver: deliver)
      return goesOn
    }
    if goesOn { _ = converter.finish(deliver: deliver) }
  }

  /// `text` from the word after its first `characters`.
  static func rest(of text: String, after characters: Int) -> String {
    guard characters > 0 else { return text }
    let tail = text.unicodeScalars.dropFirst(characters).drop { $0 != " " }
    return String(String.UnicodeScalarView(tail))
  }
}

struct WorkerInbox {
  var events: [WorkerVoiceEvent] = []
}
