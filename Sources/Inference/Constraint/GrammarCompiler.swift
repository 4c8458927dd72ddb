/// Turns a `Grammar` into nodes, from its end backwards.
struct GrammarCompiler {
  /// Repetitions and characters are written out, at most so many times.
  static let maximumRepetitions = 1_024
  static let maximumNesting = 64

  var schemas: SchemaCompiler

  init(spellable: ByteSet) { schemas = SchemaCompiler(spellable: spellable) }

  mutating func compile(_ grammar: Grammar, next: Int32, nesting: Int = 0) throws(InferenceError) -> Int32 {
    guard nesting <= Self.maximumNesting else { throw failure("it nests deeper than \(Self.maximumNesting) levels") }
    switch grammar {
    case .bytes(let bytes): return schemas.automaton.literal(bytes, next: next)
    case .control(let token): return schemas.automaton.add(.control(token, next: next))
    case .json(let schema):
      let entry = try schemas.compile(schema)
      return schemas.automaton.call(entry, next: next)
    case .characters(let bytes, let count):
      guard (0...Self.maximumRepetitions).contains(count) else {
        throw failure("it asks for \(count) characters, allowed are 0 to \(Self.maximumRepetitions)")
      }
      let set = ByteSet(bytes.filter(schemas.automaton.canSpell))
      return (0..<count).reduce(next) { node, _ in schemas.automaton.add(.anyOf(set, next: node)) }
    case .text(let forbidden):
      let stops = try stops(from: next)
      return schemas.automaton.leaf(.text(TextLeaf(notBeginningWith: forbidden, stops: stops)), next: next)
    case .sequence(let parts):
      var node = next
      for part in parts.reversed() { node = try compile(part, next: node, nesting: nesting + 1) }
      return node
    case .choice(let parts):
      var targets: [Int32] = []
      for part in parts { targets.append(try compile(part, next: next, nesting: nesting + 1)) }
      return schemas.automaton.either(targets)
    case .repetition(let element, let separator, let minimum, let maximum):
      guard 0 <= minimum, minimum <= maximum, maximum <= Self.maximumRepetitions else {
        throw failure(
          "it repeats \(minimum) to \(maximum) times, allowed are 0 to \(Self.maximumRepetitions), the smaller first")
      }
      var node = next
      for count in stride(from: maximum, to: 0, by: -1) {
        // After this many elements; before it, the separator, or the end where enough are there.
        node = try compile(element, next: node, nesting: nesting + 1)
        if count > 1 { node = try compile(separator, next: node, nesting: nesting + 1) }
        if count > minimum { node = schemas.automaton.either([next, node]) }
      }
      return node
    case .end: return schemas.automaton.add(.end)
    }
  }

  /// The strings with which what follows a text begins; the text ends there and holds none of them.
  private func stops(from node: Int32) throws(InferenceError) -> [[UInt8]] {
    var stops: [[UInt8]] = []
    var pending: [(node: Int32, bytes: [UInt8])] = [(node, [])]
    while let (node, bytes) = pending.popLast() {
      switch schemas.automaton.nodes[Int(node)] {
      case .byte(let byte, let next) where bytes.count < 64: pending.append((next, bytes + [byte]))
      case .split(let targets) where bytes.isEmpty: for target in targets { pending.append((target, [])) }
      case .control, .end, .exit: if !bytes.isEmpty { stops.append(bytes) }
      default:
        guard !bytes.isEmpty else { throw failure("free text is followed by something that no fixed bytes begin") }
        stops.append(bytes)
      }
    }
    return stops
  }

  private func failure(_ reason: String) -> InferenceError {
    InferenceError(
      .requestInvalid, "could not compile the grammar of an answer: \(reason)",
      remedy: "Write the chat format's grammar within these limits.")
  }
}
