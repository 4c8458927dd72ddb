import TestModels
import Testing
import Tools

@testable import earshot

/// The commands as scripts call them, on a tiny model of random weights.
@Suite struct ModelCommandTests {
  /// Makes a folder with a model, runs `body` in it.
  private func inFolder(_ body: (_ folder: String, _ model: String) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    try await body(folder.path, try TalkingModel.write(into: folder.path))
  }

  private func write(_ value: JSONValue, to path: String) throws -> String {
    try writeFile(path, value.text())
    return path
  }

  @Test func infoTellsWhatTheFileIs() async throws {
    try await inFolder { _, model in
      let info = try #require(try await BuiltProgram.run("model", "info", model, "--json").json)
      #expect(info["architecture"] == "llama" && info["name"] == "talking" && info["layers"] == 2)
      #expect(info["context"] == 2048 && info["chat_format"] == "mistral-v3" && info["types"] == ["F32": 21])
      let text = try await BuiltProgram.run("model", "info", model)
      #expect(text.status == 0 && text.output.contains("talking") && text.output.contains("mistral-v3"))
    }
  }

  @Test func textBecomesTokensAndMessagesAPrompt() async throws {
    try await inFolder { folder, model in
      let plain = try #require(try await BuiltProgram.run("model", "tokenize", model, "the [INST]", "--json").json)
      let special = try #require(
        try await BuiltProgram.run("model", "tokenize", model, "the [INST]", "--bos", "--special", "--json").json)
      let ids = { (value: JSONValue) in value["tokens"]?.arrayValue?.compactMap(\.integerValue) ?? [] }
      #expect(!ids(plain).contains(3) && ids(special).contains(3) && ids(special).first == 1)
      let messages = try write([["role": "user", "content": "the [INST]"]], to: folder + "/messages.json")
      let prompt = try #require(
        try await BuiltProgram.run("model", "render", model, "--messages", messages, "--json").json)
      // The markers of the format are control tokens, those of the user are text.
      #expect(ids(prompt).filter { $0 == 3 }.count == 1)
      #expect(prompt["text"]?.stringValue?.contains("the") == true)
    }
  }

  @Test func logitsHaveTheAgreedShape() async throws {
    try await inFolder { folder, model in
      let raw = folder + "/logits.f32"
      let found = try #require(
        try await BuiltProgram.run(
          "model", "logits", model, "--tokens", "1,300,301", "--all", "--top", "4", "--out", raw, "--json"
        ).json)
      let shape = found["shape"]?.arrayValue?.compactMap(\.integerValue) ?? []
      #expect(shape.first == 3)
      #expect(try readFile(raw).count == Int(shape.reduce(4, *)))
      let top = found["top"]?.arrayValue?.compactMap { $0.arrayValue?.last?.doubleValue } ?? []
      #expect(top.count == 4 && top == top.sorted(by: >))
    }
  }

  @Test func requiredCallKeepsItsSchemaAndTheSeedItsAnswer() async throws {
    try await inFolder { folder, model in
      let messages = try write([["role": "user", "content": "light please"]], to: folder + "/messages.json")
      let tools = try write(
        .array(
          TalkingModel.tools.map { tool in
            [
              "type": "function",
              "function": [
                "name": .string(tool.name), "description": .string(tool.description), "parameters": tool.parameters,
              ],
            ]
          }), to: folder + "/tools.json")
      func generate(_ choice: String) async throws -> JSONValue {
        let outcome = try await BuiltProgram.run(
          "model", "generate", model, "--messages", messages, "--tools", tools, "--tool-choice", choice,
          "--max-tokens", "300", "--temperature", "1", "--seed", "5", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try #require(outcome.json)
      }
      let answer = try await generate("set_light")
      let call = try #require(answer["tool_calls"]?.arrayValue?.first)
      let arguments = try #require(call["arguments"])
      #expect(call["name"] == "set_light" && answer["finish_reason"] == "tool_calls")
      #expect(try TalkingModel.tools[0].compiledParameters().validate(arguments) == [])
      #expect((0...1).contains(call["confidence"]?.doubleValue ?? -1))
      #expect((answer["usage"]?["forced_tokens"]?.integerValue ?? 0) > 0)
      let again = try await generate("set_light")
      #expect(again["tool_calls"]?.arrayValue?.first?["arguments"] == arguments)
      #expect(try await generate("none")["tool_calls"] == [])
    }
  }

  @Test func chatAnswersEveryLineAndEnds() async throws {
    try await inFolder { _, model in
      let chat = try await BuiltProgram.run(
        "model", "chat", model, "--max-tokens", "12", "--seed", "1", input: "hello\n\nand again\n")
      #expect(chat.status == 0, "\(chat.errors)")
      #expect(chat.errors.split(separator: "\n").filter { $0.contains("prompt tokens were there") }.count == 2)
      #expect(!chat.output.isEmpty)
    }
  }

  @Test func benchMeasuresEachPhase() async throws {
    try await inFolder { _, model in
      let bench = try await BuiltProgram.run(
        "bench", "model", model, "--threads", "1", "--prompt", "8,16", "--generate", "4", "--repeat", "2", "--json")
      #expect(bench.status == 0, "\(bench.errors)")
      let report = try #require(bench.json)
      #expect(report["engine"] == "earshot" && report["threads"] == 1)
      for (phase, count) in [("prefill", "8"), ("prefill", "16"), ("decode", "4")] {
        let best = report[phase]?[count]?["best"]?.doubleValue ?? 0
        #expect(best > 0 && best >= report[phase]?[count]?["median"]?.doubleValue ?? .infinity)
      }
    }
  }

  @Test func whatIsWrongHasItsExitCodeAndNamesTheCulprit() async throws {
    try await inFolder { folder, model in
      let broken = folder + "/broken.gguf"
      try writeFile(broken, "GGUF and nothing more")
      let notes = try write("nonsense", to: folder + "/messages.json")
      let messages = try write([["role": "user", "content": "Hi"]], to: folder + "/good.json")
      let cases: [(arguments: [String], status: Int32, word: String)] = [
        (["info", folder + "/none.gguf"], 66, "none.gguf"), (["info", broken], 65, "broken.gguf"),
        (["generate", model, "--messages", notes], 65, "messages.json"),
        (["render", model, "--messages", messages, "--format", "klingon"], 65, "klingon"),
        (["logits", model, "--tokens", "99999"], 65, "99999"),
      ]
      for (arguments, status, word) in cases {
        let outcome = try await BuiltProgram.run(["model"] + arguments)
        #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
        #expect(outcome.errors.contains(word) && outcome.output.isEmpty, "\(arguments): \(outcome.errors)")
      }
    }
  }
}
