internal import Tools

/// Finds the line an address means among the chips there are; the same for real and simulated boards.
struct GPIOLineSearch {
  var inventory: GPIOInventory

  func identify(_ address: GPIOLineAddress) throws(ActionError) -> GPIOLineIdentity {
    let candidates = try chips(for: address)
    var found: [GPIOLineIdentity] = []
    for chip in candidates {
      for line in chip.lines where matches(line, address.line) {
        found.append(GPIOLineIdentity(chip: chip.name, offset: line.offset, address: address))
      }
    }
    if found.count == 1 { return found[0] }
    guard found.isEmpty else {
      let places = found.prefix(8).map { "\($0.chip)/\($0.offset)" }.joined(separator: ", ")
      throw ActionError(
        .invalidConfiguration, "find GPIO line \(address)", reason: "\(found.count) lines fit: \(places)",
        remedy: "Name the chip by its path, or the line by its number.")
    }
    throw missingLine(address, among: candidates)
  }

  private func chips(for address: GPIOLineAddress) throws(ActionError) -> [GPIOChip] {
    guard !inventory.chips.isEmpty else {
      // A chip that is there but closed to us explains more than "there is none".
      if let problem = inventory.problems.first { throw problem }
      throw ActionError(
        .notFound, "find GPIO line \(address)", reason: "this machine has no GPIO chip (no /dev/gpiochip*)",
        remedy: "Load the board's GPIO driver, or configure the simulated board.")
    }
    guard let wanted = address.chip else { return inventory.chips }
    let chips = inventory.chips.filter { $0.name == wanted || $0.path == wanted || $0.label == wanted }
    guard chips.isEmpty else { return chips }
    if let problem = inventory.problems.first(where: { $0.operation.contains(wanted) }) { throw problem }
    let known = inventory.chips.flatMap { [$0.label, $0.name] }
    let nearest = NearestName.of(wanted, in: known).map { "Did you mean \($0)? " } ?? ""
    let list = inventory.chips.prefix(8).map { "\($0.name) [\($0.label)]" }.joined(separator: ", ")
    throw ActionError(
      .notFound, "find GPIO chip \(wanted)", reason: "there is none of that label, name or path",
      remedy: nearest + "There are: \(list).")
  }

  private func matches(_ line: GPIOLine, _ wanted: GPIOLineAddress.Line) -> Bool {
    switch wanted {
    case .offset(let offset): line.offset == offset
    case .name(let name): line.name == name
    }
  }

  private func missingLine(_ address: GPIOLineAddress, among chips: [GPIOChip]) -> ActionError {
    switch address.line {
    case .offset:
      let counts = chips.prefix(8).map { "\($0.name) has \($0.lines.count)" }.joined(separator: ", ")
      return ActionError(
        .notFound, "find GPIO line \(address)", reason: "the number is past the chip's last line",
        remedy: "Lines count from 0; \(counts).")
    case .name(let name):
      let names = chips.flatMap { $0.lines.compactMap(\.name) }
      let nearest = NearestName.of(name, in: names).map { "Did you mean \($0)? " } ?? ""
      return ActionError(
        .notFound, "find GPIO line \(address)",
        reason: names.isEmpty ? "the chip's lines have no names" : "no line has that name",
        remedy: nearest + "`earshot devices` lists the lines.")
    }
  }
}
