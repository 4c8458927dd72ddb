import Tools

/// Compiles tools one after another and gathers what is wrong with them.
struct PhraseCompiler {
  private(set) var problems: [PhraseProblem] = []
  private(set) var templates: [CompiledTemplate] = []
  private(set) var types: [CompiledType] = []
  private(set) var wordIDs: [String: Int32] = [:]
  private var typeIndices: [TypeKey: Int] = [:]

  private struct TypeKey: Hashable {
    var tool: Int
    var parameter: String
    var content: TemplateSlot.Content
  }

  mutating func compile(_ tools: [PhraseTool]) {
    for (index, tool) in tools.enumerated() { compile(tool, at: index) }
  }

  private mutating func compile(_ tool: PhraseTool, at index: Int) {
    let schema: JSONSchema
    do {
      schema = try tool.tool.compiledParameters()
    } catch {
      problems.append(
        .init(severity: .error, code: .invalidTool, tool: index, text: error.what, remedy: error.remedy))
      return
    }
    let resolver = SlotTypeResolver(tool: tool, schema: schema)
    checkSpoken(tool, resolver, at: index)
    for (template, phrase) in tool.phrases.enumerated() {
      do {
        var compiled = try compile(phrase, tool, index, resolver, schema)
        compiled.template = template
        templates.append(compiled)
      } catch {
        var problem = error
        problem.tool = index
        problem.template = template
        problems.append(problem)
      }
    }
  }

  /// Spoken forms must name parameters and values that exist.
  private mutating func checkSpoken(_ tool: PhraseTool, _ resolver: SlotTypeResolver, at index: Int) {
    func add(_ text: String, _ remedy: String) {
      problems.append(.init(severity: .error, code: .unfitArgument, tool: index, text: text, remedy: remedy))
    }
    let parameters = tool.tool.parameters["properties"]?.objectValue.map { Array($0.keys) } ?? []
    for (parameter, values) in tool.spoken.sorted(by: { $0.key < $1.key }) {
      guard let property = resolver.property(parameter) else {
        let hint = NearestName.of(parameter, in: parameters).map { "Did you mean \($0)?" }
        add("spoken forms are given for \(parameter), which is no parameter", hint ?? "Take them out.")
        continue
      }
      let isBoolean = property["type"] == "boolean"
      let known = property["enum"]?.arrayValue?.map(SlotTypeResolver.key) ?? (isBoolean ? ["true", "false"] : nil)
      for (value, forms) in values.sorted(by: { $0.key < $1.key }) {
        if let known, !known.contains(value) {
          let hint = NearestName.of(value, in: known).map { "Did you mean \($0)?" }
          add(
            "spoken forms are given for the value \(value) of \(parameter), which it does not have",
            hint ?? "Known are \(known.prefix(12).joined(separator: ", ")).")
        }
        for form in forms {
          do {
            _ = try resolver.expand(form, parameter: parameter)
          } catch {
            add(error.text, error.remedy)
          }
        }
      }
    }
  }

  private mutating func compile(
    _ phrase: Phrase, _ tool: PhraseTool, _ index: Int, _ resolver: SlotTypeResolver, _ schema: JSONSchema
  ) throws(PhraseProblem) -> CompiledTemplate {
    let node = try TemplateParser.parse(phrase.text)
    let coverage = try SlotCoverage.of(node)
    try checkFixed(phrase, resolver, schema, coverage)
    try checkRequired(phrase, schema, coverage)
    var values: [Int: [JSONValue]] = [:]
    for slot in coverage.slots {
      if case .choices(let choices) = slot.content { values[slot.column] = try resolver.values(of: choices, in: slot) }
    }
    var builder = TemplateGraphBuilder()
    let graph = try builder.build(node, slots: values)
    var slotTypes: [Int] = []
    for slot in graph.slots { slotTypes.append(try typeIndex(of: slot, index, resolver)) }
    let order = schema.source["properties"]?.objectValue.map { Array($0.keys) } ?? []
    var compiled = CompiledTemplate(
      tool: index, fixed: phrase.fixed, parameterOrder: order, graph: graph, slotTypes: slotTypes)
    compiled.intern(&wordIDs)
    guard compiled.minimumWords > 0 else {
      throw PhraseProblem(
        severity: .error, code: .matchesNothing, column: 0,
        text: "the template \(phrase.text.isEmpty ? "is empty" : "may have no words at all")",
        remedy: "Let at least one word stand outside of [ ].")
    }
    return compiled
  }

