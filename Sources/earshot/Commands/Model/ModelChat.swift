import ArgumentParser
import Configuration
import Glibc
import Inference
import Tools

struct ModelChat: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "chat", abstract: "Talk to a model in the terminal.",
    discussion: """
      Answers appear as they are written. With --config the tools of that configuration are on offer: calls are shown, \
      and nothing is carried out. Control-C stops an answer, Control-D ends.

        earshot model chat model.gguf
        earshot model chat model.gguf --config configs/kitchen.yaml
      """)

  @OptionGroup var options: ModelOptions
  @OptionGroup var format: FormatOption
  @OptionGroup var sampling: SamplingFlags
  @Option(help: ArgumentHelp("Offer the tools of this configuration.", valueName: "file")) var config: String?
  @Option(help: "What the model is told about itself.") var system = "You are a helpful assistant. Answer briefly."

  func run() async throws {
    let tools = try config.map { path in
      do {
        return try Configuration.load(path: path).configuration.modelTools
      } catch {
        throw CommandFailure(status: .badConfiguration, description: "\(error)")
      }
    }
    let terminal = Terminal(environment: processEnvironment())
    let model = try await LoadedModel.load(
      try options.file, options.running, format: try format.chosen(), terminal: terminal)
    try await LoadedModel.waiting("reading the system text\(tools == nil ? "" : " and the tools")", terminal) {
      try await model.prepare(system: system, tools: tools ?? [])
    }
    note(terminal.dim("Type what you want to say; Control-D ends."))
    var messages: [ChatMessage] = [.system(system)]
    let interrupts = Interrupts()
    while true {
      noteRaw(terminal.bold("> "))
      guard let line = await Self.nextLine() else { break }
      if line.allSatisfy(\.isWhitespace) { continue }
      messages.append(.user(line))
      do {
        messages.append(try await answer(messages, tools ?? [], model, interrupts, terminal))
      } catch let error as InferenceError {
        messages.removeLast()
        note(terminal.red("\(error)"))
      }
      settle(&messages)
    }
    note("")
  }

  private func answer(
    _ messages: [ChatMessage], _ tools: [ToolDefinition], _ model: LocalLanguageModel, _ interrupts: Interrupts,
    _ terminal: Terminal
  ) async throws -> ChatMessage {
    let request = GenerationRequest(
      messages: messages, tools: tools, maximumTokens: sampling.maxTokens, sampling: sampling.options)
    let task = Task {
      var text = ""
      var calls: [ToolCall] = []
      let clock = ContinuousClock()
      let start = clock.now
      var first: Duration?
      for try await event in model.generate(request) {
        switch event {
        case .begun: break
        case .text(let piece):
          first = first ?? clock.now - start
          text += piece
          Self.write(piece)
        case .toolCallBegun(let name): note(terminal.dim("calling \(name)…"))
        case .toolCall(let call):
          first = first ?? clock.now - start
          calls.append(call)
          out("\(call.name) \(JSONValue.object(call.arguments).text())")
        case .usage(let usage):
          let seconds = (clock.now - start - (first ?? .zero)) / .seconds(1)
          if !text.isEmpty { out("") }
          note(terminal.dim(Self.summary(usage, first: first, seconds: seconds)))
        case .finished(let reason):
          if reason == .length { note(terminal.yellow("(cut at \(sampling.maxTokens) tokens)")) }
        }
      }
      return ChatMessage.assistant(text: text, calls: calls)
    }
    interrupts.onInterrupt { task.cancel() }
    defer { interrupts.onInterrupt(nil) }
    return try await task.value
  }

  /// Nothing is carried out here, and the model is told so.
  private func settle(_ messages: inout [ChatMessage]) {
    guard case .assistant(_, let calls)? = messages.last else { return }
    for call in calls {
      messages.append(
        .tool(ToolResult(id: call.id, name: call.name, isSuccess: true, output: ["shown": true])))
    }
  }

  private static func summary(_ usage: GenerationUsage, first: Duration?, seconds: Double) -> String {
    let rate = seconds > 0 ? Double(max(0, usage.completionTokens - 1)) / seconds : 0
    let wait = first.map { "first word after \(Int(($0 / .milliseconds(1)).rounded())) ms, " } ?? ""
    return "\(wait)\(usage.completionTokens) tokens, \(Double(Int(rate * 10)) / 10)/s, "
      + "\(usage.cachedTokens) of \(usage.promptTokens) prompt tokens were there, \(usage.forcedTokens) had no choice"
  }

  /// Control characters of the model's are not the terminal's business.
  static func write(_ text: String) {
    let shown = text.unicodeScalars.filter { $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control }
    var plain = String(String.UnicodeScalarView(shown))
    plain.withUTF8 { bytes in
      var done = 0
      while done < bytes.count {
        let count = unsafe Glibc.write(STDOUT_FILENO, bytes.baseAddress! + done, bytes.count - done)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return }
        done += count
      }
    }
  }

  /// The next line of standard input, read on a thread that may wait; nil at its end.
  private static func nextLine() async -> String? {
    await withCheckedContinuation { continuation in
      do { _ = try startThread("input") { continuation.resume(returning: readLine()) } } catch {
        continuation.resume(returning: nil)
      }
    }
  }
}
