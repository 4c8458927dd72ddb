import Actions
import ArgumentParser
import Assistant
import Configuration
import Phrases
import Tools

struct ToolsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tools", abstract: "List the tools of the configuration, or call one without a voice.",
    subcommands: [List.self, Sentences.self, Call.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the tools; with --json as OpenAI function definitions.")

    @OptionGroup var options: ConfigurationOptions
    @Flag(help: "One JSON array of OpenAI function definitions.") var json = false

    func run() async throws {
      let configuration = try options.loadWithTools().configuration
      if json {
        out(JSONValue.array(configuration.tools.map(\.definition.openAI)).text(.pretty))
        return
      }
      for tool in configuration.tools {
        out("\(tool.definition.name)  \(tool.definition.description)")
        for phrase in tool.phrases { out("    \(phrase.text)") }
      }
    }
  }

  struct Sentences: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the sentences that call a tool, and what each calls.",
      discussion: """
        Where the phrases allow more than the limit, a fair sample of them is shown.

          earshot tools sentences --config configs/kitchen.yaml
        """)

    @OptionGroup var options: ConfigurationOptions
    @Option(help: ArgumentHelp("At most so many.", valueName: "count")) var limit = 1_000
    @Flag(help: "One JSON object for each sentence, one a line.") var json = false

    func validate() throws {
      guard (1...100_000).contains(limit) else { throw ValidationError("--limit is 1 to 100000.") }
    }

    func run() async throws {
      let phrases = try options.loadWithTools().phrases
      for sentence in phrases.sentences(limit: limit, seed: 1).sorted() {
        guard let match = phrases.match(sentence) else { continue }
        let arguments = JSONValue.object(match.arguments)
        if json {
          out(
            JSONValue.object(["text": .string(sentence), "name": .string(match.name), "arguments": arguments]).text())
        } else {
          out("\(sentence)  → \(match.name) \(arguments.text())")
        }
      }
    }
  }

  struct Call: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Carry one call out, or say with --dry-run what it would do.",
      discussion: """
        The arguments are checked against the tool's schema, and the policy is asked, before anything happens. A call \
        that needs a yes needs --yes here. GPIO lines are let go when the command ends, so a light that was switched on \
        falls back to its safe state; the daemon holds its lines.

          earshot tools call --config configs/kitchen.yaml set_light '{"room": "hall", "on": true}' --dry-run
        """)

    @OptionGroup var options: ConfigurationOptions
    @Argument(help: "The tool's name.") var name: String
    @Argument(help: "Its arguments as a JSON object.") var arguments = "{}"
    @Flag(help: "Say what would be done, and do nothing.") var dryRun = false
    @Flag(help: "Switch nothing: GPIO, PWM and LEDs in memory. Programs do run.") var simulate = false
    @Flag(help: "Say yes to the question that the policy asks.") var yes = false

    func run() async throws {
      let loaded = try options.loadWithTools()
      let configuration = loaded.configuration
      guard configuration.tools.contains(where: { $0.definition.name == name }) else {
        let names = configuration.tools.map(\.definition.name).joined(separator: ", ")
        throw CommandFailure(status: .noInput, description: "there is no tool \(name). There are: \(names)")
      }
      let object: JSONObject
      do {
        guard case .object(let parsed) = try JSONValue(parsing: arguments) else {
          throw CommandFailure(status: .badData, description: "the arguments are no JSON object")
        }
        object = parsed
      } catch let error as ToolsError {
        throw CommandFailure(status: .badData, description: "the arguments are no JSON object: \(error)")
      }
      let house = try await House(loaded, isSimulated: simulate || dryRun, log: NoActionLog())
      let call = ToolCall(id: CallID.next(), name: name, arguments: object, origin: .command)
      let result = dryRun ? await house.runner.dryRun(call) : await house.runner.perform(call, isConfirmed: yes)
      _ = await house.runner.shutDown()
      out(
        JSONValue.object(["id": .string(result.id), "ok": .bool(result.isSuccess), "output": result.output]).text())
      if !result.isSuccess { throw ExitCode(Self.status(of: result).rawValue) }
    }

    private static func status(of result: ToolResult) -> ExitStatus {
      switch result.output["code"]?.stringValue.flatMap(ActionError.Code.init) {
      case .invalidArguments?: .badData
      case .denied?, .permissionDenied?: .notPermitted
      default: .unavailable
      }
    }
  }
}
