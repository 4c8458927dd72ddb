import Tools

/// One search of one text through templates. Every pair of state and place is visited at most once a template, so the
/// work is bounded by edges times words, whatever the template.
struct PhraseMatcher {
  private let set: PhraseSet
  private let text: SpokenText
  private let ids: [Int32]
  /// Whether values out of range are taken as well, to explain a miss.
  private let takesAnyValue: Bool
  private var spoken: SpokenValues
  private var readings: [Int: [SlotType.Reading]] = [:]
  private var visited: [Bool] = []
  private var captures: [(parameter: String, value: JSONValue, complaint: String?)] = []
  private var freeWords = 0
  /// How far the current template read, and the states that it stopped in.
  private(set) var furthest = 0
  private var stops: [Int] = []

  init(set: PhraseSet, text: SpokenText, takesAnyValue: Bool = false) {
    self.set = set
    self.text = text
    self.takesAnyValue = takesAnyValue
    spoken = SpokenValues(text.words)
    ids = text.words.map { set.wordIDs[NumberWord.canonical($0)] ?? -1 }
  }

  struct Found {
    var arguments: JSONObject
    var freeWords: Int
    var complaint: (parameter: String, text: String)?
  }

  /// Whether all words that a template cannot do without are there.
  func mayMatch(_ template: CompiledTemplate) -> Bool {
    template.minimumWords <= ids.count && template.certainWords.allSatisfy(ids.contains)
  }

  mutating func match(_ template: CompiledTemplate) -> Found? {
    let cells = template.graph.edges.count * (ids.count + 1)
    if visited.count < cells {
      visited = Array(repeating: false, count: cells)
    } else {
      for index in 0..<cells { visited[index] = false }
    }
    captures.removeAll(keepingCapacity: true)
    freeWords = 0
    furthest = 0
    stops.removeAll(keepingCapacity: true)
    guard walk(template, template.graph.start, 0) else { return nil }
    var said = JSONObject()
    for capture in captures { said[capture.parameter] = capture.value }
    var arguments = JSONObject()
    for parameter in template.parameterOrder {
      if let value = said[parameter] ?? template.fixed[parameter] { arguments[parameter] = value }
    }
    let complaint = captures.first { $0.complaint != nil }
    return Found(
      arguments: arguments, freeWords: freeWords, complaint: complaint.map { ($0.parameter, $0.complaint ?? "") })
  }

  /// Words that could have stood where the last template stopped reading.
  func expectedWords(_ template: CompiledTemplate) -> [String] {
    var expected: [String] = []
    for state in stops {
      for edge in template.graph.edges[state] {
        switch edge.step {
        case .word(let word): if !expected.contains(word) { expected.append(word) }
        case .slot(let index):
          let name = "{\(template.graph.slots[index].name)}"
          if !expected.contains(name) { expected.append(name) }
        case .pass, .assign: break
        }
      }
    }
    return expected
  }

  private mutating func walk(_ template: CompiledTemplate, _ state: Int, _ place: Int) -> Bool {
    if state == template.graph.end, place == ids.count { return true }
    let cell = state * (ids.count + 1) + place
    guard !visited[cell] else { return false }
    visited[cell] = true
    if place > furthest {
      furthest = place
      stops.removeAll(keepingCapacity: true)
    }
    if place == furthest { stops.append(state) }
    for index in template.edges(of: state) {
      let edge = template.edges[index]
      let target = Int(edge.target)
      switch edge.kind {
      case .pass:
        if walk(template, target, place) { return true }
      case .word:
        if place < ids.count, ids[place] == edge.index, walk(template, target, place + 1) { return true }
      case .assign:
        let assignment = template.graph.assignments[Int(edge.index)]
        captures.append((assignment.parameter, assignment.value, nil))
        if walk(template, target, place) { return true }
        captures.removeLast()
      case .slot:
        let type = template.slotTypes[Int(edge.index)]
        if set.types[type].type.isText {
          if walkText(template, type, target, place) { return true }
          continue
        }
        for reading in self.readings(type, place) where takesAnyValue || reading.complaint == nil {
          captures.append((set.types[type].type.parameter, reading.value, reading.complaint))
          if walk(template, target, reading.end) { return true }
          captures.removeLast()
        }
      }
    }
    return false
  }

  /// Free text takes as few words as it can.
  private mutating func walkText(_ template: CompiledTemplate, _ type: Int, _ target: Int, _ place: Int) -> Bool {
    let slot = set.types[type].type
    for end in stride(from: place + 1, through: ids.count, by: 1) {
      let value = JSONValue.string(text.original(place..<end))
      let complaint = slot.complaint(about: value)
      guard takesAnyValue || complaint == nil else { continue }
      captures.append((slot.parameter, value, complaint))
      freeWords += end - place
      if walk(template, target, end) { return true }
      freeWords -= end - place
      captures.removeLast()
    }
    return false
  }

  /// What a slot's type reads at a place; worked out once for all templates that share the type.
  private mutating func readings(_ type: Int, _ place: Int) -> [SlotType.Reading] {
    guard place < ids.count else { return [] }
    let key = type * (ids.count + 1) + place
    if let known = readings[key] { return known }
    let compiled = set.types[type]
    var found: [SlotType.Reading] = []
    if case .choices = compiled.type.kind {
      for wording in compiled.wordings[ids[place]] ?? [] where ids[place...].starts(with: wording.words) {
        found.append(.init(end: place + wording.words.count, value: wording.value, complaint: nil))
      }
    } else {
      found = compiled.type.readings(&spoken, at: place)
    }
    readings[key] = found
    return found
  }
}
