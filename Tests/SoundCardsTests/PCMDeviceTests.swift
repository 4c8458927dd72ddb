import Audio
import Glibc
import SoundCardsTestSupport
import Testing

@testable import SoundCards

@Suite struct PCMDeviceTests {
  let wake = EventDescriptor()

  @Test func nullDeviceGivesTheSpeechFormat() throws {
    let device = try PCMDevice(name: "null", direction: .capture)
    #expect(device.format.sampleFormat == .s16)
    #expect(device.format.channels == 1)
    #expect(device.format.rate == .speech)
    #expect(device.format.periodFrames == 320)
    #expect(device.format.bufferFrames == 1280)
    #expect(device.start() == 0)
    #expect(device.wait(milliseconds: 1000, wake: wake) == 1)
    #expect(device.record(640).count == 640)
  }

  @Test func moreChannelsAreTakenWhereTheyAreNeeded() throws {
    let device = try PCMDevice(name: "null", direction: .capture, request: PCMRequest(channels: 4))
    #expect(device.format.channels == 4)
    #expect(device.format.bytesPerFrame == 8)
  }

  @Test func unknownNameIsReportedWithTheNearestOnes() {
    let error = #expect(throws: SoundCardError.self) { _ = try PCMDevice(name: "nul", direction: .capture).format }
    #expect(error?.code == .deviceNotFound)
    #expect(error?.errorNumber == ENOENT)
    #expect(
      error?.description.hasPrefix("cannot capture from nul: No such file or directory, Unknown PCM nul (errno 2). ")
        == true)
    #expect(error?.remedy.contains("Did you mean null") == true)
    #expect(error?.remedy.contains("earshot devices") == true)
  }

  @Test func missingCardIsReported() {
    let error = #expect(throws: SoundCardError.self) {
      _ = try PCMDevice(name: "hw:CARD=nosuchcard", direction: .playback).format
    }
    #expect(error?.code == .deviceNotFound)
    #expect(error?.description.hasPrefix("cannot play to hw:CARD=nosuchcard: ") == true)
  }

  @Test func knownNameWithoutADeviceIsNotSuggestedAgain() {
    let error = SoundCardError(
      alsaResult: -ENOENT, operation: "play to", device: "default", names: ["default", "defaults"])
    #expect(error.code == .deviceNotFound)
    #expect(error.remedy.hasPrefix("The name is known, but no such device is there now."))
    let other = SoundCardError(alsaResult: -ENOENT, operation: "play to", device: "defualt", names: ["default"])
    #expect(other.remedy.hasPrefix("Did you mean default?"))
  }

  @Test(arguments: ["", "a\0b", String(repeating: "x", count: 300)])
  func namesThatCannotBeAreRefusedBeforeALSASeesThem(name: String) {
    let error = #expect(throws: SoundCardError.self) { _ = try PCMDevice(name: name, direction: .capture).format }
    #expect(error?.code == .badConfiguration)
  }

  @Test func namesOfAnyBytesNeverTrap() {
    var state: UInt64 = 88_172_645_463_325_252
    for _ in 0..<300 {
      var bytes: [UInt8] = Array(["hw:", "plug:", "dmix:", "", "null", "default:"].randomElement()!.utf8)
      for _ in 0..<Int(state % 24) {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        bytes.append(UInt8(truncatingIfNeeded: state >> 24) & 0x7F)
      }
      let name = String(decoding: bytes, as: UTF8.self)
      // Opening or refusing are both right.
      _ = try? PCMDevice(name: name, direction: .capture).format
    }
  }

  @Test func missingConfigurationFileIsRefused() {
    let error = #expect(throws: SoundCardError.self) { _ = try ALSAConfiguration(adding: ["/nonexistent/asound.conf"]) }
    #expect(error?.code == .badConfiguration)
  }

  @Test(arguments: [
    (EBUSY, SoundCardError.Code.busy, "Another program is using it"), (EACCES, .notPermitted, "group audio"),
    (EPERM, .notPermitted, "group audio"), (EINVAL, .formatNotOffered, "plughw:"), (ENODEV, .deviceNotFound, "devices"),
    (ENXIO, .deviceNotFound, "devices"), (ECONNREFUSED, .failed, "sound server"), (EIO, .failed, "dmesg"),
  ])
  func everyErrnoHasARemedy(number: Int32, code: SoundCardError.Code, remedy: String) {
    let error = SoundCardError(alsaResult: -number, operation: "capture from", device: "hw:CARD=x")
    #expect(error.code == code)
    #expect(error.remedy.contains(remedy))
    #expect(error.description.contains("(errno \(number))"))
  }

  @Test func nearestNamesComeFirst() {
    let names = ["hw:CARD=Headset,DEV=0", "hw:CARD=PCH,DEV=0", "default", "null"]
    #expect(nearest(to: "hw:CARD=Headst,DEV=0", among: names).first == "hw:CARD=Headset,DEV=0")
    #expect(nearest(to: "defautl", among: names) == ["default"])
    #expect(nearest(to: "zzzzzzzzzzzzzzz", among: names) == [])
  }

  @Test(arguments: [("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("abc", "abc", 0)])
  func editDistanceIsLevenshteins(a: String, b: String, distance: Int) {
    #expect(editDistance(Array(a.utf8), Array(b.utf8)) == distance)
    #expect(editDistance(Array(b.utf8), Array(a.utf8)) == distance)
  }

  @Test func listingNeverPrintsAndAlwaysNamesWhatFailed() {
    for device in AudioDevices.list() where !AudioDevices.unprobed.contains(device.name) {
      #expect(!device.name.isEmpty)
      #expect(device.isAvailable != (device.problem != nil), "\(device.name)")
    }
  }
}
