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
    } catch let error as ConfigurationError {
      Issue.record("\(error)")
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
