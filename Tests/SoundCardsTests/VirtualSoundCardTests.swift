import Audio
import Glibc
import SoundCards
import SoundCardsTestSupport
import Testing

// In real time, so one after the other.
@Suite(.serialized) struct VirtualSoundCardTests {
  let folder = TemporaryFolder()
  let large = PCMRequest(periods: 50)

  func open(
    _ end: VirtualSoundCard.End, _ direction: PCMDirection, _ configuration: ALSAConfiguration
  ) throws -> PCMDevice {
    try PCMDevice(name: end.rawValue, direction: direction, request: large, configuration: configuration)
  }

  @Test func microphoneHearsThePersonExactly() throws {
    let card = try VirtualSoundCard(folder: folder.path)
    let configuration = try card.configuration()
    let microphone = try open(.microphone, .capture, configuration)
    let person = try open(.user, .playback, configuration)
    let said = noise(8000)
    #expect(microphone.start() == 0)
    #expect(person.speak(said) == true)
    let heard = microphone.record(12_000)
    let start = try #require(position(of: said, in: heard))
    #expect(heard[..<start].allSatisfy { $0 == 0 }, "silence before")
    #expect(heard[(start + said.count)...].allSatisfy { $0 == 0 }, "silence after")
  }

  @Test func twoPeopleAddUp() throws {
    let card = try VirtualSoundCard(folder: folder.path)
    let configuration = try card.configuration()
    let microphone = try open(.microphone, .capture, configuration)
    let one = try open(.user, .playback, configuration)
    let other = try open(.user, .playback, configuration)
    #expect(microphone.start() == 0)
    #expect(one.speak([Int16](repeating: 1000, count: 8000)) == true)
    #expect(other.speak([Int16](repeating: 2000, count: 8000)) == true)
    #expect(microphone.record(9000).contains(3000))
  }

  @Test func loudspeakerIsHeardAtReferenceAndNotInTheRoom() throws {
    let card = try VirtualSoundCard(folder: folder.path)
    let configuration = try card.configuration()
    let microphone = try open(.microphone, .capture, configuration)
    let reference = try open(.reference, .capture, configuration)
    let loudspeaker = try open(.speaker, .playback, configuration)
    let said = noise(4000)
    #expect(microphone.start() == 0)
    #expect(reference.start() == 0)
    #expect(loudspeaker.speak(said) == true)
    #expect(position(of: said, in: reference.record(8000)) != nil)
    #expect(microphone.record(8000).allSatisfy { $0 == 0 })
  }

  @Test func echoReachesTheMicrophoneWithGainAndDelay() throws {
    let card = try VirtualSoundCard(folder: folder.path)
    let configuration = try card.configuration()
    card.setRoom([.init(delay: .milliseconds(20), gain: -6.0206)])
    let microphone = try open(.microphone, .capture, configuration)
    let loudspeaker = try open(.speaker, .playback, configuration)
    #expect(microphone.start() == 0)
    #expect(loudspeaker.speak([Int16](repeating: 8000, count: 1600)) == true)
    let heard = microphone.record(6000)
    #expect(heard.filter { $0 == 4000 }.count == 1600)
    #expect(heard.allSatisfy { $0 == 0 || $0 == 4000 })
  }

  @Test func roomAddsItsPathsUpAndLosesThemWithTheLoudspeakersDrop() throws {
    let card = try VirtualSoundCard(folder: folder.path)
    let configuration = try card.configuration()
    card.setRoom([
      .init(delay: .milliseconds(20), gain: -12.0412),
      .init(delay: .milliseconds(45), gain: -18.0618, isInverted: true),
    ])
    let microphone = try open(.microphone, .capture, configuration)
    let loudspeaker = try open(.speaker, .playback, configuration)
    #expect(microphone.start() == 0)
    // The paths are 400 frames apart: so long the first is heard alone, and the second at the end.
    #expect(loudspeaker.speak([Int16](repeating: 8000, count: 720)) == true)
    let heard = microphone.record(6000)
    #expect(heard.filter { $0 == 2000 }.count == 400)
    #expect(heard.filter { $0 == 1000 }.count == 320)
    #expect(heard.filter { $0 == -1000 }.count == 400)
    #expect(loudspeaker.prepare() == 0)
    #expect(loudspeaker.speak([Int16](repeating: 8000, count: 16_000)) == true)
    #expect(loudspeaker.drop() == 0)
    let rest = microphone.record(16_000).filter { $0 != 0 }.count
    #expect(rest < 16_000)
  }

