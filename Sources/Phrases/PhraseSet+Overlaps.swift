import Tools

extension PhraseSet {
  /// What templates do to each other: sentences that two of them understand differently, and templates that never get
  /// a sentence because earlier ones take them all. Warnings only; of two templates the one with fewer words of free
  /// text wins, then the first.
  ///
  /// Two templates are compared by walking through both at once, so that a common sentence is found if there is one;
  /// numbers, durations and times are compared by their samples. Templates without a common word are not compared.
  public func overlaps(limit: Int = 100) -> [PhraseProblem] {
    let samples = types.map(\.type.samples)
    let shadows = templates.indices.map { shadow(of: $0, samples) }
    var problems = shadows.compactMap { $0 }
    // Two templates have a sentence in common only where each holds a word of the other's key.
    let vocabularies = self.vocabularies(samples)
    var holders: [Int32: [Int]] = [:]
    for (index, vocabulary) in vocabularies.enumerated() {
      for word in vocabulary { holders[word, default: []].append(index) }
    }
    var outlines: [Int: TemplateOutline] = [:]
    func outline(_ index: Int) -> TemplateOutline {
      if let known = outlines[index] { return known }
      let outline = TemplateOutline(templates[index], types: types, samples: samples)
      outlines[index] = outline
      return outline
    }
    var budget = 4_000_000
    for (index, template) in templates.enumerated() where shadows[index] == nil {
      let partners =
        keys[index].map { key in Set(key.flatMap { holders[$0] ?? [] }).sorted() } ?? Array(templates.indices)
      for other in partners where other != index && shadows[other] == nil {
        if problems.count >= limit { return problems }
        // Each pair once: with the template that has a key looking for the other.
        if other < index, keys[other] != nil || keys[index] == nil { continue }
        if let key = keys[other], key.isDisjoint(with: vocabularies[index]) { continue }
        guard budget > 0 else {
          problems.append(
            .init(
              severity: .warning, code: .unchecked, tool: template.tool, template: template.template,
              text: "there are too many templates to compare all of them"))
          return problems
        }
        let (first, second) = (min(index, other), max(index, other))
        var walk = CommonWalk(outline(first), outline(second))
        let sentences = walk.sentences(limit: 24, budget: &budget)
        if let problem = ambiguity(first, second, sentences) { problems.append(problem) }
      }
    }
    return problems
  }

  /// For each template all words of its sentences that some template holds as its own.
  private func vocabularies(_ samples: [[SlotType.Wording]]) -> [Set<Int32>] {
    let sampled = samples.map { wordings in
      Set(wordings.flatMap { $0.words.compactMap { wordIDs[NumberWord.canonical($0)] } })
    }
    return templates.map { template in
      template.slotTypes.reduce(into: template.knownWords(types)) { $0.formUnion(sampled[$1]) }
    }
  }

  private func name(_ index: Int) -> String {
    let template = templates[index]
    return "phrase \(template.template + 1) of \(tools[template.tool].tool.name)"
  }

  private func ambiguity(_ first: Int, _ second: Int, _ sentences: [[String]]) -> PhraseProblem? {
    for sentence in sentences {
      let words = sentence.flatMap {
        $0 == TemplateOutline.anything ? ["something"] : SpokenNumber.wordsIfDigits($0) ?? [$0]
      }
      var matcher = PhraseMatcher(set: self, text: SpokenText(Self.joined(words)))
      guard let left = matcher.match(templates[first]), let right = matcher.match(templates[second]),
        left.freeWords == right.freeWords
      else { continue }
      if templates[first].tool == templates[second].tool, left.arguments == right.arguments { continue }
      return PhraseProblem(
        severity: .warning, code: .ambiguous, tool: templates[second].tool, template: templates[second].template,
        column: 0, text: "\"\(Self.joined(words))\" is understood differently by \(name(first)), which wins",
        remedy: "Change one of the two.")
    }
    return nil
  }

  /// Whether earlier templates take every sampled sentence of a template.
  private func shadow(of index: Int, _ samples: [[SlotType.Wording]]) -> PhraseProblem? {
    let template = templates[index]
    var sampler = PhraseSampler(template: template, samples: samples, seed: 1)
    let isComplete = sampler.count <= 64
    let sentences = isComplete ? sampler.all() : (0..<48).map { _ in sampler.next() }
    var winner: PhraseMatch?
    for words in sentences where !words.isEmpty {
      guard let match = match(Self.joined(words)) else { return nil }
      if match.tool == template.tool, match.template == template.template { return nil }
      winner = match
    }
    guard let winner else { return nil }
    let name = "phrase \(winner.template + 1) of \(winner.name)"
    return PhraseProblem(
      severity: .warning, code: .shadowed, tool: template.tool, template: template.template, column: 0,
      text: "the template never gets a sentence: \(name) takes \(isComplete ? "all of them" : "all that were tried")",
      remedy: "Take it out, or put it first.")
  }
}

