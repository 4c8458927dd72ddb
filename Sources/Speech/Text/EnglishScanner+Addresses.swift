extension EnglishScanner {
  private static let schemes = ["http://", "https://", "ftp://", "ws://", "wss://", "file://", "www.", "mailto:"]
  /// Last labels by which a name without a scheme is known for a host. Those that are English words are not here.
  private static let topDomains: Set<String> = [
    "com", "org", "net", "io", "dev", "edu", "gov", "info", "eu", "uk", "de", "fr", "ch", "nl", "se", "dk", "pl", "app",
    "local", "lan", "example",
  ]
  private static let fileTypes: Set<String> = [
    "yaml", "yml", "json", "txt", "md", "wav", "mp3", "ogg", "opus", "flac", "conf", "cfg", "ini", "log", "sh", "py",
    "swift", "c", "cpp", "rs", "js", "ts", "html", "css", "csv", "xml", "png", "jpg", "jpeg", "gif", "pdf", "zip", "gz",
    "tar", "deb", "so", "service", "gguf", "onnx", "toml", "db", "sqlite",
  ]

  /// Says the URL, e-mail address, host or file that starts at ``index``, if one does.
  mutating func readAddress() -> Bool {
    let first = text[index]
    guard Self.isLetter(first) || Self.isDigit(first) || "/~.".unicodeScalars.contains(first) else { return false }
    let before = at(index - 1)
    guard !Self.isLetter(before), !Self.isDigit(before), before != "." else { return false }
    if Self.isLetter(first), readURL() { return true }
    var end = index
    while end < text.count, text[end] != " ", end - index < Self.lookahead { end += 1 }
    guard end - index < Self.lookahead else { return false }
    // Stops and brackets at the end belong to the sentence.
    while end > index, ".,;:!?)]>'*".unicodeScalars.contains(text[end - 1]) { end -= 1 }
    let token = text[index..<end]
    if readEmail(token) || readPath(token) { return true }
    // A name may be followed by a bracket, a comma or a slash.
    var nameEnd = index
    while nameEnd < end, isNamePart(text[nameEnd]) { nameEnd += 1 }
    while nameEnd > index, text[nameEnd - 1] == "." || text[nameEnd - 1] == "-" { nameEnd -= 1 }
    return readName(text[index..<nameEnd], end: end)
  }

  private func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    Self.isLetter(scalar) || Self.isDigit(scalar) || scalar == "." || scalar == "-" || scalar == "_"
  }

  private mutating func readURL() -> Bool {
    let start = string(index..<index + 8).lowercased()
    guard let scheme = Self.schemes.first(where: { start.hasPrefix($0) }) else { return false }
    let host = index + scheme.utf8.count
    guard host < text.count, text[host] != " " else { return false }
    var end = host
    while end < text.count, text[end] != " ", text[end] != "<", text[end] != ">" { end += 1 }
    while end > host, ".,;:!?)]'*".unicodeScalars.contains(text[end - 1]) { end -= 1 }
    if scheme == "mailto:" {
      if !readEmail(text[host..<max(host, end)]) { spoken.say("an address") }
    } else {
      var hostEnd = host
      while hostEnd < end, isNamePart(text[hostEnd]) { hostEnd += 1 }
      sayHost(text[host..<hostEnd])
    }
    index = max(index + 1, end)
    return true
  }

  private mutating func readEmail(_ token: ArraySlice<Unicode.Scalar>) -> Bool {
    guard let at = token.firstIndex(of: "@"), at > token.startIndex, at + 1 < token.endIndex else { return false }
    let (local, domain) = (token[..<at], token[(at + 1)...])
    guard local.allSatisfy({ isNamePart($0) || $0 == "+" }), domain.allSatisfy({ isNamePart($0) }),
      domain.dropFirst().dropLast().contains(".")
    else { return false }
    sayIdentifier(local)
    spoken.say("at")
    sayIdentifier(domain)
    index = token.endIndex
    return true
  }

  /// `/etc/earshot/kitchen.yaml`, `~/notes.txt`, `./run`: its last part is said.
  private mutating func readPath(_ token: ArraySlice<Unicode.Scalar>) -> Bool {
    guard let first = token.first, first == "/" || first == "~" || first == "." else { return false }
    let start = token.startIndex
    let isPath =
      first == "/"
      ? Self.isLetter(at(start + 1)) : at(start + 1) == "/" || (at(start + 1) == "." && at(start + 2) == "/")
    guard isPath, token.allSatisfy({ isNamePart($0) || $0 == "/" || $0 == "~" || $0 == "+" }) else { return false }
    guard let last = token.split(separator: "/").last, last.contains(where: { Self.isLetter($0) || Self.isDigit($0) })
    else { return false }
    sayIdentifier(last)
    index = token.endIndex
    return true
  }

  /// `example.org/page` or `kitchen.yaml`.
  private mutating func readName(_ name: ArraySlice<Unicode.Scalar>, end: Int) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count >= 2, parts.allSatisfy({ !$0.isEmpty }), let last = parts.last else { return false }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: last)
    let type = String(view)
    guard parts[0].contains(where: { Self.isLetter($0) }) else { return false }
    if Self.topDomains.contains(type) {
      sayHost(name)
      // A host's path goes unsaid.
      index = at(name.endIndex) == "/" || at(name.endIndex) == ":" ? end : name.endIndex
    } else if Self.fileTypes.contains(type), parts[0].count > 1 {
      sayIdentifier(name)
      index = name.endIndex
    } else {
      return false
    }
    return true
  }

  /// "example dot org"; "a link" where the name would not be understood.
  private mutating func sayHost(_ host: ArraySlice<Unicode.Scalar>) {
    var labels = host.split(separator: ".")
    if labels.first.map({ $0.elementsEqual("www".unicodeScalars) }) == true { labels.removeFirst() }
    let length = labels.reduce(0) { $0 + $1.count }
    let digits = labels.reduce(0) { $0 + $1.count { Self.isDigit($0) } }
    guard (1...4).contains(labels.count), length <= 40, digits <= 4,
      labels[0].contains(where: { Self.isLetter($0) })
    else { return spoken.say("a link") }
    sayIdentifier(host[labels[0].startIndex..<host.endIndex])
  }

  /// Names of machines: letters as words, digits as numbers, "." as "dot", "+" as "plus", other signs as pauses in speech.
  private mutating func sayIdentifier(_ name: ArraySlice<Unicode.Scalar>) {
    var position = name.startIndex
    while position < name.endIndex {
      let scalar = text[position]
      if Self.isLetter(scalar) {
        let end = min(endOfLetters(from: position), name.endIndex)
        sayWord(string(position..<end))
        position = end
      } else if Self.isDigit(scalar) {
        let end = min(endOfDigits(from: position), name.endIndex)
        sayIdentifierDigits(position..<end)
        position = end
      } else {
        if scalar == ".", position + 1 < name.endIndex { spoken.say("dot") }
        if scalar == "+" { spoken.say("plus") }
        position += 1
      }
    }
  }
}
