import Actions
import Assistant
import Configuration
import Testing
import Tools

@testable import earshot

@Suite struct SceneTests {
  @Test func aFileOfScenesIsReadWithItsRooms() throws {
    let scenes = try Scene.list(
      [
        "slt: tell me a story | 0.5 rms: stop", "room -12 dB after 20 ms, -20 dB after 45 ms, noise -60 dB",
        "slt: tell me a story | 1.25 cough ~", "room", "rms: go on | 0 awb: set it to [0.5] twenty ~",
      ], name: "test")
    #expect(scenes.map(\.display) == ["rms: stop", "cough", "awb: set it to … twenty"])
    #expect(scenes.map(\.isToGoOn) == [false, true, true])
    #expect(scenes.map(\.room.count) == [0, 2, 0])
    #expect(scenes.map(\.background) == [nil, -60, nil])
    #expect(scenes[1].room[1] == Scene.RoomEcho(gain: -20, delay: .milliseconds(45)))
    #expect(scenes.map(\.after) == [.milliseconds(500), .milliseconds(1250), .zero])
  }

  @Test(arguments: [
    "slt: tell me a story", "tell me a story | 1 rms: stop", "slt: x | rms: stop", "slt: x | -1 rms: stop",
    "slt: x | 61 rms: stop", "slt: x | nan rms: stop", "slt: x | 1 sneeze", "room -12 after 20",
    "room 3 dB after 20 ms",
    "room noise 0 dB", "room -12 dB after 2000 ms", "| 1 rms: stop", "slt: | 1 rms: stop", "",
  ])
  func whatIsNoSceneIsSaidWithItsPlace(line: String) {
    let failure = #expect(throws: CommandFailure.self) {
      try Scene.list(["slt: tell me a story | 1 rms: stop", line], name: "scenes.txt")
    }
    #expect(failure?.status == .badData)
    #expect(failure?.description.hasPrefix("scenes.txt, scene 2") == true, "\(failure?.description ?? "")")
  }

  @Test(arguments: Noise.allCases) func noisesAreSoundsOfHalfScale(noise: Noise) {
    let samples = noise.samples(rate: 16_000)
    #expect((800...8_000).contains(samples.count))
    let peak = samples.map(abs).max() ?? 0
    #expect(abs(peak - 0.5) < 1e-4)
    #expect(samples == noise.samples(rate: 16_000))
  }

  /// In real time, with a loudspeaker that the microphone hears: a few seconds for each.
  @Test func aReplyEndsWhenSomebodyCutsInAndNotForACough() async throws {
    let folder = #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/Fixtures/scenes"
    let house = try await House(
      try Configuration.load(path: folder + "/story.yaml"), isSimulated: true, log: NoActionLog())
    let rehearsal = try Rehearsal(house: house, room: try Room.virtual())
    let room = "room -12 dB after 20 ms, -20 dB after 45 ms"
    let scenes = try Scene.list(
      [room, "slt: tell me a story | 2.5 cough ~", "slt: tell me a story | 2 rms: turn on the hall light"], name: "test"
    )
    let cough = try await rehearsal.perform(scenes[0])
    #expect(!cough.isInterrupted)
    let command = try await rehearsal.perform(scenes[1])
    #expect(command.isInterrupted)
    #expect(command.calls.map(\.name) == ["set_light"])
    await rehearsal.end()
    _ = await house.runner.shutDown()
  }

  /// The timer rings two seconds after it was set, over its own echo, until somebody says stop.
  @Test func anAlarmDoesNotHearItselfAndStopEndsIt() async throws {
    let folder = #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/Fixtures/scenes"
    let house = try await House(
      try Configuration.load(path: folder + "/alarm.yaml"), isSimulated: true, log: NoActionLog(),
      timers: TimerKeeper(store: NoTimerStore()))
    let rehearsal = try Rehearsal(house: house, room: try Room.virtual())
    let scenes = try Scene.list(
      ["room -12 dB after 20 ms, -20 dB after 45 ms", "slt: set a timer for two seconds | 6 rms: stop"], name: "test")
    let take = try await rehearsal.perform(scenes[0])
    #expect(take.isInterrupted)
    #expect(RecordedTurns.outcomes(take.events).first == .answered)
    await rehearsal.end()
    _ = await house.runner.shutDown()
  }
}
