import Actions
import OrderedCollections
import Tools

/// Turns the key `action` of one tool into its value. Everything that does not fit is reported; then nil comes back.
struct ActionDecoder {
  let path: String
  let arguments: ArgumentTable
  let lines: LineTable

  func action(_ node: YAMLNode, _ problems: inout ProblemList) -> ToolAction? {
    let section = SectionReader(node, ActionShapes.action)
    if section["run"] == nil {
      for entry in node.entries ?? [] where ActionShapes.runKeys.contains(entry.key) {
        problems.report(entry.keyOrigin, "\(path).\(entry.key) belongs to run, and there is none")
      }
    }
    if let gpio = section["gpio"] { return self.gpio(gpio, &problems).map(ToolAction.gpio) }
    if let pwm = section["pwm"] { return self.pwm(pwm, &problems).map(ToolAction.pwm) }
    if let led = section["led"] { return self.led(led, &problems).map(ToolAction.led) }
    if let timer = section["timer"] { return self.timer(timer, &problems).map(ToolAction.timer) }
    if let run = section["run"] { return program(run, section, &problems).map(ToolAction.program) }
    return nil
  }

  // MARK: - GPIO

  /// For each operation, the keys that only it reads.
  private static let operationKeys: [(operation: String, keys: [String])] = [
    ("set", ["value", "value_from"]), ("pulse", ["for_ms"]), ("blink", ["on_ms", "off_ms", "count"]),
    ("wait", ["edge", "within_ms"]),
  ]

  private func gpio(_ node: YAMLNode, _ problems: inout ProblemList) -> GPIOAction? {
    let path = path + ".gpio"
    let section = SectionReader(node, ActionShapes.gpio)
    let operationName = section.text("do")
    for (operation, keys) in Self.operationKeys where operation != operationName && !operationName.isEmpty {
      for entry in node.entries ?? [] where keys.contains(entry.key) {
        problems.report(entry.keyOrigin, "\(path).\(entry.key) belongs to \(operation), not to \(operationName)")
      }
    }
    let target = chosenLine(section, path, &problems)
    let operation = self.operation(operationName, section, path, &problems)
    guard let target, let operation else { return nil }
    let place = section.origin(of: section["line"] == nil ? "lines" : "line")
    if operation.drivesTheLine, target.settings.debounce != .zero {
      problems.report(place, "\(path): the line has a debounce_ms, which is for inputs, and \(operationName) drives it")
    }
    if !operation.drivesTheLine, target.settings.drive != .pushPull {
      problems.report(place, "\(path): the line has a drive, which is for outputs, and \(operationName) only reads it")
    }
    return GPIOAction(line: target.line, operation: operation, settings: target.settings)
  }

  private func operation(
    _ name: String, _ section: SectionReader, _ path: String, _ problems: inout ProblemList
  ) -> GPIOAction.Operation? {
    switch name {
    case "set":
      if let from = section["value_from"], let name = from.text {
        guard let argument = arguments.require(name, from.origin, path: path + ".value_from", &problems) else {
          return nil
        }
        checkSwitch(argument, name, from.origin, path + ".value_from", &problems)
        return .set(.argument(name))
      }
      guard let value = section.optionalOnOff("value") else {
        problems.report(section.origin(of: "do"), "\(path): set needs value or value_from")
        return nil
      }
      return .set(.constant(value))
    case "toggle": return .toggle
    case "pulse":
      guard let milliseconds = section.optionalInteger("for_ms") else {
        if section["for_ms"] == nil { problems.report(section.origin(of: "do"), "\(path): pulse needs for_ms") }
        return nil
      }
      return .pulse(.milliseconds(milliseconds))
    case "blink":
      if (section.integer("on_ms") + section.integer("off_ms")) * section.integer("count") > 3_600_000 {
        problems.report(section.origin(of: "do"), "\(path): all its blinking takes longer than an hour")
      }
      return .blink(
        on: section.milliseconds("on_ms"), off: section.milliseconds("off_ms"), count: Int(section.integer("count")))
    case "read": return .read
    case "wait":
      return .waitForEdge(section.choice("edge", or: .both), timeout: section.milliseconds("within_ms"))
    default: return nil
    }
  }

  /// What `GPIOAction.Operation.set` takes for on and off.
  private static let switchWords: Set<String> = [
    "true", "false", "on", "off", "open", "closed", "close", "yes", "no", "active", "inactive", "high", "low",
  ]

