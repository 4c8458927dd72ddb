/// Cuts a reply into clauses while it is being written, so that speaking can start with the first.
///
/// Markup is taken out on the way (``MarkupFilter``). A clause ends
/// - after a sentence: `.`, `!`, `?` and a space, unless the stop belongs to an abbreviation or a number;
/// - after `,`, `;`, `:` or a dash once the clause is long enough, which the first clause is early;
/// - before a conjunction, and at last at any space, in a clause that grows too long.
///
/// What comes out depends on the text only, never on the pieces it came in. Linear time; memory for one clause.
public struct ClauseSplitter: Sendable {
  /// Lengths in characters of the text as it is written.
  public struct Limits: Hashable, Sendable {
    /// From here on the first clause may end at a comma: two or three words, half a second of speech.
    public var firstMinimum = 16
    /// From here on the first clause may end before a conjunction, or at a space once it is half as long again.
    public var firstMaximum = 60
    /// From here on later clauses may end at a comma.
    public var minimum = 70
    /// From here on later clauses may end before a conjunction, or at a space once they are half as long again.
    public var maximum = 160

    public init() {}
  }

  private let limits: Limits
  private let form: SpokenForm
  private var filter = MarkupFilter()
  // The clause so far; it never starts with a space.
  private var clause: [Unicode.Scalar] = []
  private var isFirst = true
  // Set after a place where the clause may end; the next visible scalar decides.
  private var candidate: Candidate?
  private var lastSpace: Int?

  private enum Candidate: Equatable { case sentence, abbreviation, comma }

  public init(limits: Limits = Limits(), form: SpokenForm = .english) {
    self.limits = limits
    self.form = form
  }

  /// Takes the next piece of the reply and returns the clauses that are certain by now.
  public mutating func append(_ piece: String) -> [Clause] {
    var clauses: [Clause] = []
    for scalar in piece.unicodeScalars {
      filter.append(scalar)
      takeFiltered(&clauses)
    }
    return clauses
  }

  /// Ends the reply and returns what is left of it. Afterwards the splitter is as new.
  public mutating func finish() -> [Clause] {
    var clauses: [Clause] = []
    filter.run(atEnd: true)
    takeFiltered(&clauses)
    cut(at: clause.count, &clauses)
    self = ClauseSplitter(limits: limits, form: form)
    return clauses
  }

  /// The clauses of a whole text.
  public static func clauses(of text: String, limits: Limits = Limits(), form: SpokenForm = .english) -> [Clause] {
    var splitter = ClauseSplitter(limits: limits, form: form)
    return splitter.append(text) + splitter.finish()
  }

  private mutating func takeFiltered(_ clauses: inout [Clause]) {
    guard !filter.output.isEmpty else { return }
    for scalar in filter.output { take(scalar, &clauses) }
    filter.output.removeAll(keepingCapacity: true)
  }

  private mutating func take(_ scalar: Unicode.Scalar, _ clauses: inout [Clause]) {
    guard scalar != " " else {
      guard !clause.isEmpty else { return }
      candidate = candidateAtSpace()
      clause.append(scalar)
      lastSpace = clause.count
      return
    }
    if clause.last == " ", shouldCut(before: scalar) { cut(at: clause.count, &clauses) }
    candidate = nil
    clause.append(scalar)
    // A conjunction is known when its word has ended; the cut is before it.
    if clause.count > maximum { cutLong(&clauses) }
  }

  private var maximum: Int { isFirst ? limits.firstMaximum : limits.maximum }
  private var minimum: Int { isFirst ? limits.firstMinimum : limits.minimum }

  /// What the end of the clause is, now that a space follows.
  private func candidateAtSpace() -> Candidate? {
    var end = clause.count
    // Closing brackets and quotation marks belong to the sentence.
    while end > 0, ")]\"'”’»".unicodeScalars.contains(clause[end - 1]) { end -= 1 }
    guard end > 0 else { return nil }
    switch clause[end - 1] {
    case "!", "?", "…", "。", "！", "？", "।": return .sentence
    case ".": return end == clause.count && endsWithAbbreviation(end) ? .abbreviation : .sentence
    case ",", ";", ":", "—", "–": return clause.count >= minimum ? .comma : nil
    default: return nil
    }
  }

