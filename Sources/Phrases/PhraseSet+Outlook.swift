import Tools

/// What may still follow the words heard so far, as far as the configured phrases can tell.
public enum PhraseOutlook: Hashable, Sendable, CaseIterable {
  /// No phrase begins so.
  case foreign
  /// The beginning of a phrase: "turn on the".
  case begun
  /// A phrase, and the beginning of a longer one that means something else: "turn on the light", where "in the hall" may
  /// follow.
  case phraseThatMayGoOn
  /// A phrase, and none is longer: whoever says this has said it all.
  case phrase
}

extension PhraseSet {
  /// What the phrases make of the beginning of a sentence. Words that are not in any phrase are ``PhraseOutlook/foreign``;
  /// fillers at both ends ("um", "please") change nothing.
  ///
  /// A listener asks this at every pause, so it must be quick: templates are looked at only where their sentences may
  /// begin with the text's first word, and every pair of a state and a place is visited once.
  public func outlook(_ text: String) -> PhraseOutlook {
    var best = PhraseOutlook.foreign
    for variant in Self.variants(of: text) {
      var walker = OutlookWalker(set: self, words: variant.words)
      let found = walker.outlook()
      if found == .phrase || found == .phraseThatMayGoOn { return found }
      if found == .begun { best = .begun }
    }
    return best
  }
}

/// One search for what may follow a text.
private struct OutlookWalker {
  /// What people go on with after the beginning of a number, a duration or a time of day. A value that is still a value
  /// with one of these behind it is not known to be finished; ranges are respected, so "twenty" may become "twenty
  /// five" only where twenty-five is allowed.
  private static let continuations: [[String]] = [
    ["five"], ["hundred"], ["point", "five"], ["percent"], ["cent"], ["minutes"], ["minute"], ["hours"], ["hour"],
    ["seconds"], ["and", "a", "half"], ["a", "half"], ["half"], ["five", "minutes"], ["thirty"], ["pm"], ["o'clock"],
    ["past", "eight"],
    ["the", "evening"], ["evening"], ["the", "morning"], ["morning"], ["eight"], ["an", "hour"], ["of", "an", "hour"],
    ["hundred", "seconds"], ["and", "thirty", "seconds"],
  ]

  private let set: PhraseSet
  private let count: Int
  private let ids: [Int32]
  private var spoken: SpokenValues
  private var prolonged: [SpokenValues]
  private var ends: [Int: (ends: [Int], goesOn: Bool)] = [:]
  private var visited: Set<Int> = []
  private var isPhrase = false
  private var goesOn = false

  init(set: PhraseSet, words: [String]) {
    self.set = set
    count = words.count
    ids = words.map { set.wordIDs[NumberWord.canonical($0)] ?? -1 }
    spoken = SpokenValues(words)
    prolonged = Self.continuations.map { SpokenValues(words + $0) }
  }

  mutating func outlook() -> PhraseOutlook {
    guard let first = ids.first else { return .foreign }
    for (index, template) in set.templates.enumerated() {
      if let possible = set.openings[index], !possible.contains(first) { continue }
      visited.removeAll(keepingCapacity: true)
      walk(template, template.graph.start, 0)
      if isPhrase, goesOn { return .phraseThatMayGoOn }
    }
    if isPhrase { return .phrase }
    return goesOn ? .begun : .foreign
  }

  private mutating func walk(_ template: CompiledTemplate, _ state: Int, _ place: Int) {
    if isPhrase, goesOn { return }
    guard visited.insert(state * (count + 1) + place).inserted else { return }
    if place == count, state == template.graph.end { isPhrase = true }
    for index in template.edges(of: state) {
      let edge = template.edges[index]
      let target = Int(edge.target)
      switch edge.kind {
      case .pass, .assign: walk(template, target, place)
      case .word:
        if place == count {
          // "play jazz" and "play jazz on the radio" are the same command.
          if !isOver(template, state) || tells(template, target) { goesOn = true }
        } else if ids[place] == edge.index {
          walk(template, target, place + 1)
        }
      case .slot:
        guard place < count else {
          goesOn = true
          continue
        }
        let type = template.slotTypes[Int(edge.index)]
        if set.types[type].type.isText {
          // Free text may always go on, and nobody knows where it ends.
          goesOn = true
          for end in place + 1...count { walk(template, target, end) }
          continue
        }
        let slot = slot(type, place)
        if slot.goesOn { goesOn = true }
        let isPercent = if case .percent = set.types[type].type.kind { true } else { false }
        for end in slot.ends where !(isPercent && isSaidTwice(template, target, end)) { walk(template, target, end) }
      }
    }
  }

  /// Whether a value has taken a word ("thirty percent") that its template has behind it once more: nobody says it twice,
  /// so whoever has said it does not go on with it.
  private func isSaidTwice(_ template: CompiledTemplate, _ state: Int, _ place: Int) -> Bool {
    guard ids[place - 1] >= 0 else { return false }
    return template.edges(of: state).contains { index in
      let edge = template.edges[index]
      switch edge.kind {
      case .word: return edge.index == ids[place - 1]
      case .pass: return isSaidTwice(template, Int(edge.target), place)
      case .slot, .assign: return false
      }
    }
  }

  /// Whether a sentence may end at a state of its template.
  private func isOver(_ template: CompiledTemplate, _ state: Int) -> Bool {
    if state == template.graph.end { return true }
    return template.edges(of: state).contains { index in
      let edge = template.edges[index]
      if case .pass = edge.kind { return isOver(template, Int(edge.target)) }
      return false
    }
  }

  /// Whether anything behind a state says more than that it was said.
  private func tells(_ template: CompiledTemplate, _ state: Int) -> Bool {
    template.edges(of: state).contains { index in
      let edge = template.edges[index]
      switch edge.kind {
      case .slot, .assign: return true
      case .word, .pass: return tells(template, Int(edge.target))
      }
    }
  }

  /// Where a value of a type that begins at `place` may end, and whether it may go on behind the text.
  private mutating func slot(_ type: Int, _ place: Int) -> (ends: [Int], goesOn: Bool) {
    let key = type * (count + 1) + place
    if let known = ends[key] { return known }
    let compiled = set.types[type]
    var found: (ends: [Int], goesOn: Bool) = ([], false)
    if case .choices = compiled.type.kind {
      let rest = ids[place...]
      for wording in compiled.wordings[ids[place]] ?? [] {
        if rest.starts(with: wording.words) { found.ends.append(place + wording.words.count) }
        if wording.words.count > rest.count, wording.words.starts(with: rest) { found.goesOn = true }
      }
    } else {
      for reading in compiled.type.readings(&spoken, at: place) where reading.complaint == nil {
        found.ends.append(reading.end)
      }
      for index in prolonged.indices where !found.goesOn {
        found.goesOn = compiled.type.readings(&prolonged[index], at: place)
          .contains { $0.end > count && $0.complaint == nil }
      }
    }
    ends[key] = found
    return found
  }
}
