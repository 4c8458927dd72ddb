import Actions
import Configuration
import Synchronization

/// What a house tells its language model about itself with every turn: the room, and what is switched on.
struct Situation: Sendable {
  private let room: String?
  private let outputs: [(name: String, line: GPIOLineIdentity)]
  private let board: any GPIOBoard

  /// At most so many things that are on are told; each takes some tokens of every turn.
  private static let limit = 16

  /// Knows the lines that tools of this configuration switch and leave switched. The tools have been registered.
  init(_ configuration: Configuration, board: any GPIOBoard) {
    self.board = board
    room = configuration.room
    var outputs: [(name: String, line: GPIOLineIdentity)] = []
    for tool in configuration.tools {
      guard case .gpio(let action) = tool.action else { continue }
      switch action.operation {
      case .set, .toggle: break
      case .pulse, .blink, .read, .waitForEdge: continue
      }
      for line in configuration.lines where action.line.addresses.contains(line.address) {
        guard let identity = try? board.identify(line.address), !outputs.contains(where: { $0.line == identity }) else {
          continue
        }
        outputs.append((line.name.split(separator: "_").joined(separator: " "), identity))
      }
    }
    self.outputs = outputs
  }

  /// In sentences as the model in the box was trained with; empty where there is nothing to tell. Any thread.
  func text() -> String {
    var sentences: [String] = []
    if let room { sentences.append("The last thing said was in the \(room).") }
    for output in outputs where (try? board.value(of: output.line)) == true && sentences.count < Self.limit {
      sentences.append("The \(output.name) is on.")
    }
    return sentences.joined(separator: " ")
  }
}
