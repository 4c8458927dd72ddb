/// Which line of which GPIO chip, as people write it: `gpiochip0/17`, `pinctrl-rp1/GPIO17`, `/dev/gpiochip4/17`, or
/// only `kitchen-light` where one line of that name exists on all chips.
///
/// Chips are best named by label and lines by name: numbers move between kernels (the Raspberry Pi 5's header was
/// gpiochip4 and became gpiochip0).
public struct GPIOLineAddress: Hashable, Sendable, CustomStringConvertible {
  public enum Line: Hashable, Sendable {
    /// The line's number on its chip, 0...65535.
    case offset(UInt32)
    /// The line's name, as the device tree or ACPI gives it; compared byte by byte.
    case name(String)
  }

  /// The chip's label, its name (`gpiochip0`) or its path (`/dev/gpiochip0`); nil looks on every chip.
  public var chip: String?
  public var line: Line

  /// Unchecked parts, for code that knows them; text from outside goes through `init(parsing:)`.
  public init(chip: String?, line: Line) {
    self.chip = chip
    self.line = line
  }

  /// The longest name the kernel keeps (GPIO_MAX_NAME_SIZE less its NUL).
  static let maximumNameBytes = 31
  /// No chip has more lines; the kernel's own limit is the int `ngpio`.
  static let maximumOffset: UInt32 = 65535

  /// Reads `chip/line` or `line`. The last slash divides; a line of digits only is an offset, anything else a name.
  /// - Throws: `invalidConfiguration` for an empty part, a control character, a name longer than 31 bytes, an offset
  ///   above 65535, or an offset without a chip.
  public init(parsing text: String) throws(ActionError) {
    func refuse(_ reason: String) -> ActionError {
      ActionError(
        .invalidConfiguration, "read a GPIO line address", reason: reason,
        remedy: "Write chip/line, as in gpiochip0/17 or pinctrl-rp1/GPIO17; `earshot devices` lists both.")
    }
    guard text.utf8.count <= 256 else { throw refuse("it is longer than 256 bytes") }
    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { throw refuse("it contains a control character") }
    let bytes = text.utf8
    let chipText: Substring?
    let lineText: Substring
    if let slash = bytes.lastIndex(of: UInt8(ascii: "/")) {
      chipText = text[..<slash]
      lineText = text[bytes.index(after: slash)...]
    } else {
      chipText = nil
      lineText = text[...]
    }
    if let chipText {
      guard !chipText.isEmpty else { throw refuse("the chip before the slash is missing") }
      guard chipText.hasPrefix("/dev/") || !chipText.utf8.contains(UInt8(ascii: "/")) else {
        throw refuse("a chip is a label, a name, or a path that starts with /dev/")
      }
      let name = chipText.hasPrefix("/dev/") ? chipText.dropFirst(5) : chipText
      guard !name.isEmpty, name.utf8.count <= Self.maximumNameBytes else {
        throw refuse("the chip's name is empty or longer than \(Self.maximumNameBytes) bytes")
      }
    }
    guard !lineText.isEmpty else { throw refuse("the line is missing") }
    if lineText.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }) {
      guard let offset = UInt32(lineText), offset <= Self.maximumOffset else {
        throw refuse("the line's number is above \(Self.maximumOffset)")
      }
      guard chipText != nil else { throw refuse("a line given by its number needs its chip") }
      line = .offset(offset)
    } else {
      guard lineText.utf8.count <= Self.maximumNameBytes else {
        throw refuse("the line's name is longer than \(Self.maximumNameBytes) bytes")
      }
      line = .name(String(lineText))
    }
    chip = chipText.map(String.init)
  }

  /// The text that `init(parsing:)` reads back.
  public var description: String {
    let lineText =
      switch line {
      case .offset(let offset): String(offset)
      case .name(let name): name
      }
    return chip.map { "\($0)/\(lineText)" } ?? lineText
  }
}
