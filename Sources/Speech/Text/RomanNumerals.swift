/// Roman numbers up to 39, in capitals and in their one right spelling. Higher ones are mostly other things: CD, MIX, DC.
enum RomanNumerals {
  private static let units = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"]

  static func value(_ word: String) -> Int? {
    let tens = word.prefix(3).prefix { $0 == "X" }.count
    guard let unit = units.firstIndex(of: String(word.dropFirst(tens))) else { return nil }
    let value = tens * 10 + unit
    return value > 0 ? value : nil
  }
}
