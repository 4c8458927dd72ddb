public import Tools

extension PhraseSet {
  /// How a person would ask for a call: the first sentence of the tool's phrases that says exactly these arguments, such as
  /// `turn on the kitchen light`. Numbers and times are in digits, for a voice that says them as people do. Nil where no
  /// phrase says them.
  public func sentence(calling name: String, arguments: JSONObject) -> String? {
    for template in templates where tools[template.tool].tool.name == name {
      guard template.fixed.allSatisfy({ arguments[$0.key] == $0.value }) else { continue }
      var teller = PhraseTeller(
        template: template, types: template.slotTypes.map { types[$0].type }, arguments: arguments)
      if let words = teller.words(from: template.graph.start, said: Set(template.fixed.keys)) {
        return Self.joined(words)
      }
    }
    return nil
  }
}

/// Looks for a way through a template that says given arguments and no others.
struct PhraseTeller {
  private struct Place: Hashable {
    var state: Int
    var said: Set<String>
  }

  private let template: CompiledTemplate
  /// Of each of the graph's slots.
  private let types: [SlotType]
  private let arguments: JSONObject
  /// From where there is no way, whatever was said before: without them, every choice of words would be tried.
  private var deadEnds: Set<Place> = []

  init(template: CompiledTemplate, types: [SlotType], arguments: JSONObject) {
    self.template = template
    self.types = types
    self.arguments = arguments
  }

  /// The words from a state to the end; `said`: parameters whose values have been said.
  mutating func words(from state: Int, said: Set<String>) -> [String]? {
    if state == template.graph.end { return said.count == arguments.count ? [] : nil }
    let place = Place(state: state, said: said)
    guard !deadEnds.contains(place) else { return nil }
    for edge in template.graph.edges[state] {
      guard let (part, parameter) = step(edge.step) else { continue }
      var said = said
      if let parameter, !said.insert(parameter).inserted { continue }
      if let rest = words(from: edge.target, said: said) { return part + rest }
    }
    deadEnds.insert(place)
    return nil
  }

  /// What a step says, and the parameter whose value that is; nil where the value is another.
  private func step(_ step: TemplateGraph.Step) -> (words: [String], parameter: String?)? {
    switch step {
    case .pass: return ([], nil)
    case .word(let word): return ([word], nil)
    case .assign(let index):
      let assignment = template.graph.assignments[index]
      return arguments[assignment.parameter] == assignment.value ? ([], assignment.parameter) : nil
    case .slot(let index):
      guard let value = arguments[types[index].parameter], let words = types[index].words(for: value) else {
        return nil
      }
      return (words, types[index].parameter)
    }
  }
}

extension SlotType {
  /// How a value is said in this slot, the usual way; nil where it cannot be.
  func words(for value: JSONValue) -> [String]? {
    switch kind {
    case .choices(let wordings): return wordings.first { $0.value == value }?.words
    case .integer, .number: return value.doubleValue == nil ? nil : [value.text()]
    case .percent: return value.doubleValue == nil ? nil : [value.text(), "percent"]
    case .duration(let unit, _): return value.doubleValue.flatMap { SpokenDuration.words(for: $0 * unit) }
    case .time, .text:
      guard let text = value.stringValue, !text.isEmpty else { return nil }
      return text.split(separator: " ").map(String.init)
    case .isoDuration: return nil
    }
  }
}

extension SpokenDuration {
  /// `10 minutes`, `1 hour`, `90 seconds`: whole seconds in the largest unit that they are a multiple of. Nil below one
  /// second and where they are not whole.
  static func words(for seconds: Double) -> [String]? {
    guard let whole = Int(exactly: seconds), whole > 0 else { return nil }
    let (size, name) =
      [(3_600, "hour"), (60, "minute"), (1, "second")].first { whole.isMultiple(of: $0.0) } ?? (1, "second")
    let count = whole / size
    return ["\(count)", count == 1 ? name : name + "s"]
  }
}