  /// Whether the dot before `end` may belong to the word before it: "Dr.", "e.g.", "J.".
  private func endsWithAbbreviation(_ end: Int) -> Bool {
    var start = end - 1
    while start > 0, end - start < 16, clause[start - 1] != " ", clause[start - 1] != "(" { start -= 1 }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: clause[start..<end - 1])
    let word = String(view).lowercased()
    if word.unicodeScalars.count == 1, let letter = word.unicodeScalars.first {
      return EnglishScanner.isLetter(letter) && letter != "i"
    }
    return word.contains(".") && !word.contains { $0.isNumber } || AbbreviationTable.isAbbreviation(word)
  }

  /// The first scalar of the next word decides: after an abbreviation only a capital can start a sentence, and only where
  /// a sentence may end with that abbreviation; a number after a comma may belong to a date.
  private func shouldCut(before scalar: Unicode.Scalar) -> Bool {
    switch candidate {
    case nil: false
    case .sentence: true
    case .comma: !(("0"..."9").contains(scalar) && clause.dropLast(2).last.map { ("0"..."9").contains($0) } == true)
    case .abbreviation: abbreviationEnds(before: scalar)
    }
  }

  private func abbreviationEnds(before scalar: Unicode.Scalar) -> Bool {
    let end = clause.count - 2
    var start = end
    while start > 0, end - start < 16, clause[start - 1] != " ", clause[start - 1] != "(" { start -= 1 }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: clause[start..<max(start, end)])
    let word = String(view).lowercased()
    let isCapital = EnglishScanner.isCapital(scalar)
    if let entry = AbbreviationTable.entry(word) {
      // "No. 5" counts, "No. Then" answers.
      if entry.condition == .dotBeforeNumber { return !("0"..."9").contains(scalar) }
      return isCapital && entry.mayEndSentence
    }
    if let dotted = AbbreviationTable.dotted[word] { return isCapital && dotted.mayEndSentence }
    // Months and weekdays may end a sentence; initials do not.
    return isCapital && !word.contains(".") && word.unicodeScalars.count > 1
  }

  // MARK: Clauses that grow too long

  private static let conjunctions: Set<String> = [
    "and", "but", "or", "because", "so", "which", "while", "when", "where", "if", "then", "although", "until", "after",
    "before", "that", "with", "for",
  ]

  private mutating func cutLong(_ clauses: inout [Clause]) {
    // A word has just begun: the one before it is known.
    guard let space = lastSpace, clause.count == space + 1 else {
      // One word without end: nothing that can be read is this long.
      if clause.count >= 4 * limits.maximum { cut(at: clause.count, &clauses) }
      return
    }
    if clause.count > maximum * 3 / 2 {
      if isSafe(at: space) { cut(at: space, &clauses) }
      return
    }
    var start = space - 1
    while start > 0, clause[start - 1] != " ", space - start < 12 { start -= 1 }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: clause[start..<space - 1])
    if start > 0, Self.conjunctions.contains(String(view)), isSafe(at: start) { cut(at: start, &clauses) }
  }

  /// Whether the space before `position` parts two words: not a number and its unit, nor the parts of a date. From twice
  /// the maximum on any space will do.
  private func isSafe(at position: Int) -> Bool {
    guard clause.count < 2 * limits.maximum else { return true }
    let before = position >= 2 ? clause[position - 2] : " "
    let after = position < clause.count ? clause[position] : " "
    return EnglishScanner.isLetter(before) && EnglishScanner.isLetter(after) && after.properties.isLowercase
  }

  /// Ends the clause before `position` and begins the next with the rest.
  private mutating func cut(at position: Int, _ clauses: inout [Clause]) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: clause[..<position].reversed().drop { $0 == " " }.reversed())
    clause.removeSubrange(..<position)
    lastSpace = clause.lastIndex(of: " ").map { $0 + 1 }
    candidate = nil
    let cut = Clause(text: String(view), form: form)
    guard !cut.spoken.isEmpty else { return }
    clauses.append(cut)
    isFirst = false
  }
}
