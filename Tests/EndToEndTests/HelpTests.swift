import ArgumentParser
import Glibc
import TestSupport
import Testing

@testable import earshot

@Suite struct HelpTests {
  /// Run the tests with EARSHOT_UPDATE_GOLDEN=1 after changing a text, and read the difference.
  @Test func theHelpTextsAreAsTheyWereAgreed() throws {
    let text = Self.allCommands.map { command in
      "== earshot \(command._commandName)\n\n" + Earshot.helpMessage(for: command, columns: 100) + "\n"
    }.joined(separator: "\n")
    let path = #filePath.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 } + "/Golden/help.txt"
    if unsafe getenv("EARSHOT_UPDATE_GOLDEN") != nil { try writeFile(path, text) }
    #expect(text == (try readText(path)))
  }

  @Test func everyCommandExplainsItself() {
    for command in Self.allCommands {
      #expect(command.configuration.abstract.hasSuffix("."), "\(command._commandName)")
    }
  }

  private static let allCommands: [any ParsableCommand.Type] = {
    var all: [any ParsableCommand.Type] = []
    func add(_ command: any ParsableCommand.Type) {
      all.append(command)
      for group in command.configuration.groupedSubcommands { group.subcommands.forEach(add) }
      for subcommand in command.configuration.ungroupedSubcommands { add(subcommand) }
    }
    add(Earshot.self)
    return all
  }()

  private func readText(_ path: String) throws -> String {
    let descriptor = unsafe open(path, O_RDONLY)
    guard descriptor >= 0 else { throw SystemFailure(path: path, number: errno) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
