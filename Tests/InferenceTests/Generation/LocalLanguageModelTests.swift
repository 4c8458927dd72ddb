import Glibc
import OperatingSystem
import Synchronization
import TestModels
import TestSupport
import Testing
import Tools

@testable import Inference

@Suite struct LocalLanguageModelTests {
  private let folder: ModelFolder
  init() throws { folder = try ModelFolder() }

  private func request(
    _ said: String = "light please", choice: ToolChoice = .required, seed: UInt64 = 1, temperature: Float = 1,
    maximumTokens: Int = 400, stop: [String] = []
  ) -> GenerationRequest {
    GenerationRequest(
      messages: [.system("You are a house."), .user(said)], tools: TalkingModel.tools, toolChoice: choice,
      maximumCalls: 2, maximumTokens: maximumTokens, sampling: SamplingOptions(temperature: temperature, seed: seed),
      stop: stop)
  }

  @Test func whatIsCalledParsesAndKeepsItsSchema() async throws {
    let model = try await TalkingModel.load(from: folder.path)
    let schemas = try Dictionary(
      uniqueKeysWithValues: TalkingModel.tools.map { ($0.name, try $0.compiledParameters()) })
    var forced = 0
    var written = 0
    for seed in 0..<25 as Range<UInt64> {
      let answer = try await Answer(model.generate(request(seed: seed)))
      #expect(answer.reason == .toolCalls && answer.text.isEmpty)
      #expect((1...2).contains(answer.calls.count))
      #expect(answer.begun == answer.calls.map(\.name))
      for call in answer.calls {
        #expect(schemas[call.name]?.validate(.object(call.arguments)) == [])
        #expect(call.origin == .model && (0...1).contains(call.confidence ?? -1))
      }
      #expect(Set(answer.calls.map(\.id)).count == answer.calls.count)
      forced += answer.usage?.forcedTokens ?? 0
      written += answer.usage?.completionTokens ?? 0
    }
    #expect(forced * 3 > written)
  }

  @Test func namedToolIsTheOnlyOneCalled() async throws {
    let model = try await TalkingModel.load(from: folder.path)
    for seed in 0..<10 as Range<UInt64> {
      let answer = try await Answer(model.generate(request(choice: .named("say"), seed: seed)))
      #expect(Set(answer.calls.map(\.name)) == ["say"])
    }
  }

  @Test func textHasNoCallsAndTheSameSeedWritesTheSame() async throws {
    let model = try await TalkingModel.load(from: folder.path)
    var texts: [String] = []
    for seed: UInt64 in [3, 3, 4] {
      let answer = try await Answer(model.generate(request(choice: .none, seed: seed, maximumTokens: 40)))
      #expect(answer.calls.isEmpty && !answer.text.isEmpty)
      #expect((answer.usage?.completionTokens ?? 0) <= 40)
      texts.append(answer.text)
    }
    #expect(texts[0] == texts[1])
    #expect(texts[0] != texts[2])
  }

  @Test func secondTurnPaysOnlyForWhatIsNew() async throws {
    let model = try await TalkingModel.load(from: folder.path)
    let first = try await Answer(model.generate(request()))
    #expect(first.usage?.cachedTokens == 0)
    let second = try await Answer(model.generate(request("hall please")))
    let usage = try #require(second.usage)
    #expect(usage.cachedTokens * 2 > usage.promptTokens && usage.cachedTokens < usage.promptTokens)
  }

  @Test func whatIsReadAheadIsNotReadAgain() async throws {
    let model = try await TalkingModel.load(from: folder.path)
    let plain = try await Answer(model.generate(request("turn on the kitchen light", temperature: 0)))
    _ = try await Answer(model.generate(request("something else altogether")))
    model.prefill(request("turn on"))
    // Takes the place of the first, wherever that is.
    model.prefill(request("turn on the kitchen"))
    await model.finishAll()
    // Has nothing to read, and loses nothing of what was.
    model.prefill(request("turn on"))
    await model.finishAll()
    let ahead = try await Answer(model.generate(request("turn on the kitchen light", temperature: 0)))
    #expect(ahead.calls.map(\.arguments) == plain.calls.map(\.arguments))
    let usage = try #require(ahead.usage)
    // Left are the last word and what stands behind it.
    #expect(usage.promptTokens - usage.cachedTokens < 24, "\(usage)")
  }

