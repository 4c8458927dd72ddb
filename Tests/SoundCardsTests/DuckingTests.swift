import Glibc
import SoundCardsTestSupport
import Testing

@testable import SoundCards

@Suite struct DuckingTests {
  private let folder: TemporaryFolder
  private let card: VirtualSoundCard
  private let configuration: ALSAConfiguration

  init() throws {
    folder = TemporaryFolder()
    card = try VirtualSoundCard(folder: folder.path)
    configuration = try card.configuration()
  }

  private func ducking(_ control: String = VirtualSoundCard.musicControl) -> Ducking {
    Ducking(
      device: VirtualSoundCard.controlDevice, control: control, decibels: 15, file: folder.path + "/volume",
      configuration: configuration)
  }

  @Test func aVolumeIsTurnedDownOnceAndUpAgain() throws {
    card.musicVolume = 0.8
    let ducking = ducking()
    try ducking.lower()
    try ducking.lower()
    // 15 dB are 30 of the control's 100 steps.
    #expect(card.musicVolume == 0.5)
    try ducking.restore()
    #expect(card.musicVolume == 0.8)
    try ducking.restore()
    #expect(card.musicVolume == 0.8)
  }

  @Test func aCrashLeavesNoRadioQuiet() throws {
    try ducking().lower()
    #expect(card.musicVolume == 0.7)
    // Another life of the program.
    try ducking().restore()
    #expect(card.musicVolume == 1)
    #expect(unsafe access(folder.path + "/volume", F_OK) != 0)
  }

  @Test func whatSomebodyElseHasSetStays() throws {
    let ducking = ducking()
    try ducking.lower()
    card.musicVolume = 0.2
    try ducking.restore()
    #expect(card.musicVolume == 0.2)
  }

  @Test func aMissingControlIsToldWithThoseThereAre() throws {
    let error = #expect(throws: SoundCardError.self) { try ducking("Radio").check() }
    #expect(error?.code == .deviceNotFound)
    #expect(error?.remedy == "There are: Music.")
    try ducking().check()
  }
}
