import Glibc

/// What the terminal can do, and the few escape sequences that the live views use.
struct Terminal: Sendable {
  /// Whether to move the cursor and colour: standard error is a terminal, and nobody asked for plain text
  /// (https://no-color.org).
  let isRich: Bool

  init(environment: [String: String], descriptor: Int32 = STDERR_FILENO) {
    isRich = isatty(descriptor) == 1 && environment["NO_COLOR"] == nil && environment["TERM"] != "dumb"
  }

  func bold(_ text: String) -> String { style(text, "1") }
  func dim(_ text: String) -> String { style(text, "2") }
  func green(_ text: String) -> String { style(text, "32") }
  func yellow(_ text: String) -> String { style(text, "33") }
  func red(_ text: String) -> String { style(text, "31") }

  private func style(_ text: String, _ code: String) -> String { isRich ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }

  /// A bar of `width` cells filled to `fraction` (0...1, clamped).
  static func bar(_ fraction: Float, width: Int) -> String {
    let filled = Int((min(max(fraction, 0), 1) * Float(width)).rounded())
    return String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
  }
}
