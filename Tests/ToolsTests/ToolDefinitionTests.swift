import Testing
import Tools

struct ToolDefinitionTests {
  static let parameters: JSONValue = ["type": "object", "properties": ["room": ["type": "string"]]]

  @Test func openAIsFormSurvivesBothWays() throws {
    let tool = ToolDefinition(name: "set_light", description: "Switch a light", parameters: Self.parameters)
    #expect(try ToolDefinition(openAI: tool.openAI) == tool)
    #expect(tool.openAI.text().hasPrefix(#"{"type":"function","function":{"name":"set_light","#))
  }

  @Test func flatFormOfTheRealtimeInterfaceReads() throws {
    let tool = try ToolDefinition(openAI: ["type": "function", "name": "ping", "strict": true])
    #expect(tool == ToolDefinition(name: "ping", description: "", parameters: ToolDefinition.noParameters))
    #expect(try tool.compiledParameters().accepts([:]))
  }

  @Test(
    arguments: [
      ([1], ""), (["type": "custom", "name": "a"], "/type"), (["function": ["name": "a"]], "/type"),
      (["type": "function", "function": ["name": "a"], "extra": 1], "/extra"),
      (["type": "function", "function": []], "/function"), (["type": "function", "function": [:]], "/function/name"),
      (["type": "function", "function": ["name": "a b"]], "/function/name"),
      (["type": "function", "function": ["name": "a", "description": 1]], "/function/description"),
      (["type": "function", "function": ["name": "a", "parameters": []]], "/function/parameters"),
      (["type": "function", "function": ["name": "a", "param/eters": [:]]], "/function/param~1eters"),
      (["type": "function", "function": ["name": "a", "strict": "yes"]], "/function/strict"),
    ] as [(JSONValue, String)])
  func malformedDefinitionsAreRefusedAtTheirPlace(value: JSONValue, pointer: String) {
    let error = #expect(throws: ToolsError.self) { try ToolDefinition(openAI: value) }
    #expect(error?.code == .invalidDefinition)
    #expect(error?.pointer == pointer)
  }

  @Test func namesKeepTheRule() {
    for name in ["a", "set_light", "A-1", String(repeating: "x", count: 64)] {
      #expect(ToolDefinition.isValidName(name))
    }
    for name in ["", "a b", "é", "a.b", String(repeating: "x", count: 65)] {
      #expect(!ToolDefinition.isValidName(name))
    }
  }

  @Test func parametersAreCheckedWithTheirPlace() {
    let tool = ToolDefinition(
      name: "a", description: "", parameters: ["type": "object", "properties": ["x": ["tpye": "string"]]])
    let error = #expect(throws: ToolsError.self) { try tool.compiledParameters() }
    #expect(error?.pointer == "/parameters/properties/x/tpye")
    let list = ToolDefinition(name: "a", description: "", parameters: ["type": "array"])
    #expect(throws: ToolsError.self) { try list.compiledParameters() }
  }

  @Test func twoToolsOfOneNameAreRefused() throws {
    let tool = ToolDefinition(name: "a", description: "", parameters: ToolDefinition.noParameters)
    try ToolDefinition.requireUniqueNames([tool])
    let error = #expect(throws: ToolsError.self) { try ToolDefinition.requireUniqueNames([tool, tool]) }
    #expect(error?.pointer == "/1/name")
  }
}
