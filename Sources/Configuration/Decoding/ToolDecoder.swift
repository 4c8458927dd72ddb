import Actions
import Phrases
import Tools

/// Turns the entries of `tools` into values and reports what does not fit together in them.
struct ToolDecoder {
  let lines: LineTable
  let policies: PolicyDecoder
  /// What is said of each tool whose schema is good, with its place in the list: phrases are checked even where the
  /// action is wrong, so that everything is told at once.
  private(set) var phraseTools: [(tool: PhraseTool, index: Int)] = []

  init(lines: LineTable, policies: PolicyDecoder) {
    self.lines = lines
    self.policies = policies
  }

  mutating func tools(_ root: YAMLNode, _ problems: inout ProblemList) -> [Configuration.Tool] {
    var tools: [Configuration.Tool] = []
    var names: [String: ConfigurationOrigin] = [:]
    var channels: [PWMChannel: PWMAction] = [:]
    for (index, node) in (root["tools"]?.list ?? []).enumerated() where node.entries != nil {
      let definitionNode = node["function"] ?? node
      if let nameNode = definitionNode["name"], let name = nameNode.text {
        if let first = names.updateValue(nameNode.origin, forKey: name) {
          names[name] = first
          let place = if case .file(let line, _) = first { " in line \(line)" } else { "" }
          problems.report(nameNode.origin, "the tool \(Quoting.shortened(name)) stands twice; the first is\(place)")
        }
      }
      guard let tool = tool(node, index: index, &problems) else { continue }
      if case .pwm(let action) = tool.action {
        let channel = PWMChannel(chip: action.chip, number: action.channel)
        if let other = channels.updateValue(action, forKey: channel), !other.sharesChannel(with: action) {
          problems.report(
            node["action"]?["pwm"]?.origin ?? node.origin,
            "\(ShapeChecker.elementPath("tools", node, index)).action.pwm: another tool uses channel \(action.channel) of \(action.chip) with another "
              + "frequency_hz, polarity or safe_percent")
        }
      }
      tools.append(tool)
    }
    return tools
  }

  private struct PWMChannel: Hashable {
    var chip: String
    var number: Int
  }

  private mutating func tool(_ node: YAMLNode, index: Int, _ problems: inout ProblemList) -> Configuration.Tool? {
    let path = ShapeChecker.elementPath("tools", node, index)
    let definitionNode = node["function"] ?? node
    if node["function"] != nil {
      for entry in node.entries ?? [] where ["name", "description", "parameters", "strict"].contains(entry.key) {
        problems.report(entry.keyOrigin, "\(path).\(entry.key) belongs into function, as OpenAI's form has it")
      }
    }
    let name = definitionNode["name"]?.text
    if node["function"] != nil, name == nil {
      problems.report(definitionNode.origin, "\(path).function lacks \"name\"")
    }
    let definition = ToolDefinition(
      name: name ?? "tool", description: definitionNode["description"]?.text ?? "",
      parameters: definitionNode["parameters"]?.json ?? ToolDefinition.noParameters)
    let schema = checkSchema(definition, definitionNode, path, isNamed: name != nil, &problems)
    let arguments = ArgumentTable(toolName: definition.name, parameters: definition.parameters)
    let spoken = spoken(node, path, arguments, &problems)
    let policy = policies.policy(node, path: path, arguments: arguments, &problems)
    let reply = reply(node, definition, path, &problems)
    let action = node["action"].flatMap {
      ActionDecoder(path: path + ".action", arguments: arguments, lines: lines).action($0, &problems)
    }
    guard schema != nil, name != nil else { return nil }
    let phrases = phrases(node)
    phraseTools.append((PhraseTool(tool: definition, phrases: phrases, spoken: spoken), index))
    guard let action else { return nil }
    return Configuration.Tool(
      definition: definition, phrases: phrases, spoken: spoken, action: action, policy: policy, reply: reply,
      isForModel: SectionReader(node, ToolShapes.tool).boolean("model"))
  }

  private func phrases(_ node: YAMLNode) -> [Phrase] {
    (node["phrases"]?.list ?? []).compactMap { node in
      guard let text = (node["say"] ?? node).text else { return nil }
      return Phrase(text, fixed: node["with"]?.json.objectValue ?? [:])
    }
  }

  private func reply(
    _ node: YAMLNode, _ definition: ToolDefinition, _ path: String, _ problems: inout ProblemList
  ) -> ReplyTemplate? {
    guard let reply = node["reply"], let text = reply.text else { return nil }
    do throws(PhraseProblem) {
      return try ReplyTemplate(text, for: definition)
    } catch {
      problems.report(reply.origin(ofScalar: error.column), "\(path).reply: \(Self.sentence(error.text, error.remedy))")
      return nil
    }
  }

  /// A reason and what to do about it, as one line.
  static func sentence(_ text: String, _ remedy: String) -> String {
    remedy.isEmpty ? text : text + "; " + clause(remedy)
  }

  private func checkSchema(
    _ definition: ToolDefinition, _ node: YAMLNode, _ path: String, isNamed: Bool, _ problems: inout ProblemList
  ) -> JSONSchema? {
    do throws(ToolsError) {
      return try definition.compiledParameters()
    } catch {
      // The shape has reported a wrong name or description already.
      guard let pointer = error.pointer, pointer.hasPrefix("/parameters") else { return nil }
      let place = pointer == "/parameters" ? "" : " (at \(pointer.dropFirst("/parameters".count)))"
      problems.report(
        node.nearest(toPointer: pointer).origin,
        "\(path).parameters: \(Self.sentence(error.what + place, error.remedy))")
      return nil
    }
  }

  /// A sentence as the end of another.
  private static func clause(_ sentence: String) -> String {
    var text = sentence
    if text.hasSuffix(".") { text.removeLast() }
    guard let first = text.first else { return text }
    return first.lowercased() + text.dropFirst()
  }

  private func spoken(
    _ node: YAMLNode, _ path: String, _ arguments: ArgumentTable, _ problems: inout ProblemList
  ) -> [String: [String: [String]]] {
    var spoken: [String: [String: [String]]] = [:]
    for entry in node["spoken"]?.entries ?? [] {
      guard
        let argument = arguments.require(
          entry.key, entry.keyOrigin, path: path + ".spoken", isNeeded: false, &problems)
      else { continue }
      guard let values = argument.spokenValues else {
        problems.report(
          entry.keyOrigin,
          "\(path).spoken.\(entry.key): only a boolean, or an argument with an enum, has values to speak")
        continue
      }
      var words: [String: [String]] = [:]
      for value in entry.value.entries ?? [] {
        if values.contains(value.key) {
          words[value.key] = value.value.text.map { [$0] } ?? value.value.list?.compactMap(\.text) ?? []
        } else {
          let hint = NearestName.of(value.key, in: values).map { "; did you mean \"\($0)\"?" } ?? ""
          problems.report(
            value.keyOrigin, "\(path).spoken.\(entry.key): \"\(Quoting.shortened(value.key))\" is no value of it\(hint)"
          )
        }
      }
      spoken[entry.key] = words
    }
    return spoken
  }
}

extension PWMAction {
  /// Whether both can be done on one channel without setting it up anew.
  fileprivate func sharesChannel(with other: PWMAction) -> Bool {
    periodNanoseconds == other.periodNanoseconds && polarity == other.polarity && safeDuty == other.safeDuty
  }
}
