import ArgumentParser
import Configuration
import Glibc

/// `--config` and `--set`, for every command that needs a configuration.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The configuration file. Without it: /etc/earshot/earshot.yaml where there is one.", valueName: "file"))
  var config: String?

  @Option(
    help: ArgumentHelp(
      "Overrides one value, as in --set turns.silence_ms=400. May be repeated.", valueName: "key=value"))
  var set: [String] = []

  static let systemFile = "/etc/earshot/earshot.yaml"

  /// The file that counts, or nil where there is none and the defaults (which have no tools) apply.
  var path: String? {
    unsafe config ?? (access(Self.systemFile, R_OK) == 0 ? Self.systemFile : nil)
  }

  /// Reads and checks the configuration; every problem is in the failure's text.
  func load() throws -> LoadedConfiguration {
    do {
      return try Configuration.load(path: path, environment: processEnvironment(), settings: set)
    } catch {
      throw CommandFailure(status: .badConfiguration, description: "\(error)")
    }
  }

  /// The same for commands that are nothing without tools.
  func loadWithTools() throws -> LoadedConfiguration {
    guard path != nil else {
      throw CommandFailure(
        status: .badConfiguration,
        description: """
          no configuration: \(Self.systemFile) does not exist. Name one with --config FILE; configs/development.yaml \
          switches nothing real and is good for a first try.
          """)
    }
    return try load()
  }
}

/// The environment as a dictionary; of doubled names the last counts.
func processEnvironment() -> [String: String] {
  var result: [String: String] = [:]
  var entry = unsafe environ
  while let text = unsafe entry.pointee {
    let pair = unsafe String(cString: text)
    if let equals = pair.firstIndex(of: "=") {
      result[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
    }
    unsafe entry += 1
  }
  return result
}
