import Actions
import Phrases
import Testing
import Tools

@testable import Configuration

/// The files under configs/ and what is published beside them.
@Suite struct ExampleTests {
  static let examples = ["kitchen.yaml", "car.yaml", "air-gapped.yaml", "development.yaml"]

  @Test(arguments: examples) func exampleHasNoProblem(_ name: String) throws {
    do {
      let loaded = try Configuration.parse(Repository.bytes("configs/" + name), file: name)
      #expect(!loaded.configuration.tools.isEmpty)
      #expect(loaded.warnings.map { $0.description(file: name) } == [])
    } catch let error as ConfigurationError {
      Issue.record("\(error)")
    }
  }

  /// air-gapped.yaml runs a program and a user of somebody's own, which are not on every machine.
  @Test(arguments: ["kitchen.yaml", "car.yaml", "development.yaml"])
  func actionsTakeTheToolsOfAnExample(_ name: String) throws {
    let tools = try Configuration.parse(Repository.bytes("configs/" + name), file: name).configuration.tools
    for tool in tools {
      let action = ActionTool(definition: tool.definition, action: tool.action, policy: tool.policy)
      #expect(action.problems().map(\.description) == [])
    }
  }

  @Test(arguments: examples) func exampleNamesItsSchemaForEditors(_ name: String) throws {
    let text = try Repository.text("configs/" + name)
    #expect(text.hasPrefix("# yaml-language-server: $schema=earshot.schema.json\n"))
  }

  @Test(arguments: examples) func effectiveConfigurationOfAnExampleReadsBackTheSame(_ name: String) throws {
    let loaded = try Configuration.parse(Repository.bytes("configs/" + name), file: name)
    let again = try Configuration.parse(Array(loaded.effective.utf8), file: "effective")
    #expect(again.configuration == loaded.configuration)
  }

  @Test func effectiveConfigurationIsReadable() throws {
    let loaded = try Configuration.parse(
      Repository.bytes("configs/development.yaml"), file: "development.yaml",
      environment: ["EARSHOT_SPEECH_VOICE": "rms"], settings: ["turns.silence_ms=300"])
    try Repository.expectGolden(loaded.effective, "Tests/ConfigurationTests/Golden/development.effective.yaml")
  }

  @Test(arguments: [
    "raspberry-pi-4", "raspberry-pi-5", "orange-pi-5", "jetson-orin-nano", "beaglebone", "pc",
  ])
  func linesOfABoardHaveNoProblem(_ board: String) throws {
    let path = "hardware/\(board)/lines.yaml"
    let lines = try Configuration.parse(Repository.bytes(path), file: path).configuration.lines
    #expect(lines.count >= 4)
    #expect(Set(lines.map(\.address)).count == lines.count)
  }

  @Test(arguments: [
    ("turn on the kitchen light", "set_light"), ("switch the lounge lights off", "set_light"),
    ("living room light on", "set_light"), ("set the reading lamp to forty percent", "set_brightness"),
    ("set the heating to twenty one degrees", "set_heating"), ("kitchen fan off", "set_fan"),
    ("lower the blinds", "move_blinds"), ("play some jazz", nil), ("play jazz on the radio", "play_radio"),
    ("turn off the radio", "stop_radio"), ("is the back door open", "is_back_door_open"),
    ("what time is it", "tell_time"), ("open the garage door", "open_garage"), ("open the blinds", "move_blinds"),
    ("turn on the garage", nil),
  ])
  func kitchenUnderstands(_ sentence: String, _ tool: String?) throws {
    let loaded = try Configuration.parse(Repository.bytes("configs/kitchen.yaml"), file: "kitchen.yaml")
    #expect(loaded.phrases.match(sentence)?.name == tool)
  }

  @Test func publishedSchemaIsThatOfTheParser() throws {
    try Repository.expectGolden(
      ConfigurationSchema.document().text(.pretty) + "\n", "configs/earshot.schema.json")
  }

  @Test func referenceListsWhatTheParserKnows() throws {
    let document = try Repository.text("docs/configuration.md")
    let mark = "<!-- Made from the parser by its tests; edit the text above. -->\n\n"
    let pieces = document.split(separator: mark, maxSplits: 1)
    try #require(pieces.count >= 1)
    try Repository.expectGolden(pieces[0] + mark + ConfigurationReference.markdown(), "docs/configuration.md")
  }
}
