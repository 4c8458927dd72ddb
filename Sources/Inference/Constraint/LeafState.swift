/// State of a leaf automaton, packed by the leaf; leaves are pure functions on it.
typealias LeafState = UInt64

extension LeafState {
  /// The byte cannot stand here.
  static var dead: LeafState { .max }
  /// The byte was the last one.
  static var done: LeafState { .max - 1 }
}

/// A part of the grammar whose states are computed instead of being listed.
enum Leaf: Sendable {
  case string(StringLeaf)
  case number(NumberLeaf)
  case text(TextLeaf)

  var start: LeafState {
    switch self {
    case .string(let leaf): leaf.start
    case .number(let leaf): leaf.start
    case .text(let leaf): leaf.start
    }
  }

  func next(_ state: LeafState, _ byte: UInt8) -> LeafState {
    switch self {
    case .string(let leaf): leaf.next(state, byte)
    case .number(let leaf): leaf.next(state, byte)
    case .text(let leaf): leaf.next(state, byte)
    }
  }

  /// Whether the leaf may end here without another byte.
  func isComplete(_ state: LeafState) -> Bool {
    switch self {
    case .string: false
    case .number(let leaf): leaf.isComplete(state)
    case .text(let leaf): leaf.isComplete(state)
    }
  }

  /// Whether at least one byte can follow within the leaf.
  func canContinue(_ state: LeafState) -> Bool {
    switch self {
    case .string, .text: true
    case .number(let leaf): leaf.canContinue(state)
    }
  }

  /// The fewest bytes to the leaf's end. Wherever it is positive, some byte makes it smaller by one.
  func distance(_ state: LeafState) -> Int {
    switch self {
    case .string(let leaf): leaf.distance(state)
    case .number(let leaf): leaf.distance(state)
    case .text(let leaf): leaf.distance(state)
    }
  }
}
