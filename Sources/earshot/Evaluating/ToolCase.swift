import Inference
import Tools

/// One question to a model and the calls that it should answer with.
struct ToolCase: Sendable {
  /// Lines that are longer are refused.
  static let maximumLine = 1 << 20
  /// Files with more are refused.
  static let maximumCases = 100_000

  struct Call: Sendable {
    var name: String
    var arguments: JSONObject
  }

  var id: String
  var tools: [ToolDefinition]
  var messages: [ChatMessage]
  /// In order; empty: nothing may be called.
  var expected: [Call]
  /// Arguments that may have any value.
  var any: Set<String>

  /// Reads a file of cases, one JSON object a line; empty lines are skipped.
  /// - Parameter name: what to call the file in errors.
  /// - Throws: ``CommandFailure`` with the line's number.
  static func list(_ bytes: [UInt8], name: String) throws -> [ToolCase] {
    var cases: [ToolCase] = []
    var seen: Set<String> = []
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      guard line.contains(where: { $0 > 0x20 }) else { continue }
      let fail: (String) -> CommandFailure = { reason in
        CommandFailure(status: .badData, description: "\(name), line \(index + 1): \(reason)")
      }
      guard line.count <= maximumLine else { throw fail("the line is longer than \(maximumLine >> 10) KiB") }
      do {
        let one = try ToolCase(try JSONValue(parsing: Array(line)), number: index + 1)
        guard seen.insert(one.id).inserted else { throw fail("there is another case with the id \(one.id)") }
        cases.append(one)
      } catch let failure as CommandFailure {
        throw failure
      } catch let problem as Problem {
        throw fail(problem.reason)
      } catch {
        throw fail("\(error)")
      }
      guard cases.count <= maximumCases else { throw fail("there are more than \(maximumCases) cases") }
    }
    guard !cases.isEmpty else {
      throw CommandFailure(
        status: .badData, description: "\(name): there is no case in it; docs/evaluation.md shows what one looks like")
    }
    return cases
  }

  private struct Problem: Error { var reason: String }

  private init(_ value: JSONValue, number: Int) throws {
    guard case .object(let keys) = value else { throw Problem(reason: "a case is an object, not \(value.typeName)") }
    let known: Set<String> = ["id", "tools", "messages", "expected", "any"]
    if let key = keys.keys.first(where: { !known.contains($0) }) {
      throw Problem(reason: "there is no key \(key); a case has id, tools, messages, expected and any")
    }
    switch keys["id"] {
    case nil: id = "\(number)"
    case .string(let text)?: id = text
    default: throw Problem(reason: "id is not a string")
    }
    tools = try ToolDefinition.list(openAI: keys["tools"] ?? [])
    guard let asked = keys["messages"] else { throw Problem(reason: "messages are missing") }
    messages = try ChatMessage.list(openAI: asked)
    switch messages.last {
    case .user?, .tool?: break
    default: throw Problem(reason: "the last message is not the user's or a tool's: there is nothing to answer")
    }
    guard let list = keys["expected"]?.arrayValue else {
      throw Problem(reason: "expected is not a list of calls; an empty list says that nothing may be called")
    }
    let names = Set(tools.map(\.name))
    expected = try list.map { call in
      guard let name = call["name"]?.stringValue, let arguments = (call["arguments"] ?? [:]).objectValue else {
        throw Problem(reason: "an expected call is not {\"name\": …, \"arguments\": {…}}")
      }
      guard names.contains(name) else { throw Problem(reason: "the expected tool \(name) is not among the tools") }
      return Call(name: name, arguments: arguments)
    }
    guard let free = (keys["any"] ?? []).arrayValue?.map(\.stringValue), !free.contains(nil) else {
      throw Problem(reason: "any is not a list of names of arguments")
    }
    any = Set(free.compactMap { $0 })
  }
}
