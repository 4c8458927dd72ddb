import Tools

/// Chooses a slot's type from its notation and the parameter's schema.
struct SlotTypeResolver {
  private let tool: PhraseTool
  private let schema: JSONSchema

  init(tool: PhraseTool, schema: JSONSchema) {
    self.tool = tool
    self.schema = schema
  }

  /// Words for truth values that a boolean slot takes, in pairs; the first pair is said in samples.
  static let booleanPairs: [(yes: String, no: String)] = [
    ("on", "off"), ("open", "closed"), ("yes", "no"), ("true", "false"), ("enabled", "disabled"), ("open", "close"),
    ("enable", "disable"), ("up", "down"), ("open", "shut"), ("active", "inactive"), ("start", "stop"),
    ("locked", "unlocked"), ("lock", "unlock"), ("unmuted", "muted"),
  ]
  // Pairs whose words are truth values of any boolean parameter. "up", "lock" and the like only stand for one beside
  // their partner in `{on:up|down}`.
  private static let freePairs = 5

  /// The schema of a parameter with `$ref` followed and a `null` alternative set aside, or nil where there is none.
  func property(_ name: String) -> JSONValue? {
    guard var property = schema.source["properties"]?[name] else { return nil }
    for _ in 0..<32 {
      if let target = property["$ref"]?.stringValue, target.hasPrefix("#"),
        let next = schema.source.value(at: String(target.dropFirst()))
      {
        property = next
        continue
      }
      let options = property["anyOf"]?.arrayValue ?? property["oneOf"]?.arrayValue ?? []
      let real = options.filter { $0["type"] != "null" }
      guard property["type"] == nil, real.count == 1, options.count == 2 else { return property }
      property = real[0]
    }
    return property
  }

  private func typeName(_ property: JSONValue) -> String? {
    if let name = property["type"]?.stringValue { return name }
    let names = property["type"]?.arrayValue?.compactMap(\.stringValue).filter { $0 != "null" } ?? []
    return names.count == 1 ? names[0] : nil
  }

  private func problem(_ slot: TemplateSlot, _ text: String, _ remedy: String, _ column: Int? = nil) -> PhraseProblem {
    PhraseProblem(severity: .error, code: .unfitSlot, column: column ?? slot.column, text: text, remedy: remedy)
  }

  private func require(_ slot: TemplateSlot) throws(PhraseProblem) -> JSONValue {
    if let property = property(slot.name) { return property }
    let names = schema.source["properties"]?.objectValue.map { Array($0.keys) } ?? []
    let hint = NearestName.of(slot.name, in: names).map { "Did you mean \($0)?" }
    throw PhraseProblem(
      severity: .error, code: .unknownParameter, column: slot.column,
      text: "the slot {\(slot.name)} names no parameter of \(tool.tool.name)",
      remedy: hint ?? (names.isEmpty ? "The tool has no parameters." : "Known are \(names.joined(separator: ", "))."))
  }

  /// The type of a slot that is not a list of alternatives.
  func type(of slot: TemplateSlot) throws(PhraseProblem) -> SlotType {
    let property = try require(slot)
    let kind: SlotType.Kind
    switch slot.content {
    case .type(let name): kind = try explicitKind(name, slot, property)
    case .anyText:
      guard typeName(property) == "string", property["enum"] == nil, property["const"] == nil else {
        throw problem(
          slot, "{\(slot.name):*} takes any words, but the parameter is no free string", "Write {\(slot.name)}.")
      }
      kind = .text
    case .byParameter, .choices: kind = try kindByParameter(slot, property)
    }
    return SlotType(kind: kind, parameter: slot.name, schema: schema)
  }

  private func kindByParameter(_ slot: TemplateSlot, _ property: JSONValue) throws(PhraseProblem) -> SlotType.Kind {
    if let values = property["enum"]?.arrayValue ?? property["const"].map({ [$0] }) {
      return .choices(try wordings(of: values.filter { !$0.isNull }, slot))
    }
    let format = property["format"]?.stringValue
    switch typeName(property) {
    case "boolean": return .choices(try booleanWordings(slot))
    case "string":
      switch format {
      case "time": return .time
      case "duration": return .isoDuration
      case "date", "date-time", "email", "uuid", "ipv4":
        throw problem(
          slot, "nobody can say a \(format ?? "") in words", "Write {\(slot.name):words=value|…}, or fix the argument.")
      default:
        guard tool.spoken[slot.name] == nil else {
          let values = tool.spoken[slot.name]?.keys.sorted().map { JSONValue.string($0) } ?? []
          return .choices(try wordings(of: values, slot))
        }
        return .text
      }
    case "integer":
      if let kind = durationKind(slot.name, format) { return kind }
      return isPercent(slot.name, property) ? .percent : .integer
    case "number":
      if let kind = durationKind(slot.name, format) { return kind }
      return .number
    case let other:
      throw problem(
        slot,
        "the parameter \(slot.name) is \(other.map { "of type \($0)" } ?? "of no single type"), which nobody can say",
        "Write {\(slot.name):words=value|…}, or fix the argument.")
    }
  }

