import Glibc
public import Phrases

/// A configuration and where each of its values came from.
public struct LoadedConfiguration: Sendable {
  public var configuration: Configuration
  /// The configuration as a file with every key, each with a comment that says where its value came from. Reading it
  /// gives the same configuration.
  public let effective: String
  /// The sentence templates of all tools, in the tools' order: `PhraseMatch.tool` is an index into
  /// `configuration.tools`.
  public let phrases: PhraseSet
  /// What is worth knowing and stops nothing; each with `description(file:)`.
  public let warnings: [ConfigurationProblem]
}

extension Configuration {
  /// Reads a file and lays the environment and the flags over it: defaults, file, environment, flags.
  ///
  /// - Parameters:
  ///   - path: nil takes the defaults, which have no tools.
  ///   - environment: `EARSHOT_SECTION_KEY`, as `EARSHOT_TURNS_SILENCE_MS`.
  ///   - settings: `section.key=value`, as `turns.silence_ms=400`.
  /// - Throws: all problems in one error. Blocks while it reads; nothing of the machine is looked at but the file.
  public static func load(
    path: String?, environment: [String: String] = [:], settings: [String] = []
  ) throws(ConfigurationError) -> LoadedConfiguration {
    guard let path else { return try parse([], file: "defaults", environment: environment, settings: settings) }
    return try parse(try ConfigurationFile.read(path), file: path, environment: environment, settings: settings)
  }

  /// The same from the bytes of a file; `file` is only named in messages. Any bytes are good: they come back as a
  /// configuration or as an error.
  public static func parse(
    _ bytes: [UInt8], file: String, environment: [String: String] = [:], settings: [String] = []
  ) throws(ConfigurationError) -> LoadedConfiguration {
    var problems = ProblemList()
    let document = YAMLDocument(bytes, &problems)
    if document.root == nil, !problems.isEmpty { throw error(problems, file) }
    let root = Overrides.apply(
      to: document.root ?? YAMLNode(.mapping([]), .builtIn), environment: environment, settings: settings, &problems)
    var checker = ShapeChecker(problems)
    if root.isNull {
      // A file of comments alone.
    } else {
      checker.check(root, .object(FileShape.root), path: "")
    }
    let (configuration, phrases) = decode(root, checker.problems, &problems)
    guard !problems.hasErrors else { throw error(problems, file) }
    return LoadedConfiguration(
      configuration: configuration, effective: EffectiveConfiguration(file: file).text(root), phrases: phrases,
      warnings: problems.sorted)
  }

  /// For a fuzzer: takes any bytes and must neither trap nor take long.
  public static func fuzz(_ bytes: [UInt8]) {
    guard let loaded = try? parse(bytes, file: "fuzz") else { return }
    guard let again = try? parse(Array(loaded.effective.utf8), file: "again") else {
      preconditionFailure("the effective configuration of a valid file is not valid")
    }
    precondition(again.configuration == loaded.configuration, "the effective configuration says something else")
  }

  private static func error(_ problems: ProblemList, _ file: String) -> ConfigurationError {
    ConfigurationError(.invalid, file: file, problems: problems.sorted, omittedCount: problems.omittedCount)
  }

  private static func decode(
    _ root: YAMLNode, _ found: ProblemList, _ problems: inout ProblemList
  ) -> (Configuration, PhraseSet) {
    let top = SectionReader(root, FileShape.root)
    let log = SectionReader(root["log"], SectionShapes.log)
    var sections = SectionDecoder(root: root, problems: found)
    let audio = sections.audio()
    let turns = sections.turns()
    sections.checkTurns(turns)
    let transcription = sections.transcription()
    let speech = sections.speech()
    let lines = LineTable(root, &sections.problems)
    let wake = sections.wake(lines)
    problems = sections.problems
    var decoder = ToolDecoder(lines: lines, policies: PolicyDecoder(root))
    let tools = decoder.tools(root, &problems)
    let phrases = PhraseChecks(root).check(decoder.phraseTools, &problems)
    let configuration = Configuration(
      board: top.choice("board", or: .real), logLevel: log.choice("level", or: .info), audio: audio, wake: wake,
      turns: turns,
      transcription: transcription, persona: top.text("persona"), room: top.optionalText("room"),
      model: sections.model(), speech: speech,
      journal: sections.journal(), lines: lines.lines,
      replies: sections.replies(), tools: tools)
    return (configuration, phrases)
  }
}

/// Reads the file itself.
enum ConfigurationFile {
  static func read(_ path: String) throws(ConfigurationError) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, errno) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(path, errno) }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= YAMLLimits.maximumBytes else {
        throw ConfigurationError(.fileTooLarge, file: path, reason: "it is too long for a configuration")
      }
    }
  }

  private static func failure(_ path: String, _ number: Int32) -> ConfigurationError {
    let reason =
      switch number {
      case ENOENT, ENOTDIR: "there is no such file"
      case EACCES, EPERM: "it may not be read"
      case EISDIR: "it is a folder"
      default: unsafe String(cString: strerror(number))
      }
    return ConfigurationError(
      number == ENOENT || number == ENOTDIR ? .fileMissing : .fileUnreadable, file: path, errno: number, reason: reason)
  }
}
