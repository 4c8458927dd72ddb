import Actions
import Configuration
import Glibc
import Phrases
import SoundCards
import Speech
import Tools
import Transcription
import TurnDetection

/// What `earshot doctor` looks at, one after another, each printed with its remedy.
struct Examination {
  let terminal: Terminal

  private struct Finding: Error {
    var problem: String
  }

  /// Returns how many problems were found.
  func run(_ options: ConfigurationOptions) async -> Int {
    var problems = 0
    func check(_ name: String, _ body: () async throws -> String) async {
      do {
        out("\(terminal.green("ok"))    \(name): \(try await body())")
      } catch {
        problems += 1
        out("\(terminal.red("WRONG")) \(name): \((error as? Finding)?.problem ?? "\(error)")")
      }
    }

    var loaded: LoadedConfiguration?
    await check("configuration") {
      let configuration = try options.load()
      loaded = configuration
      return "\(options.path ?? "defaults"), \(configuration.configuration.tools.count) tools"
    }
    await check("voice activity weights") {
      guard let path = ResourceFiles.locate(Ears.weights) else {
        throw Finding(problem: "\(Ears.weights) is not there. Run make setup, or reinstall.")
      }
      _ = try SileroVAD(weights: path)
      return path
    }
    await check("recogniser in the box") {
      let path = PhraseModels.defaultModelFolder
      guard unsafe access(path, R_OK) == 0 else {
        throw Finding(problem: "\(path) is not there. Install pocketsphinx-en-us.")
      }
      return path
    }
    await check("real-time priority", realTimePriority)
    guard let configuration = loaded?.configuration else { return problems }
    await check("microphone") { try open(configuration.audio.capture, .capture) }
    await check("loudspeaker") { try open(configuration.audio.playback, .playback) }
    await check("voice") { try Voices.make(configuration.speech).name }
    if configuration.model.file != nil || configuration.model.server != nil {
      await check("language model") { try await LanguageModels.examine(configuration).joined(separator: "; ") }
    }
    if configuration.board == .real {
      await check("GPIO") { try lines(of: configuration) }
    } else {
      out("\(terminal.yellow("note"))  GPIO: the board is simulated; nothing is switched")
    }
    for tool in configuration.tools {
      let wrong = ActionTool(definition: tool.definition, action: tool.action, policy: tool.policy).problems()
      for problem in wrong { await check("tool \(tool.name)") { throw Finding(problem: problem.description) } }
    }
    return problems
  }

  private func open(_ name: String, _ direction: PCMDirection) throws -> String {
    let device = try PCMDevice(name: name, direction: direction)
    return "\(name), \(device.format)"
  }

  private func lines(of configuration: Configuration) throws -> String {
    guard !configuration.lines.isEmpty else { return "no line is configured" }
    let board = KernelGPIOBoard()
    var wrong: [String] = []
    for line in configuration.lines {
      do { _ = try board.identify(line.address) } catch { wrong.append("\(line.name): \(error)") }
    }
    guard wrong.isEmpty else { throw Finding(problem: wrong.joined(separator: "\n      ")) }
    return "\(configuration.lines.count) lines found"
  }

  private func realTimePriority() async throws -> String {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(__RLIMIT_RTPRIO.rawValue), &limit)
    if geteuid() == 0 { return "permitted (root)" }
    guard limit.rlim_cur >= UInt(RealTimeThread.priority) else {
      throw Finding(
        problem: """
          RLIMIT_RTPRIO is \(limit.rlim_cur), the audio threads want \(RealTimeThread.priority). The systemd unit sets it; \
          for a shell add "@audio - rtprio 95" to /etc/security/limits.d/audio.conf and log in again.
          """)
    }
    return "permitted up to \(limit.rlim_cur)"
  }
}
