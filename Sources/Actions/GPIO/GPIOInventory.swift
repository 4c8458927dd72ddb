public import Tools

/// What GPIO a machine has, for `earshot devices`.
public struct GPIOInventory: Hashable, Sendable {
  /// Whether these chips exist only in memory.
  public var isSimulated: Bool
  public var chips: [GPIOChip]
  /// Chips that are there but could not be asked, such as for want of permission.
  public var problems: [ActionError]

  public init(isSimulated: Bool, chips: [GPIOChip], problems: [ActionError] = []) {
    self.isSimulated = isSimulated
    self.chips = chips
    self.problems = problems
  }
}

/// One GPIO chip.
public struct GPIOChip: Hashable, Sendable {
  /// The kernel's name, such as `gpiochip0`; may change between boots.
  public var name: String
  /// The driver's label, such as `pinctrl-rp1`; does not.
  public var label: String
  public var path: String
  public var lines: [GPIOLine]

  public init(name: String, label: String, path: String, lines: [GPIOLine]) {
    self.name = name
    self.label = label
    self.path = path
    self.lines = lines
  }
}

/// One line of a chip, as the kernel describes it now.
public struct GPIOLine: Hashable, Sendable {
  public enum Direction: String, Hashable, Sendable { case input, output }

  public var offset: UInt32
  /// Nil where the board gives it none.
  public var name: String?
  /// Who holds it, where somebody said.
  public var consumer: String?
  public var direction: Direction
  /// Whether it is taken: by a program, a driver, or this daemon.
  public var isUsed: Bool
  public var isActiveLow: Bool

  public init(
    offset: UInt32, name: String?, consumer: String? = nil, direction: Direction = .input, isUsed: Bool = false,
    isActiveLow: Bool = false
  ) {
    self.offset = offset
    self.name = name
    self.consumer = consumer
    self.direction = direction
    self.isUsed = isUsed
    self.isActiveLow = isActiveLow
  }
}

extension GPIOInventory {
  /// One line of text per chip, line and problem.
  public var text: String {
    var rows: [String] = []
    for chip in chips {
      let tag = isSimulated ? " (simulated)" : ""
      rows.append("\(chip.name) [\(chip.label)] \(chip.path), \(chip.lines.count) lines\(tag)")
      for line in chip.lines {
        let name = line.name.map { "\"\($0)\"" } ?? "unnamed"
        let use = line.isUsed ? "used by \(line.consumer.map { "\"\($0)\"" } ?? "the kernel")" : "free"
        let level = line.isActiveLow ? ", active-low" : ""
        rows.append("  line \(line.offset): \(name), \(line.direction.rawValue)\(level), \(use)")
      }
    }
    rows += problems.map(\.description)
    return rows.joined(separator: "\n")
  }

  /// The same as JSON: `{"simulated", "chips": [{"name", "label", "path", "lines": [{"offset", "name", "consumer",
  /// "direction", "used", "active_low"}]}], "problems": [text]}`.
  public var json: JSONValue {
    func optional(_ text: String?) -> JSONValue { text.map(JSONValue.string) ?? .null }
    let chipValues = chips.map { chip -> JSONValue in
      let lines = chip.lines.map { line -> JSONValue in
        .object([
          "offset": .integer(Int64(line.offset)), "name": optional(line.name), "consumer": optional(line.consumer),
          "direction": .string(line.direction.rawValue), "used": .bool(line.isUsed),
          "active_low": .bool(line.isActiveLow),
        ])
      }
      return .object([
        "name": .string(chip.name), "label": .string(chip.label), "path": .string(chip.path), "lines": .array(lines),
      ])
    }
    return .object([
      "simulated": .bool(isSimulated), "chips": .array(chipValues),
      "problems": .array(problems.map { .string($0.description) }),
    ])
  }
}
