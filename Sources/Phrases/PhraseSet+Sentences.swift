import Tools

extension PhraseSet {
  /// Every word that the templates' sentences are made of, sorted, as a recogniser's dictionary spells them: lower
  /// case, numbers as words, `kitchen's` as one word. Words of free text cannot be known.
  public var vocabulary: [String] {
    var words: Set<String> = []
    let samples = types.map(\.type.samples)
    for (index, type) in types.enumerated() {
      for wording in samples[index] { words.formUnion(wording.words) }
      // Numbers are sampled only in part; their words are all needed.
      if type.type.saysNumbers { words.formUnion(type.type.numberWords) }
    }
    for template in templates {
      for edges in template.graph.edges {
        for case .word(let word) in edges.map(\.step) { words.insert(word) }
      }
      words.formUnion(genitives(template, samples))
    }
    words.remove("'s")
    return words.sorted()
  }

  /// Words that stand before a `'s`, joined to it.
  private func genitives(_ template: CompiledTemplate, _ samples: [[SlotType.Wording]]) -> Set<String> {
    let edges = template.graph.edges
    guard edges.contains(where: { $0.contains { $0.step == .word("'s") } }) else { return [] }
    var before: [Set<String>] = Array(repeating: [], count: edges.count)
    var genitives: Set<String> = []
    for state in template.statesFromEnd.reversed() {
      for edge in edges[state] {
        switch edge.step {
        case .pass, .assign: before[edge.target].formUnion(before[state])
        case .word(let word):
          before[edge.target].insert(word)
          if word == "'s" { genitives.formUnion(before[state].map { $0 + word }) }
        case .slot(let slot):
          before[edge.target].formUnion(samples[template.slotTypes[slot]].compactMap(\.words.last))
        }
      }
    }
    return genitives
  }

  /// Sentences for a language model: all of a template's where they are few, otherwise a sample that takes every
  /// alternative and every slot's wordings in turn. At most `limit`, shared evenly between the templates; the same
  /// for the same seed. Where a template has free text, its sentences go on without it.
  ///
  /// A `limit` below the number of templates leaves templates out; ten times that number is a good start.
  public func sentences(limit: Int, seed: UInt64) -> [String] {
    var perTemplate: [[String]] = []
    let samples = types.map(\.type.samples)
    let share = templates.isEmpty ? 0 : max(1, limit / templates.count)
    for (index, template) in templates.enumerated() {
      var sampler = PhraseSampler(template: template, samples: samples, seed: seed &+ UInt64(index))
      var sentences: [String] = []
      if sampler.count <= Double(min(share, 1_000)) {
        sentences = sampler.all().map(Self.joined)
      } else {
        // With room to spare a sample is as large as covers everything, several times over.
        let wanted = min(limit, max(share, 2 * sampler.sentencesForCoverage))
        for _ in 0..<wanted { sentences.append(Self.joined(sampler.next())) }
      }
      var seen: Set<String> = []
      perTemplate.append(sentences.filter { !$0.isEmpty && seen.insert($0).inserted })
    }
    // Round by round, so that a limit takes the same from every template.
    var result: [String] = []
    var seen: Set<String> = []
    let rounds = perTemplate.map(\.count).max() ?? 0
    for round in 0..<rounds {
      for sentences in perTemplate where round < sentences.count {
        guard result.count < limit else { return result }
        if seen.insert(sentences[round]).inserted { result.append(sentences[round]) }
      }
    }
    return result
  }

  /// Words with spaces between, `'s` joined to its word.
  static func joined(_ words: [String]) -> String {
    var text = ""
    for word in words { text += (text.isEmpty || word == "'s" ? "" : " ") + word }
    return text
  }
}

extension SlotType {
  var saysNumbers: Bool {
    switch kind {
    case .integer, .number, .percent, .duration, .isoDuration: true
    case .choices, .time, .text: false
    }
  }

  /// The words that numbers of this type are made of.
  var numberWords: [String] {
    let property = schema.source["properties"]?[parameter]
    let high = property?["maximum"]?.doubleValue ?? .infinity
    let low = property?["minimum"]?.doubleValue ?? -.infinity
    var words = Set((0...99).filter { Double($0) <= max(high, -low) }.flatMap(SpokenNumber.words(forWhole:)))
    if max(high, -low) >= 100 { words.formUnion(["hundred", "and", "a"]) }
    if max(high, -low) >= 1_000 { words.insert("thousand") }
    if low < 0, low.isFinite { words.insert("minus") }
    if case .number = kind { words.formUnion(["point", "half", "and", "a"]) }
    return words.sorted()
  }
}
