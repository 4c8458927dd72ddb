import CALSA
import Glibc
import Synchronization

/// Turns a volume control of a sound card down while somebody speaks to the assistant, and up again: for a radio that
/// plays beside it. The control is one of ALSA's mixer, a player's own `softvol` for example.
///
/// What the volume was is kept in a file until it is set again, so that a radio is not left quiet by a crash. A volume
/// that somebody else has changed meanwhile stays as it is. All methods may block for some milliseconds; any thread.
public final class Ducking: Sendable {
  private let device: String
  private let control: String
  private let decibels: Double
  private let file: String
  private let configuration: ALSAConfiguration?
  private let isLowered = Mutex(false)

  /// - Parameters:
  ///   - device: the control device, as ALSA names it: `default`, `hw:CARD=Device`.
  ///   - control: the simple mixer control: `Music`.
  ///   - decibels: by how much it is turned down, 1...60.
  ///   - file: where the volume is kept meanwhile.
  public init(
    device: String, control: String, decibels: Double, file: String, configuration: ALSAConfiguration? = nil
  ) {
    self.device = device
    self.control = control
    self.decibels = decibels
    self.file = file
    self.configuration = configuration
  }

  /// Turns it down, once until ``restore()``.
  public func lower() throws(SoundCardError) {
    try isLowered.withLock { isLowered throws(SoundCardError) in
      guard !isLowered else { return }
      try withVolume { volume throws(SoundCardError) in
        let before = try volume.value()
        let after = volume.lowered(before, by: decibels)
        guard after < before else { return }
        try keep("\(before) \(after)")
        try volume.set(after)
      }
      isLowered = true
    }
  }

  /// Turns it up to what it was; also after a crash.
  public func restore() throws(SoundCardError) {
    try isLowered.withLock { isLowered throws(SoundCardError) in
      defer { isLowered = false }
      guard let kept else { return }
      try withVolume { volume throws(SoundCardError) in
        if try volume.value() == kept.after { try volume.set(kept.before) }
      }
      unsafe _ = unlink(file)
    }
  }

  /// Whether the control is there; throws why not.
  public func check() throws(SoundCardError) {
    try withVolume { volume throws(SoundCardError) in _ = try volume.value() }
  }

  // MARK: The kept volume

  private var kept: (before: Int, after: Int)? {
    let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = unsafe read(descriptor, &bytes, bytes.count)
    let numbers = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: " ").compactMap {
      Int($0)
    }
    return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
  }

  private func keep(_ text: String) throws(SoundCardError) {
    let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    let bytes = Array(text.utf8)
    let written = descriptor >= 0 ? unsafe write(descriptor, bytes, bytes.count) : -1
    let isWritten = written == bytes.count
    let number = errno
    if descriptor >= 0 { close(descriptor) }
    guard isWritten else {
      throw SoundCardError(
        code: .failed, operation: "turn down", device: "\(control) of \(device)", errorNumber: number,
        reason: "\(file) cannot be written, so the volume could not be found again after a crash",
        remedy: "Check the folder and its permissions.")
    }
  }

  // MARK: The mixer

  private func withVolume(_ body: (MixerVolume) throws(SoundCardError) -> Void) throws(SoundCardError) {
    func check(_ result: Int32) throws(SoundCardError) {
      guard result < 0 else { return }
      throw SoundCardError(
        alsaResult: result, operation: "use the mixer of", device: device, message: ALSALibrary.message)
    }
    ALSALibrary.beginCall()
    var opened: OpaquePointer?
    let result =
      if let configuration {
        unsafe configuration.withTree { unsafe snd_ctl_open_lconf(&opened, device, 0, $0) }
      } else {
        unsafe snd_ctl_open(&opened, device, 0)
      }
    try check(result)
    var high: OpaquePointer?
    let wrapped = unsafe snd_hctl_open_ctl(&high, opened)
    if wrapped < 0 { unsafe _ = snd_ctl_close(opened) }
    try check(wrapped)
    var mixer: OpaquePointer?
    let made = unsafe snd_mixer_open(&mixer, 0)
    if made < 0 { unsafe _ = snd_hctl_close(high) }
    try check(made)
    // Closes what is attached as well.
    defer { unsafe _ = snd_mixer_close(mixer) }
    let attached = unsafe snd_mixer_attach_hctl(mixer, high)
    if attached < 0 { unsafe _ = snd_hctl_close(high) }
    try check(attached)
    try check(unsafe snd_mixer_selem_register(mixer, nil, nil))
    try check(unsafe snd_mixer_load(mixer))
    try unsafe body(find(in: mixer))
  }

  private func find(in mixer: OpaquePointer?) throws(SoundCardError) -> MixerVolume {
    var names: [String] = []
    var element = unsafe snd_mixer_first_elem(mixer)
    while let found = unsafe element {
      let name = unsafe String(cString: snd_mixer_selem_get_name(found))
      if unsafe snd_mixer_selem_has_playback_volume(found) == 1 {
        if name == control { return unsafe MixerVolume(element: found, name: "\(control) of \(device)") }
        names.append(name)
      }
      unsafe element = snd_mixer_elem_next(found)
    }
    throw SoundCardError(
      code: .deviceNotFound, operation: "turn down", device: "\(control) of \(device)", errorNumber: 0,
      reason: "there is no such control",
      remedy: names.isEmpty
        ? "It has none with a volume; a player's softvol makes one." : "There are: \(names.joined(separator: ", ")).")
  }
}

/// One playback volume of an open mixer, in the control's own steps.
@safe private struct MixerVolume {
  private let element: OpaquePointer
  private let name: String

  init(element: OpaquePointer, name: String) {
    unsafe self.element = element
    self.name = name
  }

  func value() throws(SoundCardError) -> Int {
    var value = 0
    try check(unsafe snd_mixer_selem_get_playback_volume(element, SND_MIXER_SCHN_FRONT_LEFT, &value))
    return value
  }

  func set(_ value: Int) throws(SoundCardError) {
    try check(unsafe snd_mixer_selem_set_playback_volume_all(element, value))
  }

  /// The volume that is so many decibels below; by the same share of the steps where the control knows no decibels.
  func lowered(_ value: Int, by decibels: Double) -> Int {
    var (low, high) = (0, 0)
    guard unsafe snd_mixer_selem_get_playback_volume_range(element, &low, &high) >= 0, high > low else { return value }
    var (hundredths, result) = (0, 0)
    if unsafe snd_mixer_selem_ask_playback_vol_dB(element, value, &hundredths) >= 0,
      unsafe snd_mixer_selem_ask_playback_dB_vol(element, hundredths - Int(decibels * 100), -1, &result) >= 0
    {
      return max(low, min(value, result))
    }
    return low + Int((Double(value - low) * pow(10, -decibels / 20)).rounded())
  }

  private func check(_ result: Int32) throws(SoundCardError) {
    guard result < 0 else { return }
    throw SoundCardError(alsaResult: result, operation: "turn", device: name, message: ALSALibrary.message)
  }
}
