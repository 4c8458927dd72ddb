/// Walks the automaton with all its possible places in step, and remembers where each byte led (lazy determinisation).
///
/// A state is a set of places; a place is a node, the state of its leaf and the calls around it. Not thread-safe; the
/// generations that share one run one after the other.
final class ConstraintMachine {
  struct Place: Hashable {
    var node: Int32
    var stack: Int32
    var leaf: LeafState
  }

  /// One call around a place, or one object with free keys (`next` is then -1).
  struct Frame: Hashable {
    var parent: Int32
    var next: Int32
    /// Fingerprints of the keys that the object has.
    var keys: UInt64
  }

  /// States beyond this are forgotten together; the table of their transitions takes 1 KiB each.
  static let maximumStates = 16_384
  private static let unknown: Int32 = -2
  static let dead: Int32 = -1

  let automaton: ByteAutomaton
  let vocabulary: ConstraintVocabulary
  private(set) var start: Int32 = 0
  private var places: [[Place]] = []
  private var distances: [Int32] = []
  private var transitions: [Int32] = []
  private var numbers: [[Place]: Int32] = [:]
  private var frames: [Frame] = [Frame(parent: -1, next: -1, keys: 0)]
  private var frameDistances: [Int32] = [0]
  private var frameNumbers: [Frame: Int32] = [:]
  var masks = MaskCache()

  init(automaton: ByteAutomaton, entry: Int32, vocabulary: ConstraintVocabulary) {
    self.automaton = automaton
    self.vocabulary = vocabulary
    var list: [Place] = []
    close(entry, 0, into: &list)
    start = number(list)
  }

  /// A machine that knows nothing but `state` of another one, which becomes its start.
  init(keeping state: Int32, of other: ConstraintMachine) {
    automaton = other.automaton
    vocabulary = other.vocabulary
    var list: [Place] = []
    for place in other.places[Int(state)] {
      var copy = place
      copy.stack = stack(place.stack, of: other)
      list.append(copy)
    }
    start = number(list)
  }

  private func stack(_ stack: Int32, of other: ConstraintMachine) -> Int32 {
    guard stack > 0 else { return 0 }
    var frame = other.frames[Int(stack)]
    frame.parent = self.stack(frame.parent, of: other)
    return push(frame)
  }

  var isFull: Bool { places.count >= Self.maximumStates }

  func places(of state: Int32) -> [Place] { places[Int(state)] }

  /// The fewest bytes from a state to an end.
  func distance(_ state: Int32) -> Int { Int(distances[Int(state)]) }

  /// The state after a byte, or `dead`.
  func next(_ state: Int32, _ byte: UInt8) -> Int32 {
    let slot = Int(state) * 256 + Int(byte)
    let known = transitions[slot]
    if known != Self.unknown { return known }
    let following = step(state, byte)
    transitions[slot] = following
    return following
  }

  private func step(_ state: Int32, _ byte: UInt8) -> Int32 {
    var list: [Place] = []
    for place in places[Int(state)] {
      switch automaton.nodes[Int(place.node)] {
      case .byte(let expected, let next): if expected == byte { close(next, place.stack, into: &list) }
      case .anyOf(let set, let next): if set.contains(byte) { close(next, place.stack, into: &list) }
      case .leaf(let index, let next):
        let leaf = automaton.leaves[Int(index)]
        let following = leaf.next(place.leaf, byte)
        if following == .dead { continue }
        if following == .done {
          close(next, place.stack, into: &list)
          continue
        }
        if leaf.canContinue(following) { list.append(Place(node: place.node, stack: place.stack, leaf: following)) }
        if leaf.isComplete(following) { close(next, place.stack, into: &list) }
      case .key(let next): step(key: place, byte, next: next, into: &list)
      case .exit, .split, .call, .beginKeys, .endKeys, .control, .end: break
      }
    }
    return list.isEmpty ? Self.dead : number(list)
  }

  private func step(key place: Place, _ byte: UInt8, next: Int32, into list: inout [Place]) {
    var frame = frames[Int(place.stack)]
    if byte == UInt8(ascii: "\"") {
      guard FreeKey.isComplete(place.leaf, used: frame.keys) else { return }
      frame.keys = FreeKey.adding(place.leaf, to: frame.keys)
      close(next, push(frame), into: &list)
    } else {
      let longer = FreeKey.next(place.leaf, byte, used: frame.keys)
      if longer != .dead { list.append(Place(node: place.node, stack: place.stack, leaf: longer)) }
    }
  }

  /// The state after a control token, or `dead`.
  func next(_ state: Int32, control token: TokenID) -> Int32 {
    var list: [Place] = []
    for place in places[Int(state)] {
      if case .control(token, let next) = automaton.nodes[Int(place.node)] { close(next, place.stack, into: &list) }
    }
    return list.isEmpty ? Self.dead : number(list)
  }

