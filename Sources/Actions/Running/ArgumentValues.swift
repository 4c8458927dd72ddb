internal import Tools

/// How what was said becomes what a line or a channel takes. Whatever is not listed is refused: nothing is guessed.
enum ArgumentValues {
  private static let onWords: Set<String> = ["on", "open", "yes", "true", "active", "high", "1"]
  private static let offWords: Set<String> = ["off", "closed", "close", "no", "false", "inactive", "low", "0"]

  /// True for on. Booleans, the words above in any case, 0 as off, and numbers up to 100 (a percentage) as on.
  static func isOn(_ value: JSONValue) -> Bool? {
    switch value {
    case .bool(let flag): return flag
    case .string(let text):
      let word = text.lowercased()
      if onWords.contains(word) { return true }
      if offWords.contains(word) { return false }
      return percentText(word).map { $0 > 0 }
    case .integer, .number:
      guard let number = value.doubleValue, (0...100).contains(number) else { return nil }
      return number > 0
    case .null, .array, .object: return nil
    }
  }

  /// 0...100. Numbers in that range, `42%`, and what is on (100) or off (0) by the words above, 0 and 1 excepted, which
  /// are percentages here.
  static func percent(_ value: JSONValue) -> Double? {
    switch value {
    case .bool(let flag): return flag ? 100 : 0
    case .string(let text):
      let word = text.lowercased()
      if let number = Double(word) { return (0...100).contains(number) ? number : nil }
      if let number = percentText(word) { return number }
      if onWords.contains(word) { return 100 }
      return offWords.contains(word) ? 0 : nil
    case .integer, .number:
      guard let number = value.doubleValue, (0...100).contains(number) else { return nil }
      return number
    case .null, .array, .object: return nil
    }
  }

  private static func percentText(_ word: String) -> Double? {
    guard word.hasSuffix("%"), word.utf8.count <= 16, let number = Double(word.dropLast()) else { return nil }
    return (0...100).contains(number) ? number : nil
  }
}
