extension MarkupFilter {
  /// A rule or a table's delimiter row longer than this is read as text.
  private static let maximumRule = 256

  /// Handles the marks that stand at the start of a line. False: the scalars that decide have not come.
  mutating func stepLineStart(_ scalar: Unicode.Scalar, atEnd: Bool) -> Bool {
    switch scalar {
    case "\n":
      // A blank line.
      pendingBreak = .hard
      head += 1
    case " ", "\t", "\r", ">":
      head += 1
    case "`", "~":
      return openFence(scalar, atEnd: atEnd)
    case "#":
      return openHeading(atEnd: atEnd)
    case "-", "*", "+", "_", "=", "•", "–":
      return openBulletOrRule(scalar, atEnd: atEnd)
    case "0"..."9":
      return openNumberedItem(atEnd: atEnd)
    case "|":
      return openTableRow(atEnd: atEnd)
    default:
      atLineStart = false
    }
    return true
  }

  /// How often `mark` stands at ``head``, nil when more could come.
  private func run(of mark: Unicode.Scalar, limit: Int, atEnd: Bool) -> Int? {
    var count = 0
    while count < limit {
      guard head + count < input.count else { return atEnd ? count : nil }
      guard input[head + count] == mark else { break }
      count += 1
    }
    return count
  }

  private mutating func openFence(_ mark: Unicode.Scalar, atEnd: Bool) -> Bool {
    guard let count = run(of: mark, limit: 3, atEnd: atEnd) else { return false }
    if count == 3 {
      head += 3
      pendingBreak = .hard
      // The rest of this line names the language; it is dropped with the code.
      mode = .fence(of: mark, closing: 0, other: true)
    } else {
      atLineStart = false
    }
    return true
  }

  private mutating func openHeading(atEnd: Bool) -> Bool {
    guard let count = run(of: "#", limit: 7, atEnd: atEnd) else { return false }
    let next = head + count < input.count ? input[head + count] : "\n"
    if count <= 6, next == " " || next == "\n" || next == "\t" {
      head += count
      beginLine(.heading)
    } else {
      atLineStart = false
    }
    return true
  }

  private mutating func openBulletOrRule(_ mark: Unicode.Scalar, atEnd: Bool) -> Bool {
    // A rule: nothing but the mark and spaces to the line's end, three marks at least.
    var (index, marks) = (head, 0)
    while index < input.count, input[index] == mark || input[index] == " ", index - head < Self.maximumRule {
      if input[index] == mark { marks += 1 }
      index += 1
    }
    let second: Unicode.Scalar? = head + 1 < input.count ? input[head + 1] : atEnd ? "\n" : nil
    guard let second else { return false }
    let isBullet = (second == " " || second == "\t") && mark != "_" && mark != "="
    if index == input.count, !atEnd, index - head < Self.maximumRule { return false }
    if marks >= 3, index - head < Self.maximumRule, isLineEnd(index) {
      head = index
      pendingBreak = .hard
    } else if isBullet {
      return openBullet(atEnd: atEnd)
    } else {
      atLineStart = false
    }
    return true
  }

  private mutating func openBullet(atEnd: Bool) -> Bool {
    // "[ ] " and "[x] " after a bullet are boxes to tick.
    let box = input[(head + 2)...].prefix(4)
    if box.count < 4, box.isEmpty || box.first == "[", !atEnd { return false }
    let isBox =
      box.count == 4 && box.first == "[" && box[box.startIndex + 2] == "]" && box.last == " "
      && " xX".unicodeScalars.contains(box[box.startIndex + 1])
    head += isBox ? 6 : 2
    beginLine(.list)
    return true
  }

  private mutating func openNumberedItem(atEnd: Bool) -> Bool {
    var index = head
    while index < input.count, ("0"..."9").contains(input[index]), index - head < 4 { index += 1 }
    guard index + 1 < input.count || atEnd else { return index - head == 4 ? readAsText() : false }
    guard index - head < 4, index + 1 < input.count, input[index] == "." || input[index] == ")",
      input[index + 1] == " "
    else { return readAsText() }
    let number = input[head..<index]
    beginLine(.list)
    for digit in number { emit(digit) }
    output.append(",")
    lastVisible = ","
    emitSpace()
    head = index + 2
    return true
  }

  private mutating func openTableRow(atEnd: Bool) -> Bool {
    var (index, dashes) = (head, 0)
    while index < input.count, "|-: ".unicodeScalars.contains(input[index]), index - head < Self.maximumRule {
      if input[index] == "-" { dashes += 1 }
      index += 1
    }
    if index == input.count, !atEnd, index - head < Self.maximumRule { return false }
    if dashes > 0, index - head < Self.maximumRule, isLineEnd(index) {
      head = index
      pendingBreak = .hard
    } else {
      head += 1
      beginLine(.table)
    }
    return true
  }

  private func isLineEnd(_ index: Int) -> Bool {
    index == input.count || input[index] == "\n" || input[index] == "\r"
  }

  private mutating func readAsText() -> Bool {
    atLineStart = false
    return true
  }

  private mutating func beginLine(_ kind: LineKind) {
    pendingBreak = .hard
    (line, atLineStart) = (kind, false)
  }
}
