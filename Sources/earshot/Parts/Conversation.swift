import Actions
import Assistant
import Audio
import Configuration
import OperatingSystem
import SoundCards
import Speech

/// One session with ears and, where there is one, a voice: what `run`, `ask`, `demo` and `bench` have in common.
struct Conversation {
  let session: AssistantSession
  let voice: PipelineVoice?
  private let loop: ListenLoop
  private let thread: PlainThread
  private let keeper: TurnKeeper?
  private let button: Task<Void, Never>?
  private let ducking: MusicDucking?

  /// Starts source, sink and listen loop. The caller runs ``session`` and then ``stop()``s.
  init(
    house: House, model: AnsweringModel? = nil, source: any AudioSource, manner: ListenLoop.Manner,
    sink: (any AudioSink)?, log: any TurnLog,
    meter: (@Sendable (ListenLoop.Meter) -> Void)? = nil, observer: @escaping @Sendable (SessionEvent) -> Void
  ) throws {
    let told = observer
    let ducking = MusicDucking(house.configuration.audio) { told(.error(code: "ducking", message: $0.description)) }
    self.ducking = ducking
    let observer: @Sendable (SessionEvent) -> Void = { event in
      ducking?.take(event)
      told(event)
    }
    var ears = try Ears.make(house.configuration, phrases: house.phrases)
    ears.ownVoice = Ears.ownVoice(house.configuration, source: source, sink: sink)
    let canBeInterrupted = house.configuration.turns.canBeInterrupted && ears.ownVoice != nil
    voice = try sink.map { sink in
      PipelineVoice(
        synthesiser: try Voices.make(house.configuration.speech), sink: sink,
        earcons: Set(house.configuration.audio.earcons.compactMap { Earcon(rawValue: $0.rawValue) })
      ) { problem in
        observer(.error(code: "speech", message: problem.description))
      }
    }
    var limits = Session.Limits()
    limits.confirmation = house.configuration.turns.confirmation
    limits.afterWake = house.configuration.wake.wait
    limits.followUp = house.configuration.wake.followUp
    limits.listening = house.configuration.turns.maximumTurn + .seconds(5)
    let session = AssistantSession(
      parts: house.parts(model: model, voice: voice, log: log, canBeInterrupted: canBeInterrupted), limits: limits,
      observer: observer)
    self.session = session
    try sink?.start()
    try voice?.start()
    try source.start()
    keeper = house.configuration.transcription.keptTurnsFolder.map { TurnKeeper(folder: $0, listener: session) }
    let loop = ListenLoop(source: source, manner: manner, listener: keeper ?? session, meter: meter)
    self.loop = loop
    ears.spotter = try house.configuration.wake.spotterFolder.map { try Spotters.make($0, calling: loop) }
    let heard = ears
    if let timers = house.hardware.timers {
      Task {
        await timers.start { rung in
          session.send(
            .step(.rang(Alarm(label: rung.timer.label, length: rung.timer.length, late: rung.late))))
        }
      }
    }
    // Ends in `stop()`.
    button = house.button.map { button in
      Task {
        await button.run(
          press: { loop.take(.press) }, release: { loop.take(.release) },
          report: { observer(.error(code: "button", message: $0.description)) })
      }
    }
    thread = try startThread("listen") {
      loop.run(with: heard)
      session.send(.end)
    }
  }

  /// How often the listen loop has gone round; stands still where it hangs.
  var listeningRounds: Int { loop.rounds }

  /// Ends the listen loop; the session then ends by itself.
  func finish() { loop.stop() }

  /// Joins the threads. The source and the sink are their owners' to stop.
  func stop() {
    button?.cancel()
    loop.stop()
    thread.join()
    keeper?.finish()
    ducking?.end()
    voice?.stop()
  }
}
