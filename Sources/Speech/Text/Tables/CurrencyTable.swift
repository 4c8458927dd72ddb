/// Currencies by their sign.
enum CurrencyTable {
  struct Currency: Sendable {
    let singular: String
    let plural: String
    let hundredth: String?
    let hundredths: String?
  }

  static func currency(_ sign: Unicode.Scalar) -> Currency? {
    switch sign {
    case "$": Currency(singular: "dollar", plural: "dollars", hundredth: "cent", hundredths: "cents")
    case "€": Currency(singular: "euro", plural: "euros", hundredth: "cent", hundredths: "cents")
    case "£": Currency(singular: "pound", plural: "pounds", hundredth: "penny", hundredths: "pence")
    case "¥": Currency(singular: "yen", plural: "yen", hundredth: nil, hundredths: nil)
    case "₹": Currency(singular: "rupee", plural: "rupees", hundredth: "paisa", hundredths: "paise")
    case "₩": Currency(singular: "won", plural: "won", hundredth: nil, hundredths: nil)
    case "₽": Currency(singular: "ruble", plural: "rubles", hundredth: nil, hundredths: nil)
    case "₺": Currency(singular: "lira", plural: "lira", hundredth: nil, hundredths: nil)
    default: nil
    }
  }

  /// Words and letters that multiply an amount: "$5 million", "$3k".
  static let magnitudes: [String: String] = [
    "thousand": "thousand", "million": "million", "billion": "billion", "trillion": "trillion", "k": "thousand",
    "K": "thousand", "m": "million", "M": "million", "mn": "million", "bn": "billion", "B": "billion", "T": "trillion",
  ]
}
