public import Audio
import CVirtualSoundCard
import Glibc
import OperatingSystem

/// A sound card for machines without one: a memory-mapped file whose ends are ALSA PCMs, in real time, without a server
/// and without root. Drawn in `earshot_virtual_card.h`.
///
/// Everything it makes lies in one folder, so that several cards do not meet. PCMs are opened through
/// ``configuration()``; another program finds them by ``environment``.
///
/// `@unchecked`: the C functions behind `card` are made for any thread.
@safe public final class VirtualSoundCard: @unchecked Sendable {
  /// What the card is called wherever devices are listed.
  public static let description = "Earshot virtual sound card"

  /// An end of the card; the raw value is its PCM's name.
  public enum End: String, CaseIterable, Hashable, Sendable {
    /// Playback: a person speaks into the room.
    case user
    /// Playback: the assistant's loudspeaker.
    case speaker
    /// Capture: what the microphone hears in the room.
    case microphone = "mic"
    /// Capture: what the loudspeaker plays.
    case reference = "ref"

    var number: Int32 {
      switch self {
      case .user: Int32(EVC_USER)
      case .speaker: Int32(EVC_SPEAKER)
      case .microphone: Int32(EVC_MIC)
      case .reference: Int32(EVC_REF)
      }
    }
  }

  public let folder: String
  /// Of every end. ALSA's `plug:mic` and the like convert.
  public let sampleRate: SampleRate
  /// The configuration file that names the PCMs.
  public let configurationFile: String
  private let card: OpaquePointer

  /// Makes a card in `folder` (which exists), or joins the one that is there. `plugin` is the shared object of the
  /// product EarshotVirtualSoundCard, found beside the running program or where it was installed when nil.
  public init(folder: String, sampleRate: SampleRate = .speech, plugin: String? = nil) throws(SoundCardError) {
    let installed = ProgramFolder.places(of: Self.pluginName).first { unsafe access($0, R_OK) == 0 }
    guard let plugin = plugin ?? installed else {
      throw Self.failure(
        folder, number: ENOENT, reason: "\(Self.pluginName) is not beside the program",
        remedy: "Build the product EarshotVirtualSoundCard (swift build).")
    }
    // Both go into a quoted string of the configuration.
    guard [folder, plugin].allSatisfy({ !$0.contains { "\"\\\n\0:".contains($0) } }) else {
      throw Self.failure(
        folder, number: EINVAL, reason: "its path or the plug-in's has a quote, a backslash, a colon or a line end",
        remedy: "Use another folder.")
    }
    self.folder = folder
    self.sampleRate = sampleRate
    configurationFile = folder + "/asound.conf"
    var made: OpaquePointer?
    let result = unsafe evc_card_open(folder + "/card", UInt32(sampleRate.hertz), &made)
    guard result == 0, let opened = unsafe made else {
      throw Self.failure(
        folder, number: -result, reason: ALSALibrary.text(of: result),
        remedy: result == -EINVAL
          ? "The file 'card' there is of another rate or no card: remove it." : "Check the folder and its permissions.")
    }
    unsafe card = opened
    try write(Self.configurationText(folder: folder, plugin: plugin, sampleRate: sampleRate))
  }

  deinit { unsafe evc_card_close(card) }

  /// Opens PCMs of this card by name (`mic`, `speaker`, `user`, `ref`) without touching the environment.
  public func configuration() throws(SoundCardError) -> ALSAConfiguration {
    try ALSAConfiguration(adding: [configurationFile])
  }

  /// For another program: set before its first use of alsa-lib.
  public var environment: [String: String] {
    ["ALSA_CONFIG_PATH": ALSALibrary.configurationFile + ":" + configurationFile]
  }

  /// Pulls the plug of `end`: streams report that the device is gone, and opening fails; or puts it back.
  public func setPlugged(_ end: End, _ isPlugged: Bool) { unsafe evc_card_set_plugged(card, end.number, isPlugged) }

  /// Makes every open stream of `end` lose samples once.
  public func causeXrun(_ end: End) { unsafe evc_card_request_xrun(card, end.number) }