  @Test func whatWasReadToTheEndIsAnsweredAtOnce() async throws {
    let model = try await TalkingModel.load(from: folder.path)
    let asked = request("turn on the kitchen light", temperature: 0)
    let plain = try await Answer(model.generate(asked))
    _ = try await Answer(model.generate(request("something else altogether")))
    model.prefill(asked)
    // Is still being read: the answer waits for it instead of beginning anew.
    let ahead = try await Answer(model.generate(asked))
    #expect(ahead.calls.map(\.arguments) == plain.calls.map(\.arguments) && ahead.text == plain.text)
    let usage = try #require(ahead.usage)
    #expect(usage.cachedTokens == usage.promptTokens)
  }

  @Test func guessingAheadChangesNoAnswer() async throws {
    let plain = try await TalkingModel.load(from: folder.path, guessesAhead: false)
    let guessing = try await TalkingModel.load(from: folder.path)
    var guessed = 0
    for seed in 0..<12 as Range<UInt64> {
      for (choice, temperature) in [(ToolChoice.none, Float(0)), (.auto, 0.4), (.required, 1), (.none, 0.1)] {
        let asked = request(
          "light light please light please \(seed)", choice: choice, seed: seed, temperature: temperature,
          maximumTokens: 120)
        var first = try await Answer(plain.generate(asked))
        var second = try await Answer(guessing.generate(asked))
        #expect(first.usage?.guessedTokens == 0)
        guessed += second.usage?.guessedTokens ?? 0
        second.usage?.guessedTokens = 0
        first.calls = first.calls.map(withoutID)
        second.calls = second.calls.map(withoutID)
        #expect(first == second)
      }
    }
    // Answers of random weights without chance run in circles.
    #expect(guessed > 0)
  }

  private func withoutID(_ call: ToolCall) -> ToolCall {
    var call = withoutConfidence(call)
    call.id = ""
    return call
  }

  /// Sums of floats differ in their last bits with how many tokens are evaluated at once.
  private func withoutConfidence(_ call: ToolCall) -> ToolCall {
    var call = call
    call.confidence = nil
    return call
  }

  @Test func answerIsTheSameHoweverMuchOfThePromptWasThere() async throws {
    let model = try await TalkingModel.load(from: folder.path)
    let fresh = try await Answer(model.generate(request("hall", temperature: 0)))
    _ = try await Answer(model.generate(request("something else")))
    let again = try await Answer(model.generate(request("hall", temperature: 0)))
    #expect(again.calls.map(\.arguments) == fresh.calls.map(\.arguments))
    #expect((again.usage?.cachedTokens ?? 0) > 0)
  }

  @Test func theSeedGivesTheSameCallsAndNoIdentityTwice() async throws {
    let model = try await TalkingModel.load(from: folder.path, context: 2048)
    let first = try await Answer(model.generate(request(seed: 5)))
    let again = try await Answer(model.generate(request(seed: 5)))
    #expect(first.calls.map(withoutConfidence) == again.calls.map(withoutConfidence))
    var later = request(seed: 5)
    later.messages += [.assistant(text: "", calls: first.calls)]
    later.messages += first.calls.map { .tool(ToolResult(id: $0.id, name: $0.name, isSuccess: true, output: [:])) }
    let next = try await Answer(model.generate(later))
    #expect(Set(next.calls.map(\.id)).isDisjoint(with: first.calls.map(\.id)))
  }

