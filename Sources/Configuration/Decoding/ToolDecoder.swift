import Actions
import OrderedCollections
import Tools

/// Turns the entries of `tools` into values and reports what does not fit together in them.
struct ToolDecoder {
  let lines: LineTable
  let policies: PolicyDecoder

  func tools(_ root: YAMLNode, _ problems: inout ProblemList) -> [Configuration.Tool] {
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
      guard let tool = tool(node, path: ShapeChecker.elementPath("tools", node, index), &problems) else { continue }
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

  private func tool(_ node: YAMLNode, path: String, _ problems: inout ProblemList) -> Configuration.Tool? {
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
    let phraseNodes = (node["phrases"]?.list ?? []).filter { $0.text != nil }
    let action = node["action"].flatMap {
      ActionDecoder(path: path + ".action", arguments: arguments, lines: lines).action($0, &problems)
    }
    guard let action, schema != nil, name != nil else { return nil }
    return Configuration.Tool(
      definition: definition, spoken: spoken, phrases: phraseNodes.compactMap(\.text), action: action, policy: policy,
      reply: node["reply"]?.text)
  }

  private func checkSchema(
    _ definition: ToolDefinition, _ node: YAMLNode, _ path: String, isNamed: Bool, _ problems: inout ProblemList
  ) -> JSONSchema? {
    do throws(ToolsError) {
      return try definition.compiledParameters()
    } catch {
      // The shape has reported a wrong name or description already.
      guard let pointer = error.pointer, pointer.hasPrefix("/parameters") else { return nil }
      let remedy = error.remedy.isEmpty ? "" : "; " + Self.clause(error.remedy)
      let place = pointer == "/parameters" ? "" : " (at \(pointer.dropFirst("/parameters".count)))"
      problems.report(
        node.nearest(toPointer: pointer).origin, "\(path).parameters: \(error.what)\(place)\(remedy)")
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
  ) -> Configuration.Tool.Spoken {
    var spoken: Configuration.Tool.Spoken = [:]
    for entry in node["spoken"]?.entries ?? [] {
      guard
        let argument = arguments.require(
          entry.key, entry.keyOrigin, path: path + ".spoken", isNeeded: false, &problems)
      else { continue }
      guard let values = argument.texts else {
        problems.report(
          entry.keyOrigin, "\(path).spoken.\(entry.key): only an argument with an enum of texts has values to speak")
        continue
      }
      var words: OrderedDictionary<String, [String]> = [:]
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
