import ArgumentParser
import Inference
import Tools

struct EvaluateTools: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tools", abstract: "Measure how often a model calls the right tool with the right arguments.",
    discussion: """
      Asks the model every case of the files and compares what it calls with what it should call. A case is a line of \
      JSON with tools and messages as OpenAI has them and the calls that are expected; none where nothing may be called:

        {"tools": [{"type": "function", "function": {…}}], "messages": [{"role": "user", "content": "light on please"}],
         "expected": [{"name": "set_light", "arguments": {"on": true}}]}

      Figures are in percent, with the interval that the true one lies in (95 %). exact call: of all cases. right tool: of \
      the cases that expect a call. right arguments: of those with the right tool. false calls: of the cases in which \
      nothing may be called.

        earshot eval tools --model mistral-7b-instruct-v0.3.Q4_K_M.gguf cases.jsonl
        earshot eval tools --model a.gguf --constraint both --json cases.jsonl > report.json
      """)

  enum ConstraintChoice: String, CaseIterable, ExpressibleByArgument { case on, off, both }

  @Option(help: ArgumentHelp("The model: a GGUF file, or in-the-box.", valueName: "file")) var model = "in-the-box"
  @Argument(help: ArgumentHelp("Cases, one JSON object a line; - is standard input.", valueName: "cases")) var files:
    [String]
  @OptionGroup var running: RunningOptions
  @OptionGroup var format: FormatOption
  @Option(
    help: ArgumentHelp(
      "on: calls always keep their schemas, as when the assistant runs. off: the model by itself. both: the two beside "
        + "each other.", valueName: "choice"))
  var constraint = ConstraintChoice.on
  @Option(help: ArgumentHelp("A system text for all cases, such as your persona.", valueName: "text")) var system:
    String?
  @Option(help: ArgumentHelp("Ask only so many cases of each file, evenly spread.", valueName: "count")) var limit: Int?
  @Option(help: ArgumentHelp("Print so many cases that went wrong.", valueName: "count")) var show = 10
  @Flag(help: "One JSON object with all cases that went wrong.") var json = false

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("name at least one file of cases") }
    if let limit, limit < 1 { throw ValidationError("--limit is \(limit); at least 1 is needed") }
    guard show >= 0 else { throw ValidationError("--show is \(show); it cannot be negative") }
  }

  func run() async throws {
    let sets = try files.map { file in
      let bytes = try file == "-" ? readStandardInput() : readFile(file)
      let cases = try ToolCase.list(bytes, name: file == "-" ? "standard input" : file)
      return (name: Self.title(file), cases: Self.spread(cases, limit))
    }
    let terminal = Terminal(environment: processEnvironment())
    let loaded = try await LoadedModel.load(
      try ModelInTheBox.path(of: model), running, format: try format.chosen(), terminal: terminal)
    let modes: [Bool] = constraint == .both ? [true, false] : [constraint == .on]
    var progress = EvaluationProgress(
      total: sets.reduce(0) { $0 + $1.cases.count } * modes.count, terminal: terminal)
    var results: [(isConstrained: Bool, reports: [ToolReport])] = []
    for isConstrained in modes {
      var reports: [ToolReport] = []
      for set in sets {
        progress.begin(isConstrained ? set.name : set.name + " without the constraint")
        let outcomes = try await ToolEvaluation.run(
          set.cases, on: loaded, system: system, isConstrained: isConstrained, told: { _ in progress.step() })
        reports.append(ToolReport(set.name, outcomes))
      }
      if reports.count > 1 { reports.append(ToolReport("all", reports.flatMap(\.outcomes))) }
      results.append((isConstrained, reports))
    }
    progress.end()
    if json { out(object(loaded.name, results).text()) } else { print(results) }
  }

  private func print(_ results: [(isConstrained: Bool, reports: [ToolReport])]) {
    for (isConstrained, reports) in results {
      if results.count > 1 { out(isConstrained ? "with the constraint:" : "\nwithout the constraint:") }
      out(ToolReport.table(reports))
    }
    guard let all = results.first?.reports.last else { return }
    if all.outcomes.contains(where: { !$0.calls.isEmpty }) {
      out("\nIf the assistant asked back where the model is less sure (policy.ask_below_confidence):")
      out(all.askingBack)
    }
    let wrong = all.outcomes.filter { !$0.isExact }
    guard !wrong.isEmpty, show > 0 else { return }
    out("\n\(wrong.count) of \(all.outcomes.count) went wrong" + (wrong.count > show ? "; the first \(show):" : ":"))
    for outcome in wrong.prefix(show) {
      out("  \(outcome.id): \(outcome.asked)")
      out("    expected  \(outcome.wanted)")
      let sure = outcome.confidence.map { " (\(Int(($0 * 100).rounded())) % sure)" } ?? ""
      out("    got       \(outcome.got)\(sure)")
    }
  }

  private func object(_ name: String, _ results: [(isConstrained: Bool, reports: [ToolReport])]) -> JSONValue {
    var objects = results.map { result in
      var object = result.reports.last?.json ?? [:]
      if result.reports.count > 1 {
        object["sets"] = .array(
          result.reports.dropLast().map { report in
            var set: JSONObject = ["set": .string(report.name)]
            set.merge(report.json) { first, _ in first }
            return .object(set)
          })
      }
      object["failures"] = result.reports.last?.failures ?? []
      return object
    }
    var whole: JSONObject = ["model": .string(name), "constrained": .bool(results[0].isConstrained)]
    whole.merge(objects.removeFirst()) { first, _ in first }
    if let free = objects.first { whole["unconstrained"] = .object(free) }
    return .object(whole)
  }

  /// The name of a file without its folder and its ending.
  private static func title(_ path: String) -> String {
    if path == "-" { return "cases" }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return name.hasSuffix(".jsonl") ? String(name.dropLast(6)) : name
  }

  private static func spread(_ cases: [ToolCase], _ limit: Int?) -> [ToolCase] {
    guard let limit, limit < cases.count else { return cases }
    return (0..<limit).map { cases[$0 * cases.count / limit] }
  }
}

/// One moving line: how many cases are done and how long the rest takes.
private struct EvaluationProgress {
  private let total: Int
  private let terminal: Terminal
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var shown: ContinuousClock.Instant
  private var set = ""
  private var done = 0

  init(total: Int, terminal: Terminal) {
    self.total = total
    self.terminal = terminal
    start = clock.now
    shown = start
  }

  mutating func begin(_ name: String) { set = name }

  /// Ten times a second on a terminal; elsewhere a line every half a minute.
  mutating func step() {
    done += 1
    let now = clock.now
    guard now - shown >= (terminal.isRich ? .milliseconds(100) : .seconds(30)) else { return }
    shown = now
    let rest = (now - start) / .seconds(1) / Double(done) * Double(total - done)
    let left = rest < 90 ? "\(Int(rest)) s" : "\(Int(rest / 60)) min"
    if terminal.isRich {
      let bar = Terminal.bar(Float(done) / Float(total), width: 24)
      noteRaw("\r\u{1B}[K\(bar) \(done)/\(total) \(set), \(left) left")
    } else {
      note("\(done) of \(total) cases, \(set), \(left) left")
    }
  }

  func end() {
    if terminal.isRich { noteRaw("\r\u{1B}[K") }
  }
}