  private func checkSwitch(
    _ argument: ArgumentTable.Argument, _ name: String, _ origin: ConfigurationOrigin, _ path: String,
    _ problems: inout ProblemList
  ) {
    if argument.types == ["string"] {
      let wrong = argument.texts?.first { !Self.switchWords.contains($0) }
      guard argument.texts == nil || wrong != nil else { return }
      let reason = wrong.map { "may be \"\(Quoting.shortened($0))\"" } ?? "may be any text"
      problems.report(
        origin, "\(path): \"\(name)\" \(reason), which is neither on nor off; use a boolean, or on and off")
    } else if !argument.types.isEmpty, argument.types.isDisjoint(with: ["boolean", "integer", "number", "string"]) {
      problems.report(origin, "\(path): \"\(name)\" is neither on nor off; use a boolean, or on and off")
    } else if !argument.types.isDisjoint(with: ["integer", "number"]), argument.values == nil, !argument.isPercentage {
      problems.report(origin, "\(path): \"\(name)\" may be outside 0 to 100; give it minimum 0 and maximum 100")
    }
  }

  private func chosenLine(
    _ section: SectionReader, _ path: String, _ problems: inout ProblemList
  ) -> (line: GPIOAction.Line, settings: GPIOLineSettings)? {
    if let node = section["line"] {
      return lines.line(node, path: path + ".line", &problems).map { (.fixed($0.address), $0.settings) }
    }
    guard let table = section["lines"], let entries = table.entries else { return nil }
    var among: OrderedDictionary<String, GPIOLineAddress> = [:]
    var settings: GPIOLineSettings?
    for entry in entries {
      guard let line = lines.line(entry.value, path: "\(path).lines.\(entry.key)", &problems) else { continue }
      among[entry.key] = line.address
      if let settings, settings != line.settings {
        problems.report(
          entry.value.origin,
          "\(path).lines.\(entry.key): the lines of one action must share their settings (active_low, bias, safe …); "
            + "make two tools of it")
      }
      settings = settings ?? line.settings
    }
    guard let from = section["line_from"], let name = from.text else {
      if section["line_from"] == nil { problems.report(table.origin, "\(path).lines needs line_from") }
      return nil
    }
    guard let argument = arguments.require(name, from.origin, path: path + ".line_from", &problems) else { return nil }
    guard let values = argument.texts else {
      problems.report(
        from.origin, "\(path).line_from: \"\(name)\" must be text with an enum, so that every value has its line")
      return nil
    }
    for value in values where !entries.contains(where: { $0.key == value }) {
      problems.report(
        table.origin, "\(path).lines has no line for the value \"\(Quoting.shortened(value))\" of \(name)")
    }
    for entry in entries where !values.contains(entry.key) {
      let hint = NearestName.of(entry.key, in: values).map { "; did you mean \"\($0)\"?" } ?? ""
      problems.report(
        entry.keyOrigin, "\(path).lines: \"\(Quoting.shortened(entry.key))\" is no value of \(name)\(hint)")
    }
    return settings.map { (.chosen(from: name, among: among), $0) }
  }

  // MARK: - PWM and LED

  private func pwm(_ node: YAMLNode, _ problems: inout ProblemList) -> PWMAction? {
    let section = SectionReader(node, ActionShapes.pwm)
    guard let period = PWMAction.periodNanoseconds(ofFrequencyHz: section.number("frequency_hz")),
      let duty = percent(section, path + ".pwm", &problems)
    else { return nil }
    return PWMAction(
      chip: section.text("chip"), channel: Int(section.integer("channel")), periodNanoseconds: period,
      polarity: section.choice("polarity", or: .normal), duty: duty, safeDuty: section.number("safe_percent"))
  }

  private func led(_ node: YAMLNode, _ problems: inout ProblemList) -> LEDAction? {
    let section = SectionReader(node, ActionShapes.led)
    let name = section.text("name")
    if name.utf8.contains(UInt8(ascii: "/")) || name == "." || name == ".." {
      problems.report(
        section.origin(of: "name"), "\(path).led.name is a folder's name under /sys/class/leds, without a slash")
    }
    let safe = section.optionalNumber("safe_percent")
    if let trigger = section["trigger"]?.text {
      return LEDAction(name: name, operation: .trigger(.constant(trigger)), safeBrightness: safe)
    }
    if let from = section["trigger_from"], let argument = from.text {
      guard arguments.require(argument, from.origin, path: path + ".led.trigger_from", &problems) != nil else {
        return nil
      }
      return LEDAction(name: name, operation: .trigger(.argument(argument)), safeBrightness: safe)
    }
    return percent(section, path + ".led", &problems).map {
      LEDAction(name: name, operation: .brightness($0), safeBrightness: safe)
    }
  }

