/// Where a value of the configuration was written.
public enum ConfigurationOrigin: Hashable, Sendable {
  /// Nobody wrote it: the default that docs/configuration.md lists.
  case builtIn
  /// Line and column count from 1, the column in Unicode scalars.
  case file(line: Int, column: Int)
  /// The environment variable of that name.
  case environment(String)
  /// `--set KEY=VALUE` with that key.
  case flag(String)
}

extension ConfigurationOrigin: Comparable {
  /// The file's places come first, by line, then the environment and the flags by name.
  public static func < (left: ConfigurationOrigin, right: ConfigurationOrigin) -> Bool {
    switch (left, right) {
    case (.file(let leftLine, let leftColumn), .file(let rightLine, let rightColumn)):
      (leftLine, leftColumn) < (rightLine, rightColumn)
    case (.environment(let leftName), .environment(let rightName)), (.flag(let leftName), .flag(let rightName)):
      leftName < rightName
    default: left.rank < right.rank
    }
  }

  private var rank: Int {
    switch self {
    case .builtIn: 0
    case .file: 1
    case .environment: 2
    case .flag: 3
    }
  }

  /// As it stands before a problem or behind a value: `kitchen.yaml:12:5`, `EARSHOT_BOARD`, `--set board`.
  func text(file: String) -> String {
    switch self {
    case .builtIn: "default"
    case .file(let line, let column): "\(file):\(line):\(column)"
    case .environment(let name): name
    case .flag(let key): "--set \(key)"
    }
  }
}
