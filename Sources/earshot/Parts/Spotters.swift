import Assistant
import Glibc
import WorkerProcess

/// Makes the keyword spotter that the configuration names.
enum Spotters {
  /// A spotter in a worker, started; what it hears goes to `loop`.
  /// - Throws: ``CommandFailure``.
  static func make(_ folder: String, calling loop: ListenLoop) throws -> any KeywordSpotter {
    do {
      // The loop is the one that feeds it, and ends before it.
      let spotter = try WorkerKeywordSpotter(
        model: try ModelFolder(folder).keywordSpotter(),
        onTrouble: { note("wake.spotter: \($0) The names in it are not heard meanwhile.") },
        onKeyword: { [weak loop] keyword in loop?.take(.name(spoken(keyword.text))) })
      try spotter.start()
      return spotter
    } catch {
      throw CommandFailure(making: error)
    }
  }

  /// What is said for each line of the folder's keywords.txt: its `@NAME`, or its tokens.
  static func names(in folder: String) throws -> [String] {
    let path = folder + "/keywords.txt"
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CommandFailure(
        status: .noInput,
        description: "wake.spotter: \(SystemFailure(path: path, number: errno)). It has a line for each name.")
    }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    return names(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self))
  }

  static func names(_ text: String) -> [String] {
    text.split(whereSeparator: \.isNewline).compactMap { line in
      if let at = line.lastIndex(of: "@") { return spoken(String(line[line.index(after: at)...])) }
      // Boosts (:1.5) and thresholds (#0.3) stand behind the tokens, whose words begin with a bar.
      let tokens = line.split(separator: " ").filter { $0.first != ":" && $0.first != "#" }
      return spoken(tokens.joined().map { $0 == "▁" ? " " : String($0) }.joined())
    }.filter { !$0.isEmpty }
  }

  /// `HEY_HOUSE` as it is said.
  private static func spoken(_ name: String) -> String {
    name.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "'" }.joined(separator: " ")
  }
}