  private func explicitKind(
    _ name: String, _ slot: TemplateSlot, _ property: JSONValue
  ) throws(PhraseProblem) -> SlotType.Kind {
    let type = typeName(property)
    let isNumeric = type == "integer" || type == "number"
    switch name {
    case "integer" where isNumeric: return .integer
    case "number" where type == "number": return .number
    case "percent" where isNumeric: return .percent
    case "duration" where isNumeric: return durationKind(slot.name, "duration") ?? .duration(unit: 1, name: "seconds")
    case "duration" where type == "string": return .isoDuration
    case "time" where type == "string": return .time
    case "text" where type == "string" && property["enum"] == nil: return .text
    case "integer", "number", "percent", "duration", "time", "text":
      throw problem(
        slot, "<\(name)> does not fit the parameter \(slot.name), which is \(type ?? "of no single type")", "")
    default:
      let known = ["integer", "number", "percent", "duration", "time", "text"]
      throw problem(
        slot, "<\(name)> is no type",
        NearestName.of(name, in: known).map { "Did you mean <\($0)>?" }
          ?? "Known are \(known.map { "<\($0)>" }.joined(separator: ", ")).")
    }
  }

  /// The unit that a parameter's name ends in.
  private func durationKind(_ name: String, _ format: String?) -> SlotType.Kind? {
    let units: [(suffixes: [String], seconds: Double, name: String)] = [
      (["ms", "milliseconds"], 0.001, "milliseconds"), (["s", "sec", "secs", "seconds"], 1, "seconds"),
      (["min", "mins", "minutes"], 60, "minutes"), (["h", "hours"], 3_600, "hours"), (["days"], 86_400, "days"),
    ]
    for unit in units {
      for suffix in unit.suffixes where name.hasSuffix("_" + suffix) || (suffix.count > 3 && name == suffix) {
        return .duration(unit: unit.seconds, name: unit.name)
      }
    }
    return format == "duration" ? .duration(unit: 1, name: "seconds") : nil
  }

  private func isPercent(_ name: String, _ property: JSONValue) -> Bool {
    name == "percent" || name == "percentage" || name.hasSuffix("_percent") || name.hasSuffix("_pct")
      || (property["minimum"]?.integerValue ?? -1 >= 0 && property["maximum"]?.integerValue == 100)
  }

  // MARK: wordings

  /// The key of a value in `spoken`.
  static func key(_ value: JSONValue) -> String { value.stringValue ?? value.text() }

  private func wordings(of values: [JSONValue], _ slot: TemplateSlot) throws(PhraseProblem) -> [SlotType.Wording] {
    guard !values.isEmpty else { throw problem(slot, "the parameter \(slot.name) has no values", "") }
    var wordings: [SlotType.Wording] = []
    for value in values {
      var forms = [Self.ownWords(value)]
      for form in tool.spoken[slot.name]?[Self.key(value)] ?? [] {
        forms += try expand(form, parameter: slot.name)
      }
      for words in forms where !words.isEmpty {
        let wording = SlotType.Wording(words: words, value: value)
        if !wordings.contains(wording) { wordings.append(wording) }
      }
    }
    guard !wordings.isEmpty else { throw problem(slot, "the values of \(slot.name) have no words", "") }
    return wordings
  }

  /// How an enum value is said without further ado: its letters, `_` as space, numbers as words.
  static func ownWords(_ value: JSONValue) -> [String] {
    switch value {
    case .string(let text):
      return SpokenText(String(text.map { $0 == "_" ? " " : $0 })).spellingNumbers().words
    case .integer, .number: return value.doubleValue.flatMap(SpokenNumber.words(for:)) ?? []
    case .bool(let flag): return [flag ? "on" : "off"]
    case .null, .array, .object: return []
    }
  }

  /// The wordings of a spoken form with groups.
  func expand(_ form: String, parameter: String) throws(PhraseProblem) -> [[String]] {
    func complain(_ text: String) -> PhraseProblem {
      PhraseProblem(
        severity: .error, code: .unfitArgument, text: "the spoken form \"\(form)\" of \(parameter) \(text)")
    }
    var builder = TemplateGraphBuilder()
    do throws(PhraseProblem) {
      let graph = try builder.build(try TemplateParser.parse(form), slots: [:])
      guard let sentences = graph.literalSentences(limit: 64) else { throw complain("has more than 64 wordings") }
      guard !sentences.isEmpty else { throw complain("has no words") }
      return sentences
    } catch {
      guard error.code != .unfitArgument else { throw error }
      throw complain("cannot be read: \(error.text)")
    }
  }