  @Test func prefixIsKeptOnDiskAndADamagedOneIsMadeAgain() async throws {
    let snapshots = folder.path + "/deep/snapshots"
    let first = try await TalkingModel.load(from: folder.path, snapshots: snapshots)
    let expected = try await Answer(first.generate(request(temperature: 0)))
    let names = try namesInFolder(snapshots).get()
    let file = snapshots + "/" + (try #require(names.first { $0.hasSuffix(".kv") }))

    let second = try await TalkingModel.load(from: folder.path, snapshots: snapshots)
    let restored = try await Answer(second.generate(request(temperature: 0)))
    #expect((restored.usage?.cachedTokens ?? 0) >= PromptCache.minimumSnapshot)
    #expect(restored.calls.map(\.arguments) == expected.calls.map(\.arguments))

    let descriptor = unsafe open(file, O_WRONLY)
    try #require(descriptor >= 0)
    let end = lseek(descriptor, -100, SEEK_END)
    #expect(end > 0)
    unsafe _ = write(descriptor, "damage", 6)
    close(descriptor)
    let reports = Mutex<[InferenceError]>([])
    let third = try await TalkingModel.load(from: folder.path, snapshots: snapshots) { report in
      reports.withLock { $0.append(report) }
    }
    let rebuilt = try await Answer(third.generate(request(temperature: 0)))
    #expect(rebuilt.usage?.cachedTokens == 0)
    #expect(reports.withLock { $0.map(\.code) } == [.fileInvalid])
    #expect(rebuilt.calls.map(\.arguments) == expected.calls.map(\.arguments))
  }

  @Test func generationsComeInOrderAndACancelledOneMakesRoom() async throws {
    let model = try await TalkingModel.load(from: folder.path)
    let long = Task { try await Answer(model.generate(request(choice: .none, maximumTokens: 800))) }
    let next = Task { try await Answer(model.generate(request(seed: 9))) }
    long.cancel()
    let answer = try await next.value
    #expect(!answer.calls.isEmpty)
    // Ending the iteration cancels as well.
    for try await event in model.generate(request(choice: .none, maximumTokens: 800)) {
      if case .text = event { break }
    }
    #expect(try await !Answer(model.generate(request(seed: 2))).calls.isEmpty)
  }

  @Test func stopStringEndsTheText() async throws {
    let model = try await TalkingModel.load(from: folder.path)
    let whole = try await Answer(model.generate(request(choice: .none, seed: 5, maximumTokens: 60)))
    let middle = whole.text.index(whole.text.startIndex, offsetBy: whole.text.count / 2)
    let stop = String(whole.text[middle...].prefix(3))
    let cut = try await Answer(model.generate(request(choice: .none, seed: 5, maximumTokens: 60, stop: [stop])))
    #expect(cut.reason == .stop)
    #expect(whole.text.hasPrefix(cut.text) && !cut.text.contains(stop))
  }

  @Test func oldTurnsGoWhenTheContextIsFullAndWhatNeverFitsIsAnError() async throws {
    let model = try await TalkingModel.load(from: folder.path, context: 900)
    var long = request()
    long.maximumTokens = 100
    for turn in 0..<60 {
      long.messages += [.assistant(text: "The light in room \(turn) is on.", calls: []), .user("And room \(turn)?")]
    }
    let answer = try await Answer(model.generate(long))
    #expect((answer.usage?.promptTokens ?? 0) <= 800)
    long.messages.append(.user(String(repeating: "light ", count: 900)))
    await #expect(throws: InferenceError.self) { try await Answer(model.generate(long)) }
  }

  @Test func textIsContinuedWithoutMessages() async throws {
    let model = try await TalkingModel.load(from: folder.path)
    let answer = try await Answer(model.complete("the light", as: request(maximumTokens: 20)))
    #expect(!answer.text.isEmpty && answer.reason != nil)
    await #expect(throws: InferenceError.self) {
      try await Answer(model.complete("the", as: request(maximumTokens: 0)))
    }
  }

  @Test func whatCannotBeDoneIsSaidBeforeAnythingIsWritten() async throws {
    let model = try await TalkingModel.load(from: folder.path)
    await #expect(throws: InferenceError.self) { try await Answer(model.generate(request(choice: .named("nothing")))) }
    await #expect(throws: InferenceError.self) { try await Answer(model.generate(request(temperature: -1))) }
    var impossible = request()
    impossible.tools = [ToolDefinition(name: "x", description: "", parameters: ["type": "object", "not": [:]])]
    await #expect(throws: InferenceError.self) { try await Answer(model.generate(impossible)) }
    await #expect(throws: InferenceError.self) { try await model.prepare(system: "", tools: impossible.tools) }
    try await model.prepare(system: "You are a house.", tools: TalkingModel.tools)
    let answer = try await Answer(model.generate(request()))
    #expect((answer.usage?.cachedTokens ?? 0) >= PromptCache.minimumSnapshot)
  }
}

/// A folder of one test, removed with what the engine writes into it.
private final class ModelFolder: Sendable {
  let path: String

  init() throws {
    var template = Array("/tmp/earshot-model-XXXXXX".utf8CString)
    try #require(unsafe mkdtemp(&template) != nil)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for folder in [path + "/deep/snapshots", path + "/deep", path] {
      for name in (try? namesInFolder(folder).get()) ?? [] { unsafe _ = unlink(folder + "/" + name) }
      unsafe _ = rmdir(folder)
    }
  }
}
