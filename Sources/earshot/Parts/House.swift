import Actions
import Assistant
import Configuration
import Journal
import OrderedCollections
import Phrases
import Tools

/// Everything of a configuration that is neither ears nor voice: tools, phrases, hardware, journal.
struct House: Sendable {
  let configuration: Configuration
  let phrases: PhraseSet
  let runner: ActionRunner
  let button: TalkButton?
  let hardware: ActionHardware
  /// The board where it is simulated, so that somebody can look on.
  let simulated: SimulatedBoard?
  let wording: ConfiguredWording
  private let situation: Situation

  /// Registers the tools of a checked configuration, which takes their lines and puts them into their safe state.
  ///
  /// - Parameters:
  ///   - isSimulated: nothing moves, whatever the configuration says.
  ///   - log: where actions are written down.
  ///   - timers: nil where nobody stays to ring them.
  /// - Throws: ``CommandFailure`` with everything that is wrong.
  init(_ loaded: LoadedConfiguration, isSimulated: Bool = false, log: any ActionLog, timers: TimerKeeper? = nil)
    async throws
  {
    let configuration = loaded.configuration
    self.configuration = configuration
    phrases = loaded.phrases
    wording = ConfiguredWording(configuration, phrases: loaded.phrases)
    var hardware: ActionHardware
    if isSimulated || configuration.board == .simulated {
      let board = SimulatedBoard()
      simulated = board
      hardware = .simulated(board)
    } else {
      simulated = nil
      hardware = .real()
    }
    hardware.timers = timers
    self.hardware = hardware
    runner = ActionRunner(hardware: hardware, log: log)
    var problems = await runner.register(configuration.actionTools)
    do throws(ActionError) {
      let board = hardware.board
      button = try configuration.wake.button.map { line throws(ActionError) in
        try TalkButton(line.address, settings: line.settings, on: board)
      }
    } catch {
      button = nil
      problems.append(error)
    }
    situation = Situation(configuration, board: hardware.board)
    guard problems.isEmpty else {
      _ = await runner.shutDown()
      throw CommandFailure(
        status: problems.contains { $0.code == .permissionDenied } ? .notPermitted : .unavailable,
        description: problems.map(\.description).joined(separator: "\n"))
    }
  }

  /// The parts of a session in this house.
  func parts(
    model: AnsweringModel? = nil, voice: (any ReplyVoice)?, log: any TurnLog, canBeInterrupted: Bool = false
  ) -> SessionParts {
    var model = model
    if let told = model?.situation {
      model?.situation = { [situation] in [told(), situation.text()].filter { !$0.isEmpty }.joined(separator: " ") }
    }
    return SessionParts(
      interpreter: PhraseInterpreter(phrases: phrases),
      hands: RunnerHands(runner: runner, tools: configuration.actionTools, offered: configuration.modelTools),
      wording: wording, model: model, voice: voice, log: log, needsWake: configuration.wake.isNeeded,
      canBeInterrupted: canBeInterrupted,
      wordedTools: Set(configuration.tools.filter { $0.reply != nil }.map(\.definition.name)))
  }
}

extension Configuration {
  /// The tools as the runner takes them.
  fileprivate var actionTools: [ActionTool] {
    tools.map { ActionTool(definition: $0.definition, action: $0.action, policy: $0.policy) }
  }
}

/// Takes note of nothing.
struct NoTurnLog: TurnLog {
  func record(_ turn: FinishedTurn) {}
}