  /// The volume of what plays beside the assistant, 0...1: the control ``musicControl`` of the control device
  /// ``controlDevice``.
  public var musicVolume: Double {
    get { unsafe Double(evc_card_volume(card)) / Double(EVC_VOLUME_MAX) }
    set { unsafe evc_card_set_volume(card, Int32((max(0, min(1, newValue)) * Double(EVC_VOLUME_MAX)).rounded())) }
  }
  public static let musicControl = "Music"
  public static let controlDevice = "virtual"

  /// How often `end` has been opened since the card was made.
  public func openCount(_ end: End) -> Int { unsafe Int(evc_card_open_count(card, end.number)) }

  /// One way from the loudspeaker to the microphone.
  public struct EchoPath: Hashable, Sendable {
    /// At most 1 s.
    public var delay: Duration
    /// In dB, at most 0.
    public var gain: Float
    /// As a wall or a wrongly wired loudspeaker may do.
    public var isInverted: Bool

    public init(delay: Duration, gain: Float, isInverted: Bool = false) {
      self.delay = delay
      self.gain = gain
      self.isInverted = isInverted
    }
  }

  /// Makes the card a room: the microphone hears the loudspeaker by each of `paths` (the first eight), and white noise of
  /// `noise` dBFS (root of the mean square, -120...-15; nil: none). A new card has neither.
  public func setRoom(_ paths: [EchoPath], noise: Float? = nil) {
    for tap in 0..<Int(EVC_TAP_COUNT) {
      var (gain, frames): (Float, Int) = (0, 0)
      if tap < paths.count, paths[tap].gain.isFinite {
        gain = pow(10, min(0, paths[tap].gain) / 20) * (paths[tap].isInverted ? -1 : 1)
        frames = max(0, min(sampleRate.hertz, sampleRate.frames(in: paths[tap].delay)))
      }
      unsafe evc_card_set_tap(card, Int32(tap), Int32((gain * 65_536).rounded()), UInt32(frames))
    }
    // Evenly distributed noise has a peak of √3 times its root mean square.
    let level = noise.flatMap { $0.isFinite ? min(-15, max(-120, $0)) : nil }
    unsafe evc_card_set_noise(card, level.map { UInt32(pow(10, Double($0) / 20) * 3.0.squareRoot() * 8_388_608) } ?? 0)
  }

  /// The position that sounds now, in frames since the card was made.
  public var now: Int64 { unsafe Int64(evc_card_now(card)) }

  static let pluginName = "libEarshotVirtualSoundCard.so"

  static func configurationText(folder: String, plugin: String, sampleRate: SampleRate) -> String {
    var text = """
      pcm_type.earshot_virtual { lib "\(plugin)" }
      ctl_type.earshot_virtual { lib "\(plugin)" }
      ctl.\(controlDevice) { type earshot_virtual  file "\(folder)/card" }

      """
    for end in End.allCases {
      text += """
        pcm.\(end.rawValue) {
          type earshot_virtual
          file "\(folder)/card"
          end \(end.rawValue)
          rate \(sampleRate.hertz)
          hint { show on  description "\(description): \(end.rawValue)" }
        }

        """
    }
    return text
  }

  private func write(_ text: String) throws(SoundCardError) {
    // Written aside and renamed: another process may be reading the file of the same card.
    let draft = configurationFile + ".\(getpid())"
    let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw Self.failure(
        folder, number: errno, reason: "asound.conf cannot be written", remedy: "Check its permissions.")
    }
    let bytes = Array(text.utf8)
    let written = unsafe Glibc.write(descriptor, bytes, bytes.count)
    let failed = errno
    close(descriptor)
    guard written == bytes.count, unsafe rename(draft, configurationFile) == 0 else {
      throw Self.failure(folder, number: failed, reason: "asound.conf cannot be written", remedy: "Is the disk full?")
    }
  }

  private static func failure(_ folder: String, number: Int32, reason: String, remedy: String) -> SoundCardError {
    SoundCardError(
      code: number == ENOENT ? .deviceNotFound : .badConfiguration, operation: "make the virtual sound card in",
      device: folder, errorNumber: number, reason: reason, remedy: remedy)
  }
}
