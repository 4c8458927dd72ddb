import Tools

/// A template as an automaton over words: states without loops, so that every walk ends.
struct TemplateGraph: Sendable {
  enum Step: Hashable, Sendable {
    /// Nothing is read.
    case pass
    /// One word, in `NumberWord.canonical` form after interning.
    case word(String)
    /// A value of an inline alternative: parameter, index into `values`.
    case assign(Int)
    /// A slot that is read by its type; index into `slots`.
    case slot(Int)
  }

  struct Edge: Hashable, Sendable {
    var step: Step
    var target: Int
  }

  struct Assignment: Hashable, Sendable {
    var parameter: String
    var value: JSONValue
  }

  var edges: [[Edge]] = []
  var start = 0
  var end = 0
  /// What `assign` steps set.
  var assignments: [Assignment] = []
  /// Parameters of `slot` steps, with the slot as written.
  var slots: [TemplateSlot] = []

  /// All sentences of a graph without slots, or nil where there are more than `limit`.
  func literalSentences(limit: Int) -> [[String]]? {
    var sentences: [[String]] = []
    var walks: [(state: Int, words: [String])] = [(start, [])]
    var steps = 0
    while let (state, words) = walks.popLast() {
      steps += 1
      guard steps <= 64 * limit, sentences.count <= limit else { return nil }
      if state == end { sentences.append(words) }
      for edge in edges[state].reversed() {
        switch edge.step {
        case .word(let word): walks.append((edge.target, words + [word]))
        case .pass, .assign, .slot: walks.append((edge.target, words))
        }
      }
    }
    var seen: Set<[String]> = []
    let unique = sentences.filter { !$0.isEmpty && seen.insert($0).inserted }
    return unique.count > limit ? nil : unique
  }
}

/// Builds a graph in two steps: an automaton over letters, where parts without a space between them join into words,
/// and from it the automaton over words.
struct TemplateGraphBuilder {
  static let maximumEdges = 4_096
  static let maximumVisits = 32_768

  private enum Letter: Hashable {
    case none
    case text(String)
    case space
    case assign(Int)
    case slot(Int)
  }

  private var letters: [[(letter: Letter, target: Int)]] = []
  private var graph = TemplateGraph()
  /// Word states by letter state.
  private var states: [Int: Int] = [:]
  private var pending: [Int] = []
  private var visits = 0
  private var edgeCount = 0

  private struct Walk: Hashable {
    var state: Int
    var text: String
    var assignments: [Int]
  }

  /// - Parameter slots: the values of each slot with inline alternatives, by its column.
  mutating func build(_ node: TemplateNode, slots: [Int: [JSONValue]]) throws(PhraseProblem) -> TemplateGraph {
    let first = addLetterState()
    let last = try connect(node, from: first, slots)
    graph.end = addState()
    graph.start = wordState(first)
    while let state = pending.popLast() { try lower(state, final: last) }
    return graph
  }

  private mutating func addLetterState() -> Int {
    letters.append([])
    return letters.count - 1
  }

  private mutating func addState() -> Int {
    graph.edges.append([])
    return graph.edges.count - 1
  }

  private func tooMany() -> PhraseProblem {
    PhraseProblem(
      severity: .error, code: .limitExceeded, text: "the template has too many variants",
      remedy: "Put spaces between the parts of a word, or write several phrases.")
  }

  private mutating func connect(
    _ node: TemplateNode, from state: Int, _ slots: [Int: [JSONValue]]
  ) throws(PhraseProblem) -> Int {
    guard letters.count < Self.maximumEdges else { throw tooMany() }
    switch node {
    case .text(let text, _): return step(.text(text), from: state)
    case .space: return step(.space, from: state)
    case .sequence(let nodes):
      var state = state
      for node in nodes { state = try connect(node, from: state, slots) }
      return state
    case .alternatives(let nodes):
      let join = addLetterState()
      for node in nodes {
        let end = try connect(node, from: step(.none, from: state), slots)
        letters[end].append((.none, join))
      }
      return join
    case .slot(let slot):
      guard case .choices(let choices) = slot.content else {
        graph.slots.append(slot)
        return step(.slot(graph.slots.count - 1), from: state)
      }
      guard let values = slots[slot.column], values.count == choices.count else {
        throw PhraseProblem(
          severity: .error, code: .unfitArgument, column: slot.column, text: "a slot stands where none is allowed")
      }
      let join = addLetterState()
      for (choice, value) in zip(choices, values) {
        graph.assignments.append(.init(parameter: slot.name, value: value))
        let end = try connect(choice.node, from: step(.assign(graph.assignments.count - 1), from: state), slots)
        letters[end].append((.none, join))
      }
      return join
    }
  }

  private mutating func step(_ letter: Letter, from state: Int) -> Int {
    let target = addLetterState()
    letters[state].append((letter, target))
    return target
  }

  private mutating func wordState(_ letterState: Int) -> Int {
    if let state = states[letterState] { return state }
    let state = addState()
    states[letterState] = state
    pending.append(letterState)
    return state
  }

  /// Adds the edges of the word state of `origin`: every word that can be spelled from there up to a border.
  private mutating func lower(_ origin: Int, final: Int) throws(PhraseProblem) {
    guard let source = states[origin] else { return }
    var walks = [Walk(state: origin, text: "", assignments: [])]
    var seen: Set<Walk> = []
    while let walk = walks.popLast() {
      guard seen.insert(walk).inserted else { continue }
      visits += 1
      guard visits <= Self.maximumVisits else { throw tooMany() }
      if walk.state == final { try emit(walk, from: source, to: graph.end) }
      for (letter, target) in letters[walk.state].reversed() {
        var next = walk
        next.state = target
        switch letter {
        case .none: walks.append(next)
        case .text(let text):
          next.text += text
          walks.append(next)
        case .assign(let index):
          next.assignments.append(index)
          walks.append(next)
        case .space:
          if walk.text.isEmpty, walk.assignments.isEmpty {
            walks.append(next)
          } else {
            try emit(walk, from: source, to: wordState(target))
          }
        case .slot(let index):
          let before = addState()
          try emit(walk, from: source, to: before)
          graph.edges[before].append(.init(step: .slot(index), target: wordState(target)))
        }
      }
    }
  }

  /// A chain of edges for the values and words of a walk.
  private mutating func emit(_ walk: Walk, from source: Int, to target: Int) throws(PhraseProblem) {
    var steps = walk.assignments.map { TemplateGraph.Step.assign($0) }
    steps += SpokenText(walk.text).spellingNumbers().words.map { .word($0) }
    if steps.isEmpty { steps = [.pass] }
    edgeCount += steps.count
    guard edgeCount <= Self.maximumEdges else { throw tooMany() }
    var state = source
    for (index, step) in steps.enumerated() {
      let next = index == steps.count - 1 ? target : addState()
      graph.edges[state].append(.init(step: step, target: next))
      state = next
    }
  }
}