  private func percent(
    _ section: SectionReader, _ path: String, _ problems: inout ProblemList
  ) -> ActionParameter<Double>? {
    guard let from = section["percent_from"], let name = from.text else {
      return section.optionalNumber("percent").map { .constant($0) }
    }
    guard let argument = arguments.require(name, from.origin, path: path + ".percent_from", &problems) else {
      return nil
    }
    let isOnOff = argument.types == ["string"] && argument.texts.map { $0.allSatisfy(["on", "off"].contains) } == true
    if !argument.types.isEmpty, argument.types.isDisjoint(with: ["boolean", "integer", "number"]), !isOnOff {
      problems.report(from.origin, "\(path).percent_from: \"\(name)\" is no number; make it an integer from 0 to 100")
    } else if !argument.types.isDisjoint(with: ["integer", "number"]), argument.values == nil, !argument.isPercentage {
      problems.report(
        from.origin, "\(path).percent_from: \"\(name)\" may be outside 0 to 100; give it minimum 0 and maximum 100")
    }
    return .argument(name)
  }

  // MARK: - Timers

  private func timer(_ node: YAMLNode, _ problems: inout ProblemList) -> TimerAction? {
    let path = path + ".timer"
    let section = SectionReader(node, ActionShapes.timer)
    let operation = section.text("do")
    func argument(_ key: String, isNeeded: Bool) -> String? {
      guard let node = section[key], let name = node.text else { return nil }
      let isThere = arguments.require(name, node.origin, path: "\(path).\(key)", isNeeded: isNeeded, &problems) != nil
      return isThere ? name : nil
    }
    for key in ["seconds", "seconds_from", "label_from"] where section[key] != nil {
      if operation == "read" || operation == "stop" && key != "label_from" {
        problems.report(section.origin(of: key), "\(path).\(key) belongs to set, not to \(operation)")
      }
    }
    let label = argument("label_from", isNeeded: false)
    switch operation {
    case "set":
      if let seconds = section.optionalInteger("seconds") {
        return .set(seconds: .constant(Int(seconds)), label: label)
      }
      guard section["seconds_from"] != nil else {
        guard section["seconds"] == nil else { return nil }
        problems.report(section.origin(of: "do"), "\(path): set needs seconds or seconds_from")
        return nil
      }
      return argument("seconds_from", isNeeded: true).map { .set(seconds: .argument($0), label: label) }
    case "stop": return .cancel(label: label)
    case "read": return .read
    default: return nil
    }
  }

  // MARK: - Programs

  private func program(
    _ run: YAMLNode, _ section: SectionReader, _ problems: inout ProblemList
  ) -> ProgramAction? {
    guard let nodes = run.list else { return nil }
    let vector = nodes.compactMap(\.text)
    guard vector.count == nodes.count, let program = vector.first else { return nil }
    if !program.hasPrefix("/") {
      problems.report(
        nodes[0].origin, "\(path).run[1] must be the program's absolute path; there is no shell that would look for it")
    }
    for (index, node) in nodes.enumerated().dropFirst() {
      for name in placeholders(vector[index], node.origin, "\(path).run[\(index + 1)]", &problems) {
        _ = arguments.require(name, node.origin, path: "\(path).run[\(index + 1)]", &problems)
      }
    }
    var environment: OrderedDictionary<String, String> = [:]
    for entry in section["environment"]?.entries ?? [] {
      if entry.key.contains("=") || entry.key.isEmpty {
        problems.report(entry.keyOrigin, "\(path).environment: a variable's name must not contain =")
      }
      environment[entry.key] = entry.value.text ?? ""
    }
    return ProgramAction(
      arguments: vector, input: section.choice("input", or: .none),
      timeLimit: Self.seconds(section.number("timeout_s")),
      terminationGrace: Self.seconds(section.number("grace_s")),
      outputLimitBytes: Int(section.integer("max_output_bytes")), user: section.optionalText("user"),
      environment: environment, workingDirectory: section.optionalText("directory"))
  }

  private static func seconds(_ seconds: Double) -> Duration { .milliseconds(Int64((seconds * 1000).rounded())) }

  /// The names in `{name}`; a brace that belongs to none is reported.
  private func placeholders(
    _ text: String, _ origin: ConfigurationOrigin, _ path: String, _ problems: inout ProblemList
  ) -> [String] {
    var names: [String] = []
    var rest = text[...]
    while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
      let after = rest.index(after: brace)
      if rest[after...].first == rest[brace] {
        rest = rest[rest.index(after: after)...]
        continue
      }
      guard rest[brace] == "{", let end = rest[after...].firstIndex(where: { $0 == "{" || $0 == "}" }),
        rest[end] == "}"
      else {
        problems.report(origin, "\(path) has a brace without its other; write {{ or }} for the brace itself")
        return names
      }
      if after == end { problems.report(origin, "\(path) has empty braces; write {{}} for the braces themselves") }
      if after < end { names.append(String(rest[after..<end])) }
      rest = rest[rest.index(after: end)...]
    }
    return names
  }
}
