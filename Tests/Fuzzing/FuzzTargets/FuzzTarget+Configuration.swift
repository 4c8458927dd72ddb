import Configuration

extension FuzzTarget {
  static let configuration: [FuzzTarget] = [
    FuzzTarget("configuration", Configuration.fuzz),
    FuzzTarget("overrides", overrides),
  ]

  /// Lines of `EARSHOT_SECTION_KEY=value` and `section.key=value` over the defaults: problems, or a configuration that
  /// its own text says again.
  private static func overrides(_ bytes: [UInt8]) {
    var environment: [String: String] = [:]
    var settings: [String] = []
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n", maxSplits: 64) {
      if line.hasPrefix("EARSHOT_"), let equals = line.firstIndex(of: "=") {
        environment[String(line[..<equals])] = String(line[line.index(after: equals)...])
      } else {
        settings.append(String(line))
      }
    }
    do throws(ConfigurationError) {
      let loaded = try Configuration.parse([], file: "fuzz", environment: environment, settings: settings)
      let again = try? Configuration.parse(Array(loaded.effective.utf8), file: "again")
      require(again?.configuration == loaded.configuration, "the effective configuration says the same")
    } catch {
      require(!error.problems.isEmpty, "a refusal names its problems")
    }
  }
}
