/// English abbreviations and what they are read as.
enum AbbreviationTable {
  enum Condition: Sendable {
    /// With a dot or without.
    case always
    /// Only with its dot.
    case dot
    /// With its dot, before a word with a capital.
    case dotBeforeCapital
    /// With its dot, before a number.
    case dotBeforeNumber
  }
  struct Entry: Sendable {
    let words: String
    let condition: Condition
    /// Whether a sentence may end with it: "etc." may, "Dr." may not.
    let mayEndSentence: Bool
  }

  /// By the abbreviation in lower case without its dot.
  static func entry(_ abbreviation: String) -> Entry? { table[abbreviation] }

  /// Letters with dots between, without the last dot, in lower case: "e.g" is "for example".
  static let dotted: [String: (words: String, mayEndSentence: Bool)] = [
    "e.g": ("for example", false), "i.e": ("that is", false), "a.m": ("A M", true), "p.m": ("P M", true),
    "a.k.a": ("also known as", false), "n.b": ("note", false), "p.s": ("P S", false), "q.v": ("see", false),
    "w.r.t": ("with respect to", false),
  ]

  /// Whether a dot after `word` (lower case, without it) may be the word's own.
  static func isAbbreviation(_ word: String) -> Bool {
    table[word] != nil || weekdays[word] != nil
      || (months[word] != nil && word.utf8.count <= 4 && !wholeMonths.contains(word))
  }

  private static let wholeMonths: Set<String> = ["may", "june", "july"]

  static let months: [String: Int] = [
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9,
    "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7,
    "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
  ]
  static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  static let weekdays: [String: String] = [
    "mon": "Monday", "tue": "Tuesday", "tues": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "thur": "Thursday",
    "thurs": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday",
  ]

  private static let table: [String: Entry] = {
    var table: [String: Entry] = [:]
    func add(_ condition: Condition, ends: Bool, _ pairs: KeyValuePairs<String, String>) {
      for (key, words) in pairs { table[key] = Entry(words: words, condition: condition, mayEndSentence: ends) }
    }
    add(
      .always, ends: false,
      [
        "dr": "Doctor", "mr": "Mister", "mrs": "Missus", "prof": "Professor", "vs": "versus", "approx": "approximately",
      ])
    add(.always, ends: true, ["etc": "et cetera"])
    add(
      .dot, ends: false,
      [
        "ms": "Ms", "incl": "including", "excl": "excluding", "esp": "especially", "cf": "compare",
        "ca": "circa", "est": "estimated", "tel": "telephone",
        "viz": "namely", "al": "others",
      ])
    add(
      .dot, ends: true,
      [
        "jr": "Junior", "sr": "Senior", "inc": "Incorporated", "ltd": "Limited", "corp": "Corporation", "co": "Company",
        "dept": "Department", "ave": "Avenue", "blvd": "Boulevard", "misc": "miscellaneous", "resp": "respectively",
        "govt": "government", "min": "minimum", "max": "maximum", "avg": "average", "temp": "temperature",
      ])
    add(
      .dotBeforeCapital, ends: false,
      [
        "mt": "Mount", "gen": "General", "capt": "Captain", "sgt": "Sergeant", "lt": "Lieutenant", "col": "Colonel",
        "gov": "Governor", "sen": "Senator", "rep": "Representative", "rev": "Reverend", "hon": "Honorable",
        "st": "Saint",
        "ft": "Fort",
      ])
    add(
      .dotBeforeNumber, ends: false,
      [
        "no": "number", "nos": "numbers", "fig": "figure", "figs": "figures", "vol": "volume", "ch": "chapter",
        "sec": "section", "p": "page", "pp": "pages", "ext": "extension", "apt": "apartment", "art": "article",
        "ver": "version", "v": "version", "nr": "number", "eq": "equation", "para": "paragraph",
      ])
    return table
  }()
}