  @Test func noiseIsAtTheMicrophoneOnlyAndAsLoudAsAsked() throws {
    let card = try VirtualSoundCard(folder: folder.path)
    let configuration = try card.configuration()
    card.setRoom([], noise: -40)
    let microphone = try open(.microphone, .capture, configuration)
    let reference = try open(.reference, .capture, configuration)
    #expect(microphone.start() == 0)
    #expect(reference.start() == 0)
    let heard = microphone.record(8000).map { Float($0) / 32_768 }
    #expect(abs(AudioLevel(of: heard.span).rms + 40) < 0.5)
    #expect(reference.record(1000).allSatisfy { $0 == 0 })
  }

  @Test(arguments: [SampleRate(hertz: 16_000), SampleRate(hertz: 48_000)])
  func cardOffersItsRateAndALSAConvertsTheRest(rate: SampleRate) throws {
    let card = try VirtualSoundCard(folder: folder.path, sampleRate: rate)
    let configuration = try card.configuration()
    let plain = try PCMDevice(name: "mic", direction: .capture, configuration: configuration)
    #expect(plain.format.rate == rate)
    #expect(plain.format.channels == 1)
    let converted = try PCMDevice(
      name: "plug:mic", direction: .capture, request: PCMRequest(channels: 3), configuration: configuration)
    #expect(converted.format.channels == 3)
  }

  @Test func unpluggedEndReportsThatItIsGoneAndOpensAgainLater() throws {
    let card = try VirtualSoundCard(folder: folder.path)
    let configuration = try card.configuration()
    let wake = EventDescriptor()
    let microphone = try open(.microphone, .capture, configuration)
    #expect(microphone.start() == 0)
    #expect(microphone.isConnected == true)
    card.setPlugged(.microphone, false)
    #expect(microphone.isConnected == false)
    var bytes = [UInt8](repeating: 0, count: 640)
    var span = bytes.mutableSpan
    var raw = unsafe span.mutableBytes
    #expect(microphone.read(into: &raw, frames: 320) == -Int(ENODEV))
    #expect(microphone.prepare() == -ENODEV)
    #expect(microphone.wait(milliseconds: 1000, wake: wake) != 0)
    let refused = #expect(throws: SoundCardError.self) { _ = try open(.microphone, .capture, configuration).format }
    #expect(refused?.code == .deviceNotFound)
    #expect(refused?.errorNumber == ENODEV)
    card.setPlugged(.microphone, true)
    let again = try open(.microphone, .capture, configuration)
    #expect(again.start() == 0)
    #expect(again.record(640).count >= 640)
    #expect(card.openCount(.microphone) == 2)
  }

  @Test func xrunOnRequestIsReportedOnce() throws {
    let card = try VirtualSoundCard(folder: folder.path)
    let microphone = try open(.microphone, .capture, card.configuration())
    let wake = EventDescriptor()
    #expect(microphone.start() == 0)
    card.causeXrun(.microphone)
    #expect(microphone.wait(milliseconds: 1000, wake: wake) == -EPIPE)
    #expect(microphone.recover(from: -EPIPE, starting: true, wake: wake) == .restarted)
    #expect(microphone.record(640).count >= 640)
  }

  @Test func loudspeakerThatIsNotFedUnderruns() throws {
    let card = try VirtualSoundCard(folder: folder.path)
    let loudspeaker = try PCMDevice(
      name: "speaker", direction: .playback, request: PCMRequest(periods: 2), configuration: card.configuration())
    #expect(loudspeaker.speak([1, 2, 3]) == true)
    #expect(eventually { loudspeaker.available() == -Int(EPIPE) })
  }

  @Test func droppedSamplesAreNeverHeard() throws {
    let card = try VirtualSoundCard(folder: folder.path)
    let configuration = try card.configuration()
    let reference = try open(.reference, .capture, configuration)
    let loudspeaker = try open(.speaker, .playback, configuration)
    #expect(reference.start() == 0)
    #expect(loudspeaker.speak([Int16](repeating: 77, count: 16_000)) == true)
    #expect(eventually { (loudspeaker.delay() ?? 16_000) < 15_000 })
    #expect(loudspeaker.drop() == 0)
    let heard = reference.record(14_000).filter { $0 != 0 }.count
    #expect((1000..<14_000).contains(heard))
  }

