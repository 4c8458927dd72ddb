public import Audio
public import Speech
import Synchronization

/// Says replies through a ``SpeechPipeline``: text into clauses, clauses into samples, samples into the sink.
public final class PipelineVoice: ReplyVoice {
  private struct State: ~Copyable {
    var handler: (@Sendable (ReplyVoiceReport) -> Void)?
    var voice: Int?
    var generation: SpeechGeneration?
    var splitter = ClauseSplitter()
    var hasStarted = false
    /// The sink's queued position of the reply's first sample.
    var firstFrame: Int64 = 0
    var lastFrame: Int64 = 0
    var problem: SpeechError?
  }

  private let pipeline: SpeechPipeline
  private let box: Box
  private let earcons: [Earcon: [Float]]

  /// The pipeline reports into it, so it is made before the pipeline.
  private final class Box: Sendable {
    let state = Mutex(State())
  }

  /// - Parameters:
  ///   - earcons: the sounds that are played; an alarm always is.
  ///   - problems: told about every clause that could not be said; any thread.
  public init(
    synthesiser: any Synthesiser, sink: any AudioSink, earcons: Set<Earcon> = [],
    problems: @escaping @Sendable (SpeechError) -> Void
  ) {
    let box = Box()
    self.earcons = Dictionary(
      uniqueKeysWithValues: earcons.union([.alarm]).map { ($0, $0.samples(at: sink.sampleRate)) })
    self.box = box
    pipeline = SpeechPipeline(synthesiser: synthesiser, sink: sink) { report in
      Self.take(report, rate: sink.sampleRate, box: box, problems: problems)
    }
  }

  /// Starts the threads of speech; the sink is started by its owner.
  public func start() throws(SpeechError) { try pipeline.start() }

  public func stop() { pipeline.stop() }

  public func report(to handler: @escaping @Sendable (ReplyVoiceReport) -> Void) {
    box.state.withLock { $0.handler = handler }
  }

  public func open(_ voice: Int) {
    let generation = pipeline.begin()
    box.state.withLock { state in
      state.voice = voice
      state.generation = generation
      state.splitter = ClauseSplitter()
      state.hasStarted = false
    }
  }

  public func say(_ text: String, voice: Int) {
    let (clauses, generation) = box.state.withLock { state -> ([Clause], SpeechGeneration?) in
      guard state.voice == voice else { return ([], nil) }
      return (state.splitter.append(text), state.generation)
    }
    speak(clauses, in: generation)
  }

  public func close(_ voice: Int) {
    let (clauses, generation) = box.state.withLock { state -> ([Clause], SpeechGeneration?) in
      guard state.voice == voice else { return ([], nil) }
      return (state.splitter.finish(), state.generation)
    }
    speak(clauses, in: generation)
    if let generation { pipeline.end(generation) }
  }

  public func stop(_ voice: Int) {
    let isCurrent = box.state.withLock { $0.voice == voice }
    guard isCurrent else { return }
    let interruption = pipeline.interrupt()
    let (handler, heard) = box.state.withLock { state in
      state.voice = nil
      let frames = state.hasStarted ? max(0, interruption.heardFrames - state.firstFrame) : 0
      return (state.handler, pipeline.sink.sampleRate.duration(ofFrames: Int(frames)))
    }
    handler?(.interrupted(voice: voice, heard: heard, text: interruption.heardText))
  }

  public func pause(_ voice: Int) {
    if box.state.withLock({ $0.voice == voice }) { pipeline.sink.pause() }
  }

  public func resume(_ voice: Int) {
    if box.state.withLock({ $0.voice == voice }) { pipeline.sink.resume() }
  }

  public func play(_ earcon: Earcon) {
    if let samples = earcons[earcon] { pipeline.play(samples) }
  }

  private func speak(_ clauses: [Clause], in generation: SpeechGeneration?) {
    guard let generation else { return }
    for clause in clauses where !clause.spoken.isEmpty { pipeline.speak(clause, in: generation) }
  }

  private static func take(
    _ report: SpeechReport, rate: SampleRate, box: Box, problems: @Sendable (SpeechError) -> Void
  ) {
    let message = box.state.withLock { state -> (handler: (@Sendable (ReplyVoiceReport) -> Void)?, ReplyVoiceReport)? in
      guard let voice = state.voice else { return nil }
      switch report {
      case .started(state.generation, _, let start) where !state.hasStarted:
        state.hasStarted = true
        state.firstFrame = start.firstFrame
        return (state.handler, .started(voice: voice))
      case .allQueued(state.generation, let until):
        state.lastFrame = until
        return nil
      case .heard(state.generation):
        state.voice = nil
        let frames = state.hasStarted ? max(0, state.lastFrame - state.firstFrame) : 0
        return (
          state.handler, .ended(voice: voice, heard: rate.duration(ofFrames: Int(frames)))
        )
      case .started, .queued, .failed, .allQueued, .heard: return nil
      }
    }
    if case .failed(_, _, let problem) = report { problems(problem) }
    if let message { message.handler?(message.1) }
  }
}
