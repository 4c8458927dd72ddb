/// Several patterns that a text must all match, as one deterministic automaton over classes of Unicode scalars.
///
/// Subset construction over the patterns' threads (Rabin, Scott 1959) with search semantics: a pattern may match
/// anywhere in the text unless it is anchored. `^`, `$`, `\b` and `\B` are decided from the scalar before, which is part
/// of a state, and the scalar after, which is the transition. The start is state 0.
public struct TextPatternAutomaton: Hashable, Sendable {
  /// One run of scalars of the same class; the runs are ascending and leave out only the surrogates.
  public struct Run: Hashable, Sendable {
    public var scalars: ClosedRange<UInt32>
    public var scalarClass: Int
  }

  public let runs: [Run]
  public let classCount: Int
  public let stateCount: Int
  /// `[state × class]` the next state.
  private let transitions: [Int32]
  /// Whether all patterns match a text that ends in this state.
  private let isAccepting: [Bool]

  /// - Throws: `ToolsError` with `limitExceeded` where the patterns need more than `maximumStates` states.
  public init(_ patterns: [TextPattern], maximumStates: Int = 2_000) throws(ToolsError) {
    var builder = TextPatternAutomatonBuilder(patterns: patterns)
    try builder.build(maximumStates: maximumStates)
    runs = builder.runs
    classCount = builder.isWord.count
    stateCount = builder.accepting.count
    transitions = builder.transitions
    isAccepting = builder.accepting
  }

  public func accepts(inState state: Int) -> Bool { isAccepting[state] }

  public func next(_ state: Int, scalarClass: Int) -> Int { Int(transitions[state * classCount + scalarClass]) }

