import Actions
import Assistant
import Audio
import AudioCapture
import AudioPlayback
import CLinux
import Configuration
import Logging
import OrderedCollections
import SoundCards
import Synchronization
import Tools

/// The service: a house, a microphone, a loudspeaker and one session, until somebody ends it.
struct Daemon {
  private let loaded: LoadedConfiguration
  private let configuration: Configuration
  let isSimulated: Bool
  let printsEvents: Bool
  private let logger = Logger(label: "earshot")

  init(loaded: LoadedConfiguration, isSimulated: Bool, printsEvents: Bool) {
    self.loaded = loaded
    configuration = loaded.configuration
    self.isSimulated = isSimulated
    self.printsEvents = printsEvents
  }

  func run() async throws {
    for warning in loaded.warnings { logger.warning("\(warning.text)") }
    let notifier = ServiceNotifier(environment: processEnvironment())
    let journal = try await Journals.open(configuration.journal)
    let house = try await House(
      loaded, isSimulated: isSimulated, log: journal.actionLog, timers: TimerKeeper(store: journal.timerStore))
    let model = try await LanguageModels.make(configuration) { [logger] in logger.warning("\($0)") }
    let source = MicrophoneSource(
      device: configuration.audio.capture, channel: configuration.audio.channel, period: configuration.audio.period)
    let sink = try openLoudspeaker()
    let conversation = try opening(source.name) {
      try Conversation(
        house: house, model: model, source: source, manner: .live, sink: sink, log: journal.turnLog,
        observer: observer())
    }
    tellStart(of: house, source)
    notifier.ready(status: "listening to \(source.name)")

    await withTaskGroup { group in
      group.addTask { await conversation.session.run() }
      group.addTask { await watch(conversation, source, sink, notifier) }
      group.addTask { await Signals.wait() }
      await group.next()
      notifier.stopping()
      logger.notice("ending")
      conversation.finish()
      group.cancelAll()
    }
    conversation.stop()
    source.stop()
    sink.stop()
    for problem in await house.runner.shutDown() { logger.error("\(problem)") }
    await journal.flush()
  }

  /// A house without a loudspeaker still obeys: it acts silently, and speaks once the loudspeaker is there.
  private func openLoudspeaker() throws -> LoudspeakerSink {
    let sink = LoudspeakerSink(device: configuration.audio.playback)
    do { try sink.start() } catch {
      logger.error("\(error) Replies are silent until it is there.")
      try sink.startWaiting()
    }
    return sink
  }

  private func tellStart(of house: House, _ source: MicrophoneSource) {
    let board = house.hardware.board.isSimulated ? "a simulated board: nothing is switched" : "this machine's GPIO"
    logger.notice(
      "listening to \(source.name) (\(source.format.map { "\($0)" } ?? "")), \(configuration.tools.count) tools on \(board)"
    )
  }

  /// What was said stays out of the log; what happened goes in.
  private func observer() -> @Sendable (SessionEvent) -> Void {
    let printer = printsEvents ? EventPrinter(json: true) : nil
    return { [logger] event in
      printer?.print(event)
      switch event {
      case .toolCall(let call): logger.info("calling \(call.name)", metadata: ["by": "\(call.origin.rawValue)"])
      case .toolResult(let result):
        if result.isSuccess {
          logger.info("called \(result.name)")
        } else {
          logger.error("\(result.name) failed: \(result.output["error"]?.stringValue ?? "no reason given")")
        }
      case .turn(let outcome, let latency):
        logger.info("turn \(outcome.rawValue)", metadata: latency.logMetadata)
      case .error(let code, let message): logger.error("\(code): \(message)")
      case .stateChanged(let state): logger.debug("state \(state)")
      case .wake(let word, let score, _): logger.debug("called \(word)", metadata: ["score": "\(score)"])
      case .overlap(let overlap): logger.debug("reply \(overlap.rawValue)")
      case .speechStarted, .partial, .speechStopped, .transcript, .reply, .spoken: break
      }
    }
  }

  /// Says what the real-time threads may not say themselves, and feeds systemd's watchdog.
  private func watch(
    _ conversation: Conversation, _ source: MicrophoneSource, _ sink: LoudspeakerSink, _ notifier: ServiceNotifier
  ) async {
    var rounds = -1
    var turns = 0
    var reporter = DeviceReporter(logger: logger)
    let interval = min(.seconds(1), notifier.watchdogInterval ?? .seconds(1))
    while !Task.isCancelled {
      reporter.report(source.counters, of: source.name, problem: source.problem?.description)
      reporter.report(sink.counters, of: sink.name)
      // A hop to the session that hangs never comes back, and a listen loop that hangs stands still: either way the
      // watchdog is not fed.
      let finished = await conversation.session.finishedTurns
      if conversation.listeningRounds != rounds { notifier.watchdog() }
      rounds = conversation.listeningRounds
      // A reply took memory for its lattice and its samples; on a small board others want it back.
      if finished != turns, conversation.session.isListening {
        clx_trim_heaps()
        turns = finished
      }
      do { try await Task.sleep(for: interval) } catch { return }
    }
  }
}

extension TurnLatency {
  fileprivate var logMetadata: Logger.Metadata {
    var metadata: Logger.Metadata = [:]
    for (key, value) in json { metadata[key + "_ms"] = "\(value.text())" }
    return metadata
  }
}
