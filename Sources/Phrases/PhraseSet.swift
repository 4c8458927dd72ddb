import Tools

/// All sentence templates of a configuration, compiled once; a value that any thread may use.
public struct PhraseSet: Sendable {
  /// What is wrong with single templates, in their order. Templates with an error are left out of the set. What
  /// templates do to each other is `overlaps()`'s to say.
  public let problems: [PhraseProblem]
  let tools: [PhraseTool]
  let templates: [CompiledTemplate]
  let types: [CompiledType]
  let wordIDs: [String: Int32]
  /// For each template words of which every sentence of it holds one; nil where there are none.
  let keys: [Set<Int32>?]
  /// For each template the words that its sentences begin with; nil where that may be any word.
  let openings: [Set<Int32>?]
  /// Templates by the words of their keys.
  private let templatesByWord: [Int32: [Int]]
  /// Templates without a key.
  private let otherTemplates: [Int]

  /// Words that are dropped at the beginning and the end of a sentence, unless a template says them itself.
  public static let fillers: Set<String> = ["please", "um", "uh", "er", "erm", "hmm", "mm"]

  /// Compiles the templates of some tools. Never fails as a whole: see `problems`.
  public init(_ tools: [PhraseTool]) {
    var compiler = PhraseCompiler()
    compiler.compile(tools)
    problems = compiler.problems
    self.tools = tools
    templates = compiler.templates
    types = compiler.types
    wordIDs = compiler.wordIDs
    var uses = Array(repeating: 0, count: wordIDs.count)
    for template in templates { for word in template.knownWords(types) { uses[Int(word)] += 1 } }
    keys = templates.map { [types] template in template.key(uses: uses, types) }
    openings = templates.map { [types] template in template.openings(types) }
    var byWord: [Int32: [Int]] = [:]
    var others: [Int] = []
    for (index, key) in keys.enumerated() {
      guard let key else {
        others.append(index)
        continue
      }
      for word in key { byWord[word, default: []].append(index) }
    }
    templatesByWord = byWord
    otherTemplates = others
  }

  /// How many templates can be matched.
  public var templateCount: Int { templates.count }

  /// The template that understands a sentence completely: the one with the fewest words in free-text slots, and of
  /// those the first. Only templates that share one of their rarest words with the text are looked at.
  public func match(_ text: String) -> PhraseMatch? {
    for variant in Self.variants(of: text) {
      if let best = matches(of: variant).min(by: { $0.freeWords < $1.freeWords }) { return best }
    }
    return nil
  }

  /// Every template that understands a sentence completely, in the templates' order.
  public func allMatches(_ text: String) -> [PhraseMatch] {
    for variant in Self.variants(of: text) {
      let found = matches(of: variant)
      if !found.isEmpty { return found }
    }
    return []
  }

  /// The text as it is, without fillers, and both with numbers spelled out.
  static func variants(of text: String) -> [SpokenText] {
    let whole = SpokenText(text)
    guard (1...SpokenText.maximumWords).contains(whole.words.count) else { return [] }
    var range = 0..<whole.words.count
    while let first = range.first, fillers.contains(whole.words[first]) { range.removeFirst() }
    while let last = range.last, fillers.contains(whole.words[last]) { range.removeLast() }
    var variants = [whole]
    if range.count < whole.words.count, !range.isEmpty { variants.append(whole.trimmed(to: range)) }
    for variant in variants {
      let spelled = variant.spellingNumbers()
      if spelled.words.map(NumberWord.canonical) != variant.words.map(NumberWord.canonical) { variants.append(spelled) }
    }
    return variants
  }

  private func matches(of text: SpokenText) -> [PhraseMatch] {
    guard text.words.count <= 4 * SpokenText.maximumWords else { return [] }
    var candidates = otherTemplates
    var seen: Set<Int32> = []
    for word in text.words {
      guard let id = wordIDs[NumberWord.canonical(word)], seen.insert(id).inserted else { continue }
      candidates += templatesByWord[id] ?? []
    }
    candidates.sort()
    var matcher = PhraseMatcher(set: self, text: text)
    var found: [PhraseMatch] = []
    var last = -1
    for index in candidates where index != last && matcher.mayMatch(templates[index]) {
      last = index
      guard let match = matcher.match(templates[index]) else { continue }
      found.append(self.match(templates[index], match))
    }
    return found
  }

  private func match(_ template: CompiledTemplate, _ found: PhraseMatcher.Found) -> PhraseMatch {
    PhraseMatch(
      tool: template.tool, template: template.template, name: tools[template.tool].tool.name,
      arguments: found.arguments, freeWords: found.freeWords)
  }

  /// Why a sentence was not understood: the templates that come nearest, the nearest first. Not quick; for people who
  /// ask.
  public func nearMisses(_ text: String, limit: Int = 5) -> [PhraseNearMiss] {
    guard let text = Self.variants(of: text).last else { return [] }
    var misses: [(miss: PhraseNearMiss, score: Int)] = []
    for template in templates {
      var matcher = PhraseMatcher(set: self, text: text, takesAnyValue: true)
      let found = matcher.match(template)
      let reason: PhraseNearMiss.Reason
      let score: Int
      if let complaint = found?.complaint {
        reason = .outOfRange(parameter: complaint.parameter, text: complaint.text)
        score = .max
      } else if found == nil, matcher.furthest > 0 {
        let stop = matcher.furthest
        reason = .stopped(
          at: stop, word: stop < text.words.count ? text.words[stop] : nil, expected: matcher.expectedWords(template))
        // Of two that read as far, the one with fewer words left to say is nearer.
        score = stop * 1_000 - template.minimumWords
      } else {
        continue
      }
      let name = tools[template.tool].tool.name
      misses.append(
        (PhraseNearMiss(tool: template.tool, template: template.template, name: name, reason: reason), score))
    }
    let order = misses.indices.sorted { (misses[$0].score, -$0) > (misses[$1].score, -$1) }
    return order.prefix(limit).map { misses[$0].miss }
  }
}

/// A template that nearly understood a sentence.
public struct PhraseNearMiss: Hashable, Sendable {
  public enum Reason: Hashable, Sendable {
    /// Everything fits, but a value is not allowed; the text is a clause such as "must be at most 100".
    case outOfRange(parameter: String, text: String)
    /// The template could not go on at a word (counted from 0), nil where the sentence ended; what it expected.
    case stopped(at: Int, word: String?, expected: [String])
  }

  public var tool: Int
  public var template: Int
  /// The tool's name.
  public var name: String
  public var reason: Reason

  public init(tool: Int, template: Int, name: String, reason: Reason) {
    self.tool = tool
    self.template = template
    self.name = name
    self.reason = reason
  }
}
