import Actions
import Assistant
import Configuration
import Testing
import Tools

@testable import earshot

@Suite struct SituationTests {
  private static let text = """
    board: simulated
    room: kitchen
    gpio:
      lines:
        hall_light: {line: chip/1}
        fan: {line: chip/2, active_low: true}
        garage_button: {line: chip/3}
        back_door: {line: chip/4}
    tools:
      - name: set_light
        description: Switch the light
        parameters: {type: object, properties: {on: {type: boolean}}, required: [on]}
        action: {gpio: {do: set, line: hall_light, value_from: on}}
      - name: set_fan
        description: Switch the fan
        parameters: {type: object, properties: {on: {type: boolean}}, required: [on]}
        action: {gpio: {do: set, line: fan, value_from: on}}
      - name: open_garage
        description: Open the garage
        parameters: {type: object, properties: {}}
        action: {gpio: {do: pulse, line: garage_button, for_ms: 100}}
      - name: is_back_door_open
        description: Say whether the door is open
        parameters: {type: object, properties: {}}
        action: {gpio: {do: read, line: back_door}}
    """

  @Test func theModelIsToldTheRoomAndWhatIsOn() async throws {
    let loaded = try Configuration.parse(Array(Self.text.utf8), file: "test")
    let house = try await House(loaded, isSimulated: true, log: NoActionLog())
    let situation = Situation(loaded.configuration, board: house.hardware.board)
    #expect(situation.text() == "The last thing said was in the kitchen.")
    for name in ["set_light", "set_fan"] {
      let call = ToolCall(id: CallID.next(), name: name, arguments: ["on": true], origin: .command)
      #expect(await house.runner.perform(call, isConfirmed: false).isSuccess)
    }
    #expect(
      situation.text() == "The last thing said was in the kitchen. The hall light is on. The fan is on.")
    _ = await house.runner.shutDown()
  }
}