  /// Adds the places that read something, reached from `node` without reading.
  private func close(_ node: Int32, _ stack: Int32, into list: inout [Place]) {
    guard automaton.isReachable(node) else { return }
    switch automaton.nodes[Int(node)] {
    case .exit:
      if stack == 0 {
        list.append(Place(node: node, stack: 0, leaf: 0))
      } else {
        close(frames[Int(stack)].next, frames[Int(stack)].parent, into: &list)
      }
    case .split(let targets): for target in targets { close(target, stack, into: &list) }
    case .call(let entry, let next):
      close(entry, push(Frame(parent: stack, next: next, keys: 0)), into: &list)
    case .leaf(let index, _):
      list.append(Place(node: node, stack: stack, leaf: automaton.leaves[Int(index)].start))
    case .beginKeys(let next): close(next, push(Frame(parent: stack, next: -1, keys: 0)), into: &list)
    case .endKeys(let next): close(next, frames[Int(stack)].parent, into: &list)
    case .byte, .anyOf, .key, .control: list.append(Place(node: node, stack: stack, leaf: 0))
    case .end: list.append(Place(node: node, stack: 0, leaf: 0))
    }
  }

  private func push(_ frame: Frame) -> Int32 {
    if let number = frameNumbers[frame] { return number }
    let number = Int32(frames.count)
    frames.append(frame)
    frameDistances.append(
      frameDistances[Int(frame.parent)] + (frame.next < 0 ? 0 : automaton.distances[Int(frame.next)]))
    frameNumbers[frame] = number
    return number
  }

  func number(_ list: [Place]) -> Int32 {
    var list = list
    if list.count > 1 {
      list.sort { ($0.node, $0.stack, $0.leaf) < ($1.node, $1.stack, $1.leaf) }
      var unique: [Place] = []
      for place in list where unique.last != place { unique.append(place) }
      list = unique
    }
    if let number = numbers[list] { return number }
    let number = Int32(places.count)
    numbers[list] = number
    places.append(list)
    distances.append(list.map(distance).min() ?? ByteAutomaton.unreachable)
    transitions.append(contentsOf: repeatElement(Self.unknown, count: 256))
    return number
  }

  private func distance(_ place: Place) -> Int32 {
    let outer = frameDistances[Int(place.stack)]
    let inner: Int32 =
      switch automaton.nodes[Int(place.node)] {
      case .leaf(let index, let next):
        Int32(clamping: automaton.leaves[Int(index)].distance(place.leaf)) + automaton.distances[Int(next)]
      case .key(let next):
        Int32(FreeKey.distance(place.leaf, used: frames[Int(place.stack)].keys)) + automaton.distances[Int(next)]
      default: automaton.distances[Int(place.node)]
      }
    return outer + inner
  }

  /// Whether the generation may end in a state.
  func allowsEnd(_ state: Int32) -> Bool {
    places[Int(state)].contains { place in
      switch automaton.nodes[Int(place.node)] {
      case .exit, .end: true
      default: false
      }
    }
  }

  /// The control tokens that may come in a state.
  func controls(_ state: Int32) -> [TokenID] {
    places[Int(state)].compactMap { place in
      if case .control(let token, _) = automaton.nodes[Int(place.node)] { token } else { nil }
    }
  }

  /// The only byte that may come, or nil where there are several, or something else than a byte may come.
  func onlyByte(_ state: Int32) -> (byte: UInt8, next: Int32)? {
    var candidate: UInt8?
    var needsTrial = false
    for place in places[Int(state)] {
      switch automaton.nodes[Int(place.node)] {
      case .byte(let byte, _):
        if let candidate, candidate != byte { return nil }
        candidate = byte
      case .control, .end, .exit, .key: return nil
      case .leaf(let index, _):
        if case .text = automaton.leaves[Int(index)] { return nil }
        needsTrial = true
      default: needsTrial = true
      }
    }
    guard needsTrial else { return candidate.map { ($0, next(state, $0)) } }
    var found: (UInt8, Int32)?
    for byte in UInt8.min...UInt8.max {
      let following = next(state, byte)
      if following == Self.dead { continue }
      if found != nil { return nil }
      found = (byte, following)
    }
    return found
  }

  /// A state that allows the same tokens, one for all lengths of a string that are far from its limits.
  func canonical(_ state: Int32) -> Int32 {
    guard places[Int(state)].count == 1 else { return state }
    let place = places[Int(state)][0]
    guard case .leaf(let index, _) = automaton.nodes[Int(place.node)],
      case .string(let leaf) = automaton.leaves[Int(index)]
    else { return state }
    let packed = leaf.canonical(place.leaf, longestToken: vocabulary.longestToken)
    return packed == place.leaf ? state : number([Place(node: place.node, stack: place.stack, leaf: packed)])
  }

  /// How many scalars fit, where the state is inside a string without pattern and between two characters.
  func plainRoom(_ state: Int32) -> Int? {
    guard places[Int(state)].count == 1 else { return nil }
    let place = places[Int(state)][0]
    guard case .leaf(let index, _) = automaton.nodes[Int(place.node)],
      case .string(let leaf) = automaton.leaves[Int(index)]
    else { return nil }
    return leaf.plainRoom(place.leaf)
  }

  /// How many characters fit, where the state is inside a free key.
  func keyRoom(_ state: Int32) -> Int? {
    guard places[Int(state)].count == 1 else { return nil }
    let place = places[Int(state)][0]
    if case .key = automaton.nodes[Int(place.node)] { return FreeKey.room(place.leaf) }
    return nil
  }
}
