/// Decides whether letters in capitals are said one by one.
enum AcronymTable {
  enum Reading { case letters, word, replaced(String) }

  /// Said as a word, and left as they are written.
  private static let words: Set<String> = [
    "NASA", "NATO", "UNESCO", "UNICEF", "OPEC", "RAM", "ROM", "LAN", "WAN", "PIN", "SIM", "GIF", "BIOS", "CAD", "ALSA",
    "RADAR", "SONAR", "LASER", "LIDAR", "COVID", "AIDS", "SCUBA", "WIFI", "FIFO", "LIFO", "CRUD", "SARS", "ASCII",
    "POSIX", "BASIC", "ESPHOME", "ZIGBEE", "ISO", "NAND", "NOR", "XOR", "DIN",
  ]
  private static let replacements: [String: String] = [
    "OK": "okay", "JSON": "Jason", "YAML": "yammel", "SQLITE": "S Q Lite", "OAUTH": "O Auth", "IEEE": "I triple E",
    "AAA": "triple A", "WLAN": "W LAN", "DRAM": "D RAM", "EEPROM": "E E prom", "PNG": "P N G", "JPEG": "J peg",
    "MPEG": "M peg",
  ]
  /// Letters one by one, although they could be said as a word.
  private static let spelled: Set<String> = [
    "UART", "UEFI", "HVAC", "OLED", "AMOLED", "NOAA", "ECAD", "EULA", "ISBN", "IMEI", "ETFE", "AIFF", "EMEA", "UCLA",
  ]
  /// Short words that people write in capitals to stress them.
  private static let stressed: Set<String> = [
    "ON", "OFF", "THE", "NOT", "YES", "NO", "AND", "ALL", "ANY", "ARE", "AT", "BE", "BUT", "BY", "CAN", "DO", "FOR",
    "GO", "HAS", "HE", "HER", "HIS", "HOW", "IF", "IN", "IS", "ITS", "LET", "ME", "MY", "NEW", "NOW", "OF", "OLD",
    "ONE", "OR", "OUR", "OUT", "OWN", "RUN", "SET", "SHE", "SO", "TEN", "TO", "TOO", "TRY", "TWO", "UP", "USE", "WAS",
    "WAY", "WE", "WHO", "WHY", "YOU", "AN", "AS", "DID", "END", "GET", "GOT", "HAD", "HIM", "HOT", "LOW", "MAY",
    "OH", "RED", "SAY", "SEE", "SIX", "TOP", "HI", "BIG", "BAD", "DAY", "EAT", "FEW", "KEY",
  ]
  private static let onsets: Set<String> = [
    "", "B", "BL", "BR", "C", "CH", "CL", "CR", "D", "DR", "DW", "F", "FL", "FR", "G", "GL", "GR", "H", "J", "K", "KN",
    "L", "M", "N", "P", "PH", "PL", "PR", "QU", "R", "S", "SC", "SCH", "SCR", "SH", "SHR", "SK", "SL", "SM", "SN", "SP",
    "SPL", "SPR", "ST", "STR", "SW", "T", "TH", "THR", "TR", "TW", "V", "W", "WH", "WR", "Y", "Z",
  ]

  /// How a run of two or more ASCII capitals is read. `shouted`: most of the text is in capitals, so that capitals say
  /// nothing.
  static func reading(_ run: String, shouted: Bool) -> Reading {
    if let words = replacements[run] { return .replaced(words) }
    if words.contains(run) { return .word }
    if stressed.contains(run) { return .replaced(run.lowercased()) }
    if spelled.contains(run) || !isPronounceable(run) { return .letters }
    if run.count > 5 || shouted { return .replaced(run.lowercased()) }
    return run.count > 3 ? .replaced(run.lowercased()) : .letters
  }

  /// Whether an English word could begin like this, and a vowel comes within its letters.
  private static func isPronounceable(_ run: String) -> Bool {
    let vowels = "AEIOUY"
    guard let vowel = run.firstIndex(where: { vowels.contains($0) }) else { return false }
    // A Y at the start is a consonant.
    let onset = vowel == run.startIndex && run.first == "Y" ? "Y" : String(run[..<vowel])
    guard onsets.contains(onset) || run.hasPrefix("QU") else { return false }
    var consonants = 0
    for letter in run {
      consonants = vowels.contains(letter) ? 0 : consonants + 1
      if consonants > 4 { return false }
    }
    return true
  }
}
