import Tools

/// A template ready for matching: its graph with words as numbers, in one flat list of edges.
struct CompiledTemplate: Sendable {
  enum Kind: UInt8, Sendable { case pass, word, assign, slot }

  struct Edge: Sendable {
    var kind: Kind
    /// Word, assignment or slot, by `kind`.
    var index: Int32
    var target: Int32
  }

  let tool: Int
  var template = 0
  let fixed: JSONObject
  let parameterOrder: [String]
  let graph: TemplateGraph
  /// Index of the type of each of the graph's slots.
  let slotTypes: [Int]

  private(set) var edges: [Edge] = []
  /// Edges of state `s` are `edges[firstEdge[s]..<firstEdge[s + 1]]`.
  private(set) var firstEdge: [Int32] = []
  /// Words that every sentence of the template holds.
  private(set) var certainWords: [Int32] = []
  /// Words of the shortest sentence; a slot counts as one.
  private(set) var minimumWords = 0

  init(tool: Int, fixed: JSONObject, parameterOrder: [String], graph: TemplateGraph, slotTypes: [Int]) {
    self.tool = tool
    self.fixed = fixed
    self.parameterOrder = parameterOrder
    self.graph = graph
    self.slotTypes = slotTypes
  }

  mutating func intern(_ words: inout [String: Int32]) {
    for state in graph.edges {
      firstEdge.append(Int32(edges.count))
      for edge in state {
        let target = Int32(edge.target)
        switch edge.step {
        case .pass: edges.append(Edge(kind: .pass, index: 0, target: target))
        case .word(let word): edges.append(Edge(kind: .word, index: Self.id(of: word, &words), target: target))
        case .assign(let index): edges.append(Edge(kind: .assign, index: Int32(index), target: target))
        case .slot(let index): edges.append(Edge(kind: .slot, index: Int32(index), target: target))
        }
      }
    }
    firstEdge.append(Int32(edges.count))
    measure()
  }

  static func id(of word: String, _ words: inout [String: Int32]) -> Int32 {
    let canonical = NumberWord.canonical(word)
    if let id = words[canonical] { return id }
    let id = Int32(words.count)
    words[canonical] = id
    return id
  }

  func edges(of state: Int) -> Range<Int> { Int(firstEdge[state])..<Int(firstEdge[state + 1]) }

  /// States in an order in which every edge points backwards: the end first.
  var statesFromEnd: [Int] {
    var order: [Int] = []
    var isDone = Array(repeating: false, count: graph.edges.count)
    var stack: [(state: Int, next: Int)] = [(graph.start, 0)]
    isDone[graph.start] = true
    while let (state, next) = stack.popLast() {
      let targets = graph.edges[state]
      guard next < targets.count else {
        order.append(state)
        continue
      }
      stack.append((state, next + 1))
      let target = targets[next].target
      if !isDone[target] {
        isDone[target] = true
        stack.append((target, 0))
      }
    }
    return order
  }

  /// Certain words and length, from the end to the start.
  private mutating func measure() {
    var certain: [Set<Int32>?] = Array(repeating: nil, count: graph.edges.count)
    var shortest = Array(repeating: Int.max / 2, count: graph.edges.count)
    for state in statesFromEnd {
      if state == graph.end {
        certain[state] = []
        shortest[state] = 0
        continue
      }
      var common: Set<Int32>?
      for edge in edges[edges(of: state)] {
        guard var words = certain[Int(edge.target)] else { continue }
        if edge.kind == .word { words.insert(edge.index) }
        common = common?.intersection(words) ?? words
        let length = edge.kind == .word || edge.kind == .slot ? 1 : 0
        shortest[state] = min(shortest[state], shortest[Int(edge.target)] + length)
      }
      certain[state] = common
    }
    certainWords = (certain[graph.start] ?? []).sorted()
    minimumWords = shortest[graph.start]
  }
}

extension CompiledTemplate {
  /// Words of the template itself and of its slots' wordings; what numbers, times and free text add is left out.
  func knownWords(_ types: [CompiledType]) -> Set<Int32> {
    var words: Set<Int32> = []
    for edge in edges where edge.kind == .word { words.insert(edge.index) }
    for type in slotTypes { words.formUnion(types[type].words) }
    return words
  }

  /// The words that a sentence may begin with; nil where that is any word: a number, a time, free text.
  func openings(_ types: [CompiledType]) -> Set<Int32>? {
    var words: Set<Int32> = []
    var seen: Set<Int> = [graph.start]
    var waiting = [graph.start]
    while let state = waiting.popLast() {
      for edge in edges[edges(of: state)] {
        switch edge.kind {
        case .word: words.insert(edge.index)
        case .slot:
          guard let first = types[slotTypes[Int(edge.index)]].firstWords else { return nil }
          words.formUnion(first)
        case .pass, .assign: if seen.insert(Int(edge.target)).inserted { waiting.append(Int(edge.target)) }
        }
      }
    }
    return words
  }

  /// A set of words of which every sentence holds at least one, chosen so that few templates share them (`uses` says
  /// how many hold each word); nil where some sentence has only free words, or the set would be too large.
  ///
  /// From the end to the start each state gets such a set for the sentences that go on from it: for each edge its own
  /// words, or the set of the state that it leads to, whichever is rarer.
  func key(uses: [Int], _ types: [CompiledType]) -> Set<Int32>? {
    func weight(_ words: Set<Int32>) -> Int { words.reduce(0) { $0 + uses[Int($1)] } }
    var keys: [Set<Int32>?] = Array(repeating: nil, count: graph.edges.count)
    for state in statesFromEnd where state != graph.end {
      var union: Set<Int32> = []
      var isKnown = true
      for edge in edges[edges(of: state)] {
        var choice = keys[Int(edge.target)]
        let own: Set<Int32>? =
          switch edge.kind {
          case .word: [edge.index]
          case .slot: types[slotTypes[Int(edge.index)]].firstWords
          case .pass, .assign: nil
          }
        if let own, choice.map({ weight(own) < weight($0) }) ?? true { choice = own }
        guard let choice else {
          isKnown = false
          break
        }
        union.formUnion(choice)
      }
      keys[state] = isKnown && union.count <= 256 ? union : nil
    }
    return keys[graph.start]
  }
}

/// A slot's type with its wordings as numbers.
struct CompiledType: Sendable {
  let type: SlotType
  /// Wordings by their first word, the longest first.
  private(set) var wordings: [Int32: [(words: [Int32], value: JSONValue)]] = [:]
  /// Words that a wording begins with; nil where the slot is not made of wordings.
  private(set) var firstWords: Set<Int32>?
  /// All words of the wordings.
  private(set) var words: Set<Int32> = []

  init(_ type: SlotType, _ words: inout [String: Int32]) {
    self.type = type
    guard case .choices(let choices) = type.kind else { return }
    for choice in choices {
      let ids = choice.words.map { CompiledTemplate.id(of: $0, &words) }
      guard let first = ids.first else { continue }
      wordings[first, default: []].append((ids, choice.value))
      self.words.formUnion(ids)
    }
    firstWords = Set(wordings.keys)
    for first in wordings.keys { wordings[first]?.sort { $0.words.count > $1.words.count } }
  }
}
