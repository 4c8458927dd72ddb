import ArgumentParser
import Glibc
import Inference
import Tools

/// `--messages` and `--tools`: files in OpenAI's chat-completions JSON.
struct ConversationFiles: ParsableArguments {
  @Option(help: ArgumentHelp("Messages in OpenAI's JSON; - is standard input.", valueName: "file")) var messages:
    String?
  @Option(help: ArgumentHelp("Tools on offer, as OpenAI function definitions.", valueName: "file")) var tools: String?

  func readMessages() throws -> [ChatMessage]? {
    guard let messages else { return nil }
    let value = try Self.json(messages)
    // A whole request is good as well.
    return try Self.naming(messages) { try ChatMessage.list(openAI: value["messages"] ?? value) }
  }

  func readTools() throws -> [ToolDefinition] {
    guard let tools else { return [] }
    let value = try Self.json(tools)
    return try Self.naming(tools) { try ToolDefinition.list(openAI: value["tools"] ?? value) }
  }

  private static func naming<Result>(_ path: String, _ read: () throws -> Result) throws -> Result {
    do { return try read() } catch let error as InferenceError {
      throw CommandFailure(status: .badData, description: "\(path): \(error)")
    }
  }

  private static func json(_ path: String) throws -> JSONValue {
    let bytes = try path == "-" ? readStandardInput() : readFile(path)
    do { return try JSONValue(parsing: bytes) } catch {
      throw CommandFailure(status: .badData, description: "\(path): \(error)")
    }
  }
}

/// At most this much of a file or of standard input is read.
private let maximumInput = 16 << 20

/// All of standard input.
func readStandardInput() throws -> [UInt8] { try readAll(STDIN_FILENO, "standard input") }

/// A small file.
func readFile(_ path: String) throws -> [UInt8] {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    let failure = SystemFailure(path: path, number: errno)
    throw CommandFailure(status: errno == EACCES ? .notPermitted : .noInput, description: "\(failure)")
  }
  defer { close(descriptor) }
  return try readAll(descriptor, path)
}

private func readAll(_ descriptor: Int32, _ name: String) throws -> [UInt8] {
  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 1 << 16)
  while true {
    let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else {
      throw CommandFailure(status: .noInput, description: "\(SystemFailure(path: name, number: errno))")
    }
    if count == 0 { return bytes }
    bytes += chunk[..<count]
    guard bytes.count <= maximumInput else {
      throw CommandFailure(status: .badData, description: "\(name) is longer than \(maximumInput >> 20) MiB")
    }
  }
}
