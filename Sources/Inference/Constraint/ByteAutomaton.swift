/// The grammar as a graph without cycles: rules that call each other, built from the end backwards, so that each node
/// knows the fewest bytes to its rule's end when it is made.
struct ByteAutomaton: Sendable {
  enum Node: Hashable, Sendable {
    /// The end of a rule.
    case exit
    case byte(UInt8, next: Int32)
    case anyOf(ByteSet, next: Int32)
    case split([Int32])
    /// Goes through another rule's nodes.
    case call(entry: Int32, next: Int32)
    case leaf(Int32, next: Int32)
    /// Begins and ends an object whose keys are free, and one of its keys after the opening quote.
    case beginKeys(next: Int32)
    case key(next: Int32)
    case endKeys(next: Int32)
    case control(TokenID, next: Int32)
    case end
  }

  static let maximumNodes = 400_000
  static let unreachable: Int32 = .max / 4
  static let exit: Int32 = 0

  private(set) var nodes: [Node] = [.exit]
  /// Fewest bytes from each node to its rule's end; a control token counts as one.
  private(set) var distances: [Int32] = [0]
  private(set) var leaves: [Leaf] = []
  private var known: [Node: Int32] = [:]
  /// Bytes that no token writes alone; nodes that need one are out of reach.
  private(set) var unspellable: Set<UInt8> = []
  private let spellable: ByteSet

  init(spellable: ByteSet) { self.spellable = spellable }

  func canSpell(_ byte: UInt8) -> Bool { spellable.contains(byte) }

  /// Adds a node, or finds the same one again.
  mutating func add(_ node: Node) -> Int32 {
    if let index = known[node] { return index }
    let distance: Int32 =
      switch node {
      case .exit, .end: 0
      case .byte(let byte, let next): spellable.contains(byte) ? distances[Int(next)] + 1 : Self.unreachable
      case .anyOf(let set, let next): set.isEmpty ? Self.unreachable : distances[Int(next)] + 1
      case .split(let targets): targets.map { distances[Int($0)] }.min() ?? Self.unreachable
      case .call(let entry, let next): distances[Int(entry)] + distances[Int(next)]
      case .leaf(let leaf, let next):
        Int32(clamping: leaves[Int(leaf)].distance(leaves[Int(leaf)].start)) + distances[Int(next)]
      case .beginKeys(let next), .endKeys(let next): distances[Int(next)]
      // One character and the closing quote.
      case .key(let next): distances[Int(next)] + 2
      case .control(_, let next): distances[Int(next)] + 1
      }
    if case .byte(let byte, _) = node, !spellable.contains(byte) { unspellable.insert(byte) }
    let index = Int32(nodes.count)
    nodes.append(node)
    distances.append(min(distance, Self.unreachable))
    known[node] = index
    return index
  }

  func isReachable(_ node: Int32) -> Bool { distances[Int(node)] < Self.unreachable }

  mutating func literal(_ bytes: some BidirectionalCollection<UInt8>, next: Int32) -> Int32 {
    bytes.reversed().reduce(next) { add(.byte($1, next: $0)) }
  }

  mutating func literal(_ text: String, next: Int32) -> Int32 { literal(Array(text.utf8), next: next) }

  /// One of several ways; those that lead nowhere are left out.
  mutating func either(_ targets: [Int32]) -> Int32 {
    var unique: [Int32] = []
    for target in targets where isReachable(target) && !unique.contains(target) { unique.append(target) }
    return unique.count == 1 ? unique[0] : add(.split(unique))
  }

  mutating func call(_ entry: Int32, next: Int32) -> Int32 {
    next == Self.exit ? entry : entry == Self.exit ? next : add(.call(entry: entry, next: next))
  }

  mutating func leaf(_ leaf: Leaf, next: Int32) -> Int32 {
    leaves.append(leaf)
    return add(.leaf(Int32(leaves.count - 1), next: next))
  }

  /// A choice of byte strings as a tree, so that few ways are open at a time.
  mutating func oneOf(_ strings: [[UInt8]], next: Int32) -> Int32 {
    oneOf(strings.sorted { $0.lexicographicallyPrecedes($1) }[...], depth: 0, next: next)
  }

  private mutating func oneOf(_ strings: ArraySlice<[UInt8]>, depth: Int, next: Int32) -> Int32 {
    guard strings.count > 1, let first = strings.first else {
      return strings.first.map { literal($0.dropFirst(depth), next: next) } ?? add(.split([]))
    }
    var targets: [Int32] = []
    var rest = strings
    if first.count == depth {
      targets.append(next)
      rest = rest.drop { $0.count == depth }
    }
    while let byte = rest.first?[depth] {
      let group = rest.prefix { $0[depth] == byte }
      rest = rest.dropFirst(group.count)
      // Bytes that all of the group share need no recursion.
      guard let shortest = group.map(\.count).min(), let last = group.last, let head = group.first else { break }
      var shared = depth + 1
      while shared < shortest, head[shared] == last[shared] { shared += 1 }
      let inner = oneOf(group, depth: shared, next: next)
      targets.append(literal(head[depth..<shared], next: inner))
    }
    return either(targets)
  }
}