  @Test(arguments: SampleFormat.allCases.filter { $0 != .u8 && $0 != .float64 })
  func everyFormatCarriesSixteenBitsThrough(format: SampleFormat) throws {
    // The person speaks in one format through ALSA's own conversion, the microphone hears 16 bits.
    let card = try VirtualSoundCard(folder: folder.path)
    let offered = AudioDevices.list(configuration: try card.configuration()).first { $0.name == "mic" }
    #expect(offered?.offer?.formats.contains(format) == true)
  }

  @Test func cardOfAnotherRateIsRefused() throws {
    _ = try VirtualSoundCard(folder: folder.path)
    let refused = #expect(throws: SoundCardError.self) {
      _ = try VirtualSoundCard(folder: folder.path, sampleRate: SampleRate(hertz: 48_000))
    }
    #expect(refused?.code == .badConfiguration)
  }

  @Test func fileThatIsNoCardIsRefused() throws {
    let descriptor = unsafe Glibc.open(folder.path + "/card", O_WRONLY | O_CREAT, 0o600)
    let text = Array("not a card".utf8)
    #expect(unsafe Glibc.write(descriptor, text, text.count) == text.count)
    close(descriptor)
    #expect(throws: SoundCardError.self) { _ = try VirtualSoundCard(folder: folder.path) }
  }

  @Test func damagedCardFilesAreRefusedOrUsedButNeverTrusted() throws {
    let path = folder.path + "/card"
    _ = try VirtualSoundCard(folder: folder.path)
    let descriptor = unsafe Glibc.open(path, O_RDWR)
    defer { close(descriptor) }
    var original = [UInt8](repeating: 0, count: 80)
    #expect(unsafe pread(descriptor, &original, 80, 0) == 80)
    var state: UInt64 = 0x2545_F491_4F6C_DD1D
    func random(_ bound: UInt64) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state % bound)
    }
    for round in 0..<3000 {
      var header = original
      for _ in 0...random(4) { header[random(80)] = UInt8(random(256)) }
      // Now and then the file is too short or too long as well.
      let size = round % 10 == 0 ? random(5000) : round % 10 == 1 ? 2_000_000 : 4096 + 2 * 65_536 * 8
      #expect(ftruncate(descriptor, size) == 0)
      #expect(unsafe pwrite(descriptor, header, min(80, size), 0) == min(80, size))
      guard let card = try? VirtualSoundCard(folder: folder.path) else { continue }
      card.setRoom([.init(delay: .seconds(9), gain: 99)], noise: 9)
      #expect(card.now >= 0)
      #expect(card.openCount(.microphone) >= 0)
    }
  }

  @Test func missingPluginIsNamed() throws {
    let card = try VirtualSoundCard(folder: folder.path, plugin: folder.path + "/missing.so")
    let refused = #expect(throws: SoundCardError.self) {
      _ = try open(.microphone, .capture, card.configuration()).format
    }
    #expect(refused?.reason.contains("missing.so") == true)
  }

  @Test func wrongDirectionIsRefused() throws {
    let card = try VirtualSoundCard(folder: folder.path)
    let configuration = try card.configuration()
    #expect(throws: SoundCardError.self) { _ = try open(.microphone, .playback, configuration).format }
    #expect(throws: SoundCardError.self) { _ = try open(.speaker, .capture, configuration).format }
  }

  @Test func listingNamesTheCardForWhatItIs() throws {
    let card = try VirtualSoundCard(folder: folder.path)
    let listed = AudioDevices.list(configuration: try card.configuration())
    let microphone = try #require(listed.first { $0.name == "mic" && $0.direction == .capture })
    #expect(microphone.description == "Earshot virtual sound card: mic")
    #expect(microphone.isAvailable)
    #expect(microphone.offer?.rates == [16_000])
    #expect(microphone.offer?.channels == 1...2)
    #expect(listed.first { $0.name == "mic" && $0.direction == .playback }?.isAvailable == false)
  }

  @Test func environmentNamesALSAsOwnConfigurationAndTheCards() throws {
    let card = try VirtualSoundCard(folder: folder.path)
    let path = try #require(card.environment["ALSA_CONFIG_PATH"])
    #expect(path.hasSuffix("/alsa.conf:\(folder.path)/asound.conf"))
  }
}
