import Audio
import CALSA
import Glibc

/// What there is to capture from and to play to.
public enum AudioDevices {
  /// Hardware devices first, then configured PCMs. With `probing` each is opened for a moment to see what it offers and
  /// whether it is free; otherwise nothing is opened. `configuration` replaces alsa-lib's global one for the configured
  /// PCMs. May take a second.
  public static func list(configuration: ALSAConfiguration? = nil, probing: Bool = true) -> [AudioDevice] {
    var devices = hardware() + configured(configuration)
    guard probing else { return devices }
    for index in devices.indices where !unprobed.contains(devices[index].name) {
      probe(&devices[index], configuration: configuration)
    }
    return devices
  }

  /// The names in ``list(configuration:probing:)`` for one direction, without opening anything.
  static func names(_ direction: PCMDirection, configuration: ALSAConfiguration? = nil) -> [String] {
    list(configuration: configuration, probing: false).filter { $0.direction == direction }.map(\.name)
  }

  // Sample-rate converters and effects, not devices; alsa-plugins lists them all the same.
  private static let converters: Set<String> = [
    "lavrate", "samplerate", "speexrate", "speex", "upmix", "vdownmix",
  ]

  // JACK's library prints to standard error whatever it is told, and may start its server.
  static let unprobed: Set<String> = ["jack"]

  private static func hardware() -> [AudioDevice] {
    ALSALibrary.beginCall()
    var found: [AudioDevice] = []
    var card: Int32 = -1
    while advance(&card), card >= 0 {
      var control: OpaquePointer?
      guard unsafe snd_ctl_open(&control, "hw:\(card)", 0) >= 0, let opened = unsafe control else { continue }
      defer { unsafe snd_ctl_close(opened) }
      var allocated: OpaquePointer?
      guard unsafe snd_ctl_card_info_malloc(&allocated) == 0, let info = unsafe allocated else { continue }
      defer { unsafe snd_ctl_card_info_free(info) }
      guard unsafe snd_ctl_card_info(opened, info) >= 0 else { continue }
      let id = unsafe String(cString: snd_ctl_card_info_get_id(info))
      let cardName = unsafe String(cString: snd_ctl_card_info_get_name(info))
      var device: Int32 = -1
      while unsafe snd_ctl_pcm_next_device(opened, &device) >= 0, device >= 0 {
        for direction in PCMDirection.allCases {
          guard let name = unsafe pcmName(opened, device: device, direction: direction) else { continue }
          found.append(
            AudioDevice(
              name: "hw:CARD=\(id),DEV=\(device)", direction: direction, description: "\(cardName), \(name)",
              isHardware: true))
        }
      }
    }
    return found
  }

  private static func advance(_ card: inout Int32) -> Bool { unsafe snd_card_next(&card) >= 0 }

  private static func pcmName(_ control: OpaquePointer, device: Int32, direction: PCMDirection) -> String? {
    var allocated: OpaquePointer?
    guard unsafe snd_pcm_info_malloc(&allocated) == 0, let info = unsafe allocated else { return nil }
    defer { unsafe snd_pcm_info_free(info) }
    unsafe snd_pcm_info_set_device(info, UInt32(device))
    unsafe snd_pcm_info_set_subdevice(info, 0)
    unsafe snd_pcm_info_set_stream(info, direction.alsaValue)
    guard unsafe snd_ctl_pcm_info(control, info) >= 0 else { return nil }
    return unsafe String(cString: snd_pcm_info_get_name(info))
  }

  /// PCMs that a configuration describes by a hint, and those it defines without needing arguments.
  private static func configured(_ configuration: ALSAConfiguration?) -> [AudioDevice] {
    var found: [AudioDevice] = []
    var seen: Set<String> = []
    func add(_ name: String, description: String, directions: [PCMDirection]) {
      // Those of a card are listed from the card itself, under the same name.
      guard !name.hasPrefix("hw:"), !converters.contains(name), seen.insert(name).inserted else { return }
      for direction in directions {
        found.append(AudioDevice(name: name, direction: direction, description: description, isHardware: false))
      }
    }
    if let configuration {
      unsafe configuration.withTree { tree in
        for (name, hint) in unsafe plainPCMs(of: tree) {
          add(name, description: hint ?? "", directions: PCMDirection.allCases)
        }
      }
      return found
    }
    ALSALibrary.beginCall()
    for hint in nameHints() { add(hint.name, description: hint.description, directions: hint.directions) }
    var global: OpaquePointer?
    if unsafe snd_config_update_ref(&global) >= 0, let tree = unsafe global {
      for (name, hint) in unsafe plainPCMs(of: tree) {
        add(name, description: hint ?? "", directions: PCMDirection.allCases)
      }
      unsafe snd_config_unref(tree)
    }
    return found
  }

