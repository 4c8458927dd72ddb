/// A regular expression of the part of ECMA-262 that JSON Schemas use, matched in time linear in the text.
///
/// Understood: literals, `.`, `[a-z]`, `[^…]`, `\d \D \w \W \s \S`, `\b \B ^ $`, `( )`, `(?: )`, `(?<name> )`, `|`,
/// `* + ? {n} {n,} {n,m}` with or without a lazy `?`, `\t \n \v \f \r \0 \xHH \uHHHH \u{H…} \cX`, and
/// `\p{L}`-style general categories. As with ECMA's `u` flag the unit is the Unicode scalar, classes are ASCII, and
/// `^` and `$` are the ends of the text. Refused, because no linear matcher has them: back-references and
/// lookaround. The program is simulated with all its threads in step (Thompson 1968; Pike), so no pattern can blow up.
public struct TextPattern: Hashable, Sendable {
  /// Texts longer than this are not matched, in Unicode scalars.
  public static let maximumTextLength = 65_536
  /// Instructions of a compiled pattern.
  static let maximumProgramLength = 2_000

  public let source: String
  let program: [Instruction]

  enum Instruction: Hashable, Sendable {
    case scalar(ScalarSet)
    case split(Int, Int)
    case jump(Int)
    case assert(Assertion)
    case match
  }

  enum Assertion: Hashable, Sendable { case start, end, wordBoundary, notWordBoundary }

  /// Compiles a pattern.
  /// - Throws: `ToolsError` with `unsupported` or `limitExceeded`; the position is inside the pattern.
  public init(_ source: String) throws(ToolsError) {
    var parser = TextPatternParser(source)
    let node = try parser.parse()
    var compiler = TextPatternCompiler()
    try compiler.emit(node)
    self.source = source
    program = compiler.program + [.match]
  }

  /// Whether the pattern matches anywhere in `text`; nil where the text is too long to say.
  public func matches(_ text: String) -> Bool? {
    var scalars: [Unicode.Scalar] = []
    scalars.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      guard scalars.count < Self.maximumTextLength else { return nil }
      scalars.append(scalar)
    }
    var current = ThreadList(capacity: program.count)
    var following = ThreadList(capacity: program.count)
    for position in 0...scalars.count {
      // A search: at each position one more thread begins.
      if follow(0, into: &current, scalars, position) { return true }
      guard position < scalars.count else { break }
      following.removeAll()
      for counter in current.counters {
        if case .scalar(let set) = program[counter], set.contains(scalars[position]),
          follow(counter + 1, into: &following, scalars, position + 1)
        {
          return true
        }
      }
      swap(&current, &following)
    }
    return false
  }

  /// Adds the threads that `counter` leads to without reading; true where one has matched.
  private func follow(
    _ counter: Int, into list: inout ThreadList, _ scalars: [Unicode.Scalar], _ position: Int
  ) -> Bool {
    var pending = [counter]
    while let counter = pending.popLast() {
      guard list.insert(counter) else { continue }
      switch program[counter] {
      case .match: return true
      case .scalar: break
      case .jump(let target): pending.append(target)
      case .split(let first, let second):
        pending.append(second)
        pending.append(first)
      case .assert(let assertion):
        if holds(assertion, scalars, position) { pending.append(counter + 1) }
      }
    }
    return false
  }

  private func holds(_ assertion: Assertion, _ scalars: [Unicode.Scalar], _ position: Int) -> Bool {
    let isWordBefore = position > 0 && ScalarSet.word.contains(scalars[position - 1])
    let isWordAfter = position < scalars.count && ScalarSet.word.contains(scalars[position])
    return switch assertion {
    case .start: position == 0
    case .end: position == scalars.count
    case .wordBoundary: isWordBefore != isWordAfter
    case .notWordBoundary: isWordBefore == isWordAfter
    }
  }
}

/// The set of program counters alive at one position, in insertion order.
private struct ThreadList {
  private(set) var counters: [Int] = []
  private var isMember: [Bool]

  init(capacity: Int) {
    counters.reserveCapacity(capacity)
    isMember = Array(repeating: false, count: capacity)
  }

  mutating func insert(_ counter: Int) -> Bool {
    guard !isMember[counter] else { return false }
    isMember[counter] = true
    counters.append(counter)
    return true
  }

  mutating func removeAll() {
    for counter in counters { isMember[counter] = false }
    counters.removeAll(keepingCapacity: true)
  }
}

/// Scalars that one place of a pattern accepts.
struct ScalarSet: Hashable, Sendable {
  var ranges: [ClosedRange<UInt32>] = []
  var categories: [Category] = []
  /// Sets inside a class, such as `\D` in `[\Da]`.
  var parts: [ScalarSet] = []
  var isNegated = false

  struct Category: Hashable, Sendable {
    /// Two letters, or one letter for the whole group.
    var name: String
    var isNegated: Bool
  }

  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let isInside =
      ranges.contains { $0.contains(scalar.value) }
      || categories.contains { $0.isNegated != ScalarSet.categoryName(of: scalar).hasPrefix($0.name) }
      || parts.contains { $0.contains(scalar) }
    return isInside != isNegated
  }

  static let digit = ScalarSet(ranges: [0x30...0x39])
  static let word = ScalarSet(ranges: [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
  // WhiteSpace and LineTerminator of ECMA-262.
  static let space = ScalarSet(
    ranges: [0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x2028...0x2029, 0xFEFF...0xFEFF],
    categories: [Category(name: "Zs", isNegated: false)])
  static let lineTerminator = ScalarSet(ranges: [0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029])

  func negated() -> ScalarSet {
    var copy = self
    copy.isNegated.toggle()
    return copy
  }

  static let categoryNames: Set<String> = [
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe",
    "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Cs", "Co", "Cn",
  ]

  private static func categoryName(of scalar: Unicode.Scalar) -> String {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter: "Lu"
    case .lowercaseLetter: "Ll"
    case .titlecaseLetter: "Lt"
    case .modifierLetter: "Lm"
    case .otherLetter: "Lo"
    case .nonspacingMark: "Mn"
    case .spacingMark: "Mc"
    case .enclosingMark: "Me"
    case .decimalNumber: "Nd"
    case .letterNumber: "Nl"
    case .otherNumber: "No"
    case .connectorPunctuation: "Pc"
    case .dashPunctuation: "Pd"
    case .openPunctuation: "Ps"
    case .closePunctuation: "Pe"
    case .initialPunctuation: "Pi"
    case .finalPunctuation: "Pf"
    case .otherPunctuation: "Po"
    case .mathSymbol: "Sm"
    case .currencySymbol: "Sc"
    case .modifierSymbol: "Sk"
    case .otherSymbol: "So"
    case .spaceSeparator: "Zs"
    case .lineSeparator: "Zl"
    case .paragraphSeparator: "Zp"
    case .control: "Cc"
    case .format: "Cf"
    case .surrogate: "Cs"
    case .privateUse: "Co"
    case .unassigned: "Cn"
    @unknown default: "Cn"
    }
  }
}
