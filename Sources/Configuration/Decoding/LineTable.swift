import Actions
import Tools

/// The named lines of `gpio.lines`, and what tools may call a line by.
struct LineTable {
  private(set) var lines: [Configuration.Line] = []
  /// Names whose line was written wrong: tools that use them are not blamed for it.
  private var faulty: Set<String> = []
  private var origins: [GPIOLineAddress: (name: String, origin: ConfigurationOrigin)] = [:]
  private var settings: [GPIOLineAddress: GPIOLineSettings] = [:]

  init(_ root: YAMLNode, _ problems: inout ProblemList) {
    for entry in root["gpio"]?["lines"]?.entries ?? [] {
      let section = SectionReader(entry.value, SectionShapes.line)
      let text = section.text("line")
      do throws(ActionError) {
        let address = try GPIOLineAddress(parsing: text)
        let settings = GPIOLineSettings(
          isActiveLow: section.boolean("active_low"), bias: section.choice("bias", or: .asIs),
          drive: section.choice("drive", or: .pushPull), debounce: section.milliseconds("debounce_ms"),
          safeState: section.optionalOnOff("safe") ?? false)
        if let other = origins[address], self.settings[address] != settings {
          problems.report(
            section.origin(of: "line"),
            "gpio.lines.\(entry.key) and gpio.lines.\(other.name) are one line with different settings; use one name")
        }
        origins[address] = (entry.key, entry.keyOrigin)
        self.settings[address] = settings
        lines.append(Configuration.Line(name: entry.key, address: address, settings: settings))
      } catch {
        faulty.insert(entry.key)
        if section["line"]?.text != nil {
          problems.report(section.origin(of: "line"), "gpio.lines.\(entry.key).line: \(error.reason); \(Self.form)")
        }
      }
    }
  }

  private static let form = "write chip/line, as in pinctrl-bcm2711/17"

  /// The line that a tool means by `node`: a name of the table, or an address. Nil where that is reported.
  func line(
    _ node: YAMLNode, path: String, _ problems: inout ProblemList
  ) -> (address: GPIOLineAddress, settings: GPIOLineSettings)? {
    guard let text = node.text else { return nil }
    if let line = lines.first(where: { $0.name == text }) { return (line.address, line.settings) }
    if faulty.contains(text) { return nil }
    guard text.utf8.contains(UInt8(ascii: "/")) else {
      let names = lines.map(\.name) + faulty.sorted()
      let hint = NearestName.of(text, in: names).map { "did you mean \"\($0)\"?" } ?? "name it there, or \(Self.form)"
      problems.report(node.origin, "\(path): gpio.lines has no \"\(Quoting.shortened(text))\"; \(hint)")
      return nil
    }
    do throws(ActionError) {
      let address = try GPIOLineAddress(parsing: text)
      if let named = origins[address], settings[address] != GPIOLineSettings() {
        problems.report(
          node.origin, "\(path) is the line gpio.lines.\(named.name), which has settings of its own; use that name")
      }
      return (address, GPIOLineSettings())
    } catch {
      problems.report(node.origin, "\(path): \(error.reason); \(Self.form)")
      return nil
    }
  }
}