  private struct Hint {
    var name: String
    var description: String
    var directions: [PCMDirection]
  }

  private static func nameHints() -> [Hint] {
    var list: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    guard unsafe snd_device_name_hint(-1, "pcm", &list) >= 0, let hints = unsafe list else { return [] }
    defer { unsafe _ = snd_device_name_free_hint(hints) }
    func value(_ hint: UnsafeMutableRawPointer, _ key: String) -> String? {
      guard let text = unsafe snd_device_name_get_hint(hint, key) else { return nil }
      defer { unsafe free(text) }
      return unsafe String(cString: text)
    }
    var found: [Hint] = []
    var index = 0
    while let hint = unsafe hints[index], index < 1024 {
      index += 1
      guard let name = unsafe value(hint, "NAME") else { continue }
      let description = unsafe value(hint, "DESC") ?? ""
      let direction = unsafe value(hint, "IOID")
      found.append(
        Hint(
          name: name, description: description.split(whereSeparator: \.isNewline).joined(separator: ", "),
          directions: direction == "Input" ? [.capture] : direction == "Output" ? [.playback] : PCMDirection.allCases))
    }
    return found
  }

  /// The PCMs of a configuration that need no arguments, with the description of their hint.
  private static func plainPCMs(of tree: OpaquePointer) -> [(name: String, hint: String?)] {
    var section: OpaquePointer?
    guard unsafe snd_config_search(tree, "pcm", &section) >= 0, let pcms = unsafe section else { return [] }
    var found: [(String, String?)] = []
    var iterator = unsafe snd_config_iterator_first(pcms)
    let end = unsafe snd_config_iterator_end(pcms)
    while let here = unsafe iterator, unsafe here != end {
      unsafe iterator = snd_config_iterator_next(here)
      guard let entry = unsafe snd_config_iterator_entry(here) else { continue }
      var id: UnsafePointer<CChar>?
      guard unsafe snd_config_get_id(entry, &id) >= 0, let id = unsafe id else { continue }
      var arguments: OpaquePointer?
      if unsafe snd_config_search(entry, "@args", &arguments) >= 0 { continue }
      var hint: OpaquePointer?
      var text: UnsafePointer<CChar>?
      var description: String?
      if unsafe snd_config_search(entry, "hint.description", &hint) >= 0, let hint = unsafe hint,
        unsafe snd_config_get_string(hint, &text) >= 0, let text = unsafe text
      {
        description = unsafe String(cString: text)
      }
      unsafe found.append((String(cString: id), description))
    }
    return found
  }

  private static let commonRates = [8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000]

  private static func probe(_ device: inout AudioDevice, configuration: ALSAConfiguration?) {
    do throws(SoundCardError) {
      let opened = try unsafe openPCM(
        name: device.name, direction: device.direction, configuration: device.isHardware ? nil : configuration)
      defer { unsafe _ = snd_pcm_close(opened) }
      device.offer = unsafe offer(of: opened)
    } catch {
      device.problem = error
    }
  }

  private static func offer(of handle: OpaquePointer) -> AudioDevice.Offer? {
    var allocated: OpaquePointer?
    guard unsafe snd_pcm_hw_params_malloc(&allocated) == 0, let hardware = unsafe allocated else { return nil }
    defer { unsafe snd_pcm_hw_params_free(hardware) }
    guard unsafe snd_pcm_hw_params_any(handle, hardware) >= 0 else { return nil }
    unsafe _ = snd_pcm_hw_params_set_rate_resample(handle, hardware, 0)
    let formats = SampleFormat.asked.filter {
      unsafe snd_pcm_hw_params_test_format(handle, hardware, $0.alsaValue) == 0
    }
    let rates = commonRates.filter {
      unsafe snd_pcm_hw_params_test_rate(handle, hardware, UInt32($0), 0) == 0
    }
    var fewest: UInt32 = 0
    var most: UInt32 = 0
    unsafe _ = snd_pcm_hw_params_get_channels_min(hardware, &fewest)
    unsafe _ = snd_pcm_hw_params_get_channels_max(hardware, &most)
    return AudioDevice.Offer(formats: formats, rates: rates, channels: Int(fewest)...Int(max(fewest, most)))
  }
}
