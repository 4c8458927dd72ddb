import Tools

/// Walks a template from its start to its end and writes down what could be said on the way.
struct PhraseSampler {
  private let template: CompiledTemplate
  /// Wordings of each slot; free text says nothing.
  private let slots: [[[String]]]
  private var generator: SplitMix64
  /// How often each edge was taken, and which wording of each edge's slot comes next.
  private var uses: [Int]
  private var nextWording: [Int]
  private let counts: [Double]
  /// Sentences needed to take every edge and every wording once.
  private(set) var sentencesForCoverage = 1

  init(template: CompiledTemplate, samples: [[SlotType.Wording]], seed: UInt64) {
    self.template = template
    slots = template.slotTypes.map { type in samples[type].map(\.words) }
    generator = SplitMix64(seed: seed)
    uses = Array(repeating: 0, count: template.edges.count)
    nextWording = Array(repeating: 0, count: template.edges.count)
    var counts = Array(repeating: 0.0, count: template.graph.edges.count)
    for state in template.statesFromEnd {
      if state == template.graph.end { counts[state] = 1 }
      for index in template.edges(of: state) {
        let edge = template.edges[index]
        let wordings = edge.kind == .slot ? max(1, slots[Int(edge.index)].count) : 1
        counts[state] += Double(wordings) * counts[Int(edge.target)]
      }
    }
    self.counts = counts
    let branches = template.edges.count - template.graph.edges.count + 2
    sentencesForCoverage = max(1, branches, slots.map(\.count).max() ?? 0)
  }

  /// How many sentences there are; one may be counted twice where two ways say the same.
  var count: Double { counts[template.graph.start] }

  /// All sentences, for a template that has few.
  func all() -> [[String]] {
    var sentences: [[String]] = []
    var walks: [(state: Int, words: [String])] = [(template.graph.start, [])]
    while let (state, words) = walks.popLast() {
      if state == template.graph.end { sentences.append(words) }
      for index in template.edges(of: state).reversed() {
        let edge = template.edges[index]
        for part in wordings(index).reversed() { walks.append((Int(edge.target), words + part)) }
      }
    }
    return sentences
  }

  private func wordings(_ index: Int) -> [[String]] {
    let edge = template.edges[index]
    switch edge.kind {
    case .pass, .assign: return [[]]
    case .word: return [[word(index)]]
    case .slot:
      let wordings = slots[Int(edge.index)]
      return wordings.isEmpty ? [[]] : wordings
    }
  }

  private func word(_ index: Int) -> String {
    let state = template.firstEdge.lastIndex { Int($0) <= index && Int($0) < template.edges.count } ?? 0
    guard case .word(let word) = template.graph.edges[state][index - Int(template.firstEdge[state])].step else {
      return ""
    }
    return word
  }

  /// The next sentence: at each fork the way taken least so far, equal ones by chance; each slot's wordings in turn.
  mutating func next() -> [String] {
    var state = template.graph.start
    var words: [String] = []
    while state != template.graph.end {
      let range = template.edges(of: state)
      guard let least = range.map({ uses[$0] }).min() else { break }
      let open = range.filter { uses[$0] == least }
      let index = open[Int(generator.next() % UInt64(open.count))]
      uses[index] += 1
      let edge = template.edges[index]
      switch edge.kind {
      case .pass, .assign: break
      case .word:
        if case .word(let word) = template.graph.edges[state][index - range.lowerBound].step { words.append(word) }
      case .slot:
        let wordings = slots[Int(edge.index)]
        if !wordings.isEmpty {
          words += wordings[nextWording[index] % wordings.count]
          nextWording[index] += 1
        }
      }
      state = Int(edge.target)
    }
    return words
  }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
struct SplitMix64 {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
