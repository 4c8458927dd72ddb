import ArgumentParser
import Tools

struct BenchAudio: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audio",
    abstract: "The audio path: what its steps cost, and whether capture loses anything while the cores are busy.",
    discussion: """
      First the time of each step for one unit of sound, the median of many. Then a microphone is captured while as many \
      threads as there are cores do nothing but count, and what was lost is counted.

        earshot bench audio
        earshot bench audio --seconds 600 --busy 2
        earshot bench audio --capture hw:CARD=Headset --seconds 60
      """)

  @Option(help: "How long to capture, in seconds.") var seconds = 30
  @Option(help: "Threads that keep cores busy meanwhile. Default: one for each core.") var busy: Int?
  @Option(help: ArgumentHelp("Capture PCM instead of the virtual card.", valueName: "PCM")) var capture: String?
  @Flag(help: "One JSON object.") var json = false

  func validate() throws {
    guard (1...86_400).contains(seconds) else { throw ValidationError("--seconds must be between 1 and 86400") }
    guard (0...256).contains(busy ?? 0) else { throw ValidationError("--busy must be between 0 and 256") }
  }

  func run() async throws {
    let steps = try AudioStep.measureAll()
    let room = try capture.map { try Room.real(capture: $0, playback: "default", mouth: "default") } ?? Room.virtual()
    let load = try BusyThreads(busy ?? processorCount())
    defer { load.stop() }
    let take = try CaptureTake(of: room.source, for: .seconds(seconds))
    let report = AudioReport(steps: steps, take: take, busy: load.count, room: room.description)
    out(json ? JSONValue.object(report.json).text() : report.text)
  }
}