  private mutating func typeIndex(
    of slot: TemplateSlot, _ tool: Int, _ resolver: SlotTypeResolver
  ) throws(PhraseProblem) -> Int {
    let key = TypeKey(tool: tool, parameter: slot.name, content: slot.content)
    if let index = typeIndices[key] { return index }
    let type = CompiledType(try resolver.type(of: slot), &wordIDs)
    typeIndices[key] = types.count
    types.append(type)
    return types.count - 1
  }

  private func checkFixed(
    _ phrase: Phrase, _ resolver: SlotTypeResolver, _ schema: JSONSchema, _ coverage: SlotCoverage
  ) throws(PhraseProblem) {
    for (name, value) in phrase.fixed {
      func problem(_ text: String) -> PhraseProblem {
        PhraseProblem(severity: .error, code: .unfitArgument, text: "the fixed argument \(name) \(text)")
      }
      guard resolver.property(name) != nil else { throw problem("is no parameter of the tool") }
      guard !coverage.possible.contains(name) else { throw problem("is given by a slot as well") }
      let type = SlotType(kind: .text, parameter: name, schema: schema)
      if let complaint = type.complaint(about: value) { throw problem(complaint) }
    }
  }

  private func checkRequired(
    _ phrase: Phrase, _ schema: JSONSchema, _ coverage: SlotCoverage
  ) throws(PhraseProblem) {
    for case .string(let name) in schema.source["required"]?.arrayValue ?? [] {
      guard phrase.fixed[name] == nil, !coverage.certain.contains(name) else { continue }
      let slot = coverage.slots.first { $0.name == name }
      throw PhraseProblem(
        severity: .error, code: .missingParameter, column: slot?.column ?? 0,
        text: slot == nil
          ? "the required parameter \(name) is given by no slot and no fixed argument"
          : "the required parameter \(name) is missing where its slot is left out",
        remedy: slot == nil
          ? "Write {\(name)} where it is said, or fix the argument." : "Take the slot out of its group.")
    }
  }
}

/// Which parameters the slots of a template fill.
struct SlotCoverage {
  /// Filled on every way through the template.
  var certain: Set<String> = []
  /// Filled on some way.
  var possible: Set<String> = []
  var slots: [TemplateSlot] = []

  /// - Throws: `PhraseProblem` where one way fills a slot twice.
  static func of(_ node: TemplateNode) throws(PhraseProblem) -> SlotCoverage {
    switch node {
    case .text, .space: return SlotCoverage()
    case .slot(let slot): return SlotCoverage(certain: [slot.name], possible: [slot.name], slots: [slot])
    case .sequence(let nodes):
      var whole = SlotCoverage()
      for node in nodes {
        let part = try of(node)
        if let slot = part.slots.first(where: { whole.possible.contains($0.name) }) {
          throw PhraseProblem(
            severity: .error, code: .repeatedSlot, column: slot.column, text: "the slot {\(slot.name)} stands twice",
            remedy: "Each parameter takes one value.")
        }
        whole.certain.formUnion(part.certain)
        whole.possible.formUnion(part.possible)
        whole.slots += part.slots
      }
      return whole
    case .alternatives(let nodes):
      var whole = SlotCoverage()
      for (index, node) in nodes.enumerated() {
        let part = try of(node)
        whole.certain = index == 0 ? part.certain : whole.certain.intersection(part.certain)
        whole.possible.formUnion(part.possible)
        whole.slots += part.slots
      }
      return whole
    }
  }
}