  /// The first run that holds `scalar` or scalars above it; `runs.count` where there is none.
  public func firstRun(from scalar: UInt32) -> Int {
    var low = 0
    var high = runs.count
    while low < high {
      let middle = (low + high) / 2
      if runs[middle].scalars.upperBound < scalar { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The state after `scalar`, or nil for a surrogate.
  public func next(_ state: Int, _ scalar: UInt32) -> Int? {
    let run = firstRun(from: scalar)
    guard run < runs.count, runs[run].scalars.contains(scalar) else { return nil }
    return next(state, scalarClass: runs[run].scalarClass)
  }

  /// Whether all patterns match `text`.
  public func matches(_ text: String) -> Bool {
    var state = 0
    for scalar in text.unicodeScalars { state = next(state, scalar.value) ?? state }
    return accepts(inState: state)
  }
}

/// Subset construction for `TextPatternAutomaton`.
private struct TextPatternAutomatonBuilder {
  private enum Before: Int { case start, other, word }

  /// Threads waiting before a scalar is read, pattern by pattern; a matched pattern needs none any more.
  private struct State: Hashable {
    var before: Int
    var threads: [[Int]?]
  }

  private let programs: [[TextPattern.Instruction]]
  private var sets: [ScalarSet] = []
  /// Which sets hold the scalars of a class.
  private var membership: [[Bool]] = []
  /// The number of the set that each instruction reads.
  private var setOf: [[Int]] = []
  private(set) var runs: [TextPatternAutomaton.Run] = []
  private(set) var isWord: [Bool] = []
  private(set) var transitions: [Int32] = []
  private(set) var accepting: [Bool] = []

  init(patterns: [TextPattern]) {
    programs = patterns.map(\.program)
    for program in programs {
      for case .scalar(let set) in program where !sets.contains(set) { sets.append(set) }
    }
    setOf = programs.map { program in
      program.map { instruction in
        if case .scalar(let set) = instruction { sets.firstIndex(of: set) ?? 0 } else { 0 }
      }
    }
    partition()
  }

  /// Divides all scalars into classes that no set and no word boundary tells apart.
  private mutating func partition() {
    var bounds: Set<UInt32> = [0, 0xD800, 0xE000]
    for set in sets + [.word] { Self.collect(set, into: &bounds) }
    let starts = bounds.filter { $0 <= 0x10FFFF }.sorted()
    var classes: [[Bool]: Int] = [:]
    for (index, start) in starts.enumerated() where start != 0xD800 {
      guard let scalar = Unicode.Scalar(start) else { continue }
      let end = index + 1 < starts.count ? starts[index + 1] - 1 : 0x10FFFF
      let signature = (sets + [.word]).map { $0.contains(scalar) }
      let scalarClass = classes[signature] ?? classes.count
      if scalarClass == classes.count {
        classes[signature] = scalarClass
        membership.append(signature)
        isWord.append(signature[sets.count])
      }
      if let last = runs.last, last.scalarClass == scalarClass, last.scalars.upperBound + 1 == start {
        runs[runs.count - 1].scalars = last.scalars.lowerBound...end
      } else {
        runs.append(.init(scalars: start...end, scalarClass: scalarClass))
      }
    }
  }

  private static func collect(_ set: ScalarSet, into bounds: inout Set<UInt32>) {
    for range in set.ranges {
      bounds.insert(range.lowerBound)
      bounds.insert(range.upperBound + 1)
    }
    for part in set.parts { collect(part, into: &bounds) }
    guard !set.categories.isEmpty else { return }
    bounds.formUnion(set.categories.allSatisfy { $0.name == "Zs" } ? ScalarSet.spaceStarts : ScalarSet.categoryStarts)
  }

  mutating func build(maximumStates: Int) throws(ToolsError) {
    var numbers: [State: Int32] = [:]
    var states = [State(before: Before.start.rawValue, threads: programs.map { _ in [] })]
    numbers[states[0]] = 0
    var index = 0
    while index < states.count {
      let state = states[index]
      accepting.append(programs.indices.allSatisfy { close($0, state, isWordAfter: nil) == nil })
      let other = programs.indices.map { close($0, state, isWordAfter: false) }
      let word = programs.indices.map { close($0, state, isWordAfter: true) }
      for scalarClass in isWord.indices {
        var following = State(before: (isWord[scalarClass] ? Before.word : .other).rawValue, threads: [])
        for (pattern, closed) in (isWord[scalarClass] ? word : other).enumerated() {
          following.threads.append(closed.map { step(pattern, $0, scalarClass) })
        }
        for pattern in programs.indices {
          // A match is known at once where it does not depend on what follows.
          if following.threads[pattern] != nil, closeBoth(pattern, following) { following.threads[pattern] = nil }
        }
        if following.threads.allSatisfy({ $0 == nil }) { following.before = Before.other.rawValue }
        if let number = numbers[following] {
          transitions.append(number)
        } else {
          guard states.count < maximumStates else {
            throw ToolsError(
              code: .limitExceeded,
              what: "could not build an automaton for the pattern: it takes more than \(maximumStates) states",
              remedy: "Anchor it with ^ and $, or write smaller repetition counts.")
          }
          numbers[following] = Int32(states.count)
          transitions.append(Int32(states.count))
          states.append(following)
        }
      }
      index += 1
    }
  }

  private func closeBoth(_ pattern: Int, _ state: State) -> Bool {
    close(pattern, state, isWordAfter: nil) == nil && close(pattern, state, isWordAfter: false) == nil
      && close(pattern, state, isWordAfter: true) == nil
  }

  /// The threads that wait for a scalar, `isWordAfter` nil at the end of the text; nil where the pattern has matched.
  private func close(_ pattern: Int, _ state: State, isWordAfter: Bool?) -> [Int]? {
    guard let threads = state.threads[pattern] else { return nil }
    let program = programs[pattern]
    var isSeen = Array(repeating: false, count: program.count)
    var waiting: [Int] = []
    // A search: at each position one more thread begins.
    var pending = threads + [0]
    let isWordBefore = state.before == Before.word.rawValue
    while let counter = pending.popLast() {
      if isSeen[counter] { continue }
      isSeen[counter] = true
      switch program[counter] {
      case .match: return nil
      case .scalar: waiting.append(counter)
      case .jump(let target): pending.append(target)
      case .split(let first, let second):
        pending.append(first)
        pending.append(second)
      case .assert(let assertion):
        let holds =
          switch assertion {
          case .start: state.before == Before.start.rawValue
          case .end: isWordAfter == nil
          case .wordBoundary: isWordBefore != (isWordAfter ?? false)
          case .notWordBoundary: isWordBefore == (isWordAfter ?? false)
          }
        if holds { pending.append(counter + 1) }
      }
    }
    return waiting
  }

  /// The threads after a scalar of the class, in ascending order.
  private func step(_ pattern: Int, _ waiting: [Int], _ scalarClass: Int) -> [Int] {
    waiting.filter { membership[scalarClass][setOf[pattern][$0]] }.map { $0 + 1 }.sorted()
  }
}

extension ScalarSet {
  /// Where the general category changes between neighbouring scalars.
  fileprivate static let categoryStarts: [UInt32] = {
    var starts: [UInt32] = []
    var last: Unicode.GeneralCategory?
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value) else { continue }
      let category = scalar.properties.generalCategory
      if category != last { starts.append(value) }
      last = category
    }
    return starts
  }()

  /// The same for the space separators alone, which `\s` needs.
  fileprivate static let spaceStarts: [UInt32] = [
    0x20, 0x21, 0xA0, 0xA1, 0x1680, 0x1681, 0x2000, 0x200B, 0x202F, 0x2030, 0x205F, 0x2060, 0x3000, 0x3001,
  ]
}