/// A template with its slots unrolled into words, for walking.
struct TemplateOutline {
  struct Edge {
    var word: String
    var target: Int
  }

  /// By state: the words that lead on, those after steps without a word included.
  private(set) var edges: [[Edge]]
  /// By state: whether the sentence may end here.
  private(set) var isEnd: [Bool]
  let start: Int

  /// What stands for any words in free text; no template says it.
  static let anything = "\u{2026}"

  init(_ template: CompiledTemplate, types: [CompiledType], samples: [[SlotType.Wording]]) {
    let graph = template.graph
    start = graph.start
    edges = Array(repeating: [], count: graph.edges.count)
    isEnd = Array(repeating: false, count: graph.edges.count)
    // From the end to the start, so that what a step without a word leads to is known already.
    for state in template.statesFromEnd {
      if state == graph.end { isEnd[state] = true }
      for edge in graph.edges[state] {
        switch edge.step {
        case .pass, .assign:
          edges[state] += edges[edge.target]
          if isEnd[edge.target] { isEnd[state] = true }
        case .word(let word):
          edges[state].append(Edge(word: NumberWord.canonical(word), target: edge.target))
        case .slot(let slot):
          let type = template.slotTypes[slot]
          let wordings =
            types[type].type.isText ? [[Self.anything]] : samples[type].map { $0.words.map(NumberWord.canonical) }
          Self.add(wordings, from: state, to: edge.target, &edges, &isEnd)
        }
      }
    }
  }

  /// Adds wordings as a tree of words.
  private static func add(
    _ wordings: [[String]], from state: Int, to target: Int, _ edges: inout [[Edge]], _ isEnd: inout [Bool]
  ) {
    var children: [[String]: Int] = [:]
    for wording in wordings where !wording.isEmpty {
      var here = state
      for length in 1..<max(1, wording.count) {
        let prefix = Array(wording[..<length])
        if let known = children[prefix] {
          here = known
        } else {
          edges.append([])
          isEnd.append(false)
          edges[here].append(Edge(word: wording[length - 1], target: edges.count - 1))
          children[prefix] = edges.count - 1
          here = edges.count - 1
        }
      }
      edges[here].append(Edge(word: wording[wording.count - 1], target: target))
    }
  }
}

/// A walk through two templates at once.
struct CommonWalk {
  private let left: TemplateOutline
  private let right: TemplateOutline
  private var dead: Set<Pair> = []
  private var found: [[String]] = []

  private struct Pair: Hashable {
    var left: Int
    var right: Int
  }

  init(_ left: TemplateOutline, _ right: TemplateOutline) {
    self.left = left
    self.right = right
  }

  /// Some sentences that both templates say; takes what it visits off the budget.
  mutating func sentences(limit: Int, budget: inout Int) -> [[String]] {
    var words: [String] = []
    _ = walk(Pair(left: left.start, right: right.start), &words, limit, &budget)
    return found
  }

  /// Whether a common sentence was found from here; a pair from which there is none is not tried again.
  private mutating func walk(_ pair: Pair, _ words: inout [String], _ limit: Int, _ budget: inout Int) -> Bool {
    guard !dead.contains(pair), found.count < limit, budget > 0 else { return false }
    var isAlive = false
    if left.isEnd[pair.left], right.isEnd[pair.right] {
      found.append(words)
      isAlive = true
    }
    budget -= 1 + left.edges[pair.left].count
    // Many words against many: look them up instead of comparing each with each.
    var targets: [String: [Int]] = [:]
    for edge in right.edges[pair.right] { targets[edge.word, default: []].append(edge.target) }
    for edge in left.edges[pair.left] {
      for target in targets[edge.word] ?? [] {
        words.append(edge.word)
        if walk(Pair(left: edge.target, right: target), &words, limit, &budget) { isAlive = true }
        words.removeLast()
      }
    }
    if !isAlive, found.count < limit, budget > 0 { dead.insert(pair) }
    return isAlive
  }
}