  private func booleanWordings(_ slot: TemplateSlot) throws(PhraseProblem) -> [SlotType.Wording] {
    let spoken = tool.spoken[slot.name] ?? [:]
    var pairs = Self.booleanPairs.prefix(Self.freePairs)
    if slot.name.contains("open"), let open = pairs.firstIndex(where: { $0.yes == "open" }) { pairs.swapAt(0, open) }
    var wordings: [SlotType.Wording] = []
    for flag in [true, false] {
      let usual = pairs.map { [flag ? $0.yes : $0.no] }
      var forms: [[String]] = []
      for form in spoken[flag ? "true" : "false"] ?? [] { forms += try expand(form, parameter: slot.name) }
      for words in forms.isEmpty ? usual : forms {
        let wording = SlotType.Wording(words: words, value: .bool(flag))
        if !wordings.contains(wording) { wordings.append(wording) }
      }
    }
    return wordings
  }

  // MARK: inline alternatives

  /// The values of `{name:a|b=c}`, one for each alternative.
  func values(of choices: [TemplateSlot.Choice], in slot: TemplateSlot) throws(PhraseProblem) -> [JSONValue] {
    let property = try require(slot)
    let type = typeName(property)
    var values: [JSONValue] = []
    let plain = choices.filter { $0.value == nil }.compactMap(\.plain).map { $0.lowercased() }
    for choice in choices {
      let value: JSONValue
      if let text = choice.value {
        value = try self.value(written: text, type, property, slot, choice)
      } else if let text = choice.plain {
        value = try self.value(said: text, type, property, plain, slot, choice)
      } else {
        throw problem(slot, "an alternative with groups has no value", "Write (a|b)=value.", choice.column)
      }
      let candidate = SlotType(kind: .text, parameter: slot.name, schema: schema)
      if let complaint = candidate.complaint(about: value) {
        throw problem(slot, "a value of {\(slot.name)} does not fit: it \(complaint)", "", choice.column)
      }
      values.append(value)
    }
    return values
  }

  private func value(
    written text: String, _ type: String?, _ property: JSONValue, _ slot: TemplateSlot, _ choice: TemplateSlot.Choice
  ) throws(PhraseProblem) -> JSONValue {
    if let known = property["enum"]?.arrayValue?.first(where: { Self.key($0) == text }) { return known }
    let parsed = try? JSONValue(parsing: text)
    switch type {
    case "string": return .string(text)
    case "boolean":
      if let parsed, parsed.boolValue != nil { return parsed }
      if let flag = Self.flag(text) { return .bool(flag) }
    case "integer", "number":
      if let parsed, parsed.doubleValue != nil { return parsed }
    default:
      if let parsed { return parsed }
      return .string(text)
    }
    throw problem(slot, "\"\(text)\" is no value of type \(type ?? "")", "", choice.column)
  }

  private func value(
    said text: String, _ type: String?, _ property: JSONValue, _ plain: [String], _ slot: TemplateSlot,
    _ choice: TemplateSlot.Choice
  ) throws(PhraseProblem) -> JSONValue {
    let words = SpokenText(text).words
    if property["enum"] != nil || property["const"] != nil {
      guard case .choices(let wordings) = try kindByParameter(slot, property),
        let wording = wordings.first(where: {
          $0.words == words || $0.words == SpokenText(text).spellingNumbers().words
        })
      else {
        throw problem(
          slot, "\"\(text)\" is none of the values of \(slot.name)", "Write \(text)=value.", choice.column)
      }
      return wording.value
    }
    switch type {
    case "string": return .string(text)
    case "boolean":
      if let flag = Self.flag(text) { return .bool(flag) }
      let lower = text.lowercased()
      for pair in Self.booleanPairs where plain.contains(pair.yes) && plain.contains(pair.no) {
        if lower == pair.yes { return true }
        if lower == pair.no { return false }
      }
      throw problem(
        slot, "\"\(text)\" is neither true nor false by itself", "Write \(text)=true or \(text)=false.", choice.column)
    case "integer", "number":
      let readings = SpokenNumber.readings(words[...], at: 0)
      if let reading = readings.first(where: { $0.end == words.count }) {
        return Int64(exactly: reading.value).map { .integer($0) } ?? .number(reading.value)
      }
      throw problem(slot, "\"\(text)\" is no number", "Write \(text)=value.", choice.column)
    default: throw problem(slot, "the alternatives of {\(slot.name)} need values", "Write word=value.", choice.column)
    }
  }

  private static func flag(_ text: String) -> Bool? {
    let text = text.lowercased()
    for pair in booleanPairs.prefix(freePairs) {
      if text == pair.yes { return true }
      if text == pair.no { return false }
    }
    return nil
  }
}
