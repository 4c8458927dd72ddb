import Actions
import ArgumentParser
import SoundCards
import Tools

struct Devices: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List microphones, loudspeakers, and GPIO chips with their lines.",
    discussion: """
      Sound devices are listed by the name that stays the same when cards come and go; that is the name to write into the \
      configuration. A device that cannot be opened now says why.
      """)

  @Flag(help: "One JSON object.") var json = false

  func run() async throws {
    let sound = AudioDevices.list()
    let gpio = KernelGPIOBoard().inventory()
    if json {
      out(JSONValue.object(["audio": .array(sound.map(\.json)), "gpio": gpio.json]).text())
      return
    }
    for direction in [PCMDirection.capture, .playback] {
      out(direction == .capture ? "Microphones (audio.capture)" : "Loudspeakers (audio.playback)")
      let devices = sound.filter { $0.direction == direction }
      if devices.isEmpty { out("  none") }
      for device in devices { out("  " + device.line) }
    }
    out("GPIO chips (gpio.lines)")
    out(gpio.chips.isEmpty && gpio.problems.isEmpty ? "  none" : gpio.text)
  }
}

extension AudioDevice {
  fileprivate var line: String {
    let state: String =
      if let offer {
        "\(offer.rates.map(String.init).joined(separator: "/")) Hz, "
          + "\(offer.channels.lowerBound)–\(offer.channels.upperBound) channels"
      } else if let problem {
        "cannot be opened: \(problem.reason)"
      } else {
        "not tried"
      }
    return "\(name)  \(description)  (\(state))"
  }

  fileprivate var json: JSONValue {
    var object: JSONObject = [
      "name": .string(name), "direction": .string(direction.rawValue), "description": .string(description),
      "hardware": .bool(isHardware), "available": .bool(isAvailable),
    ]
    if let offer {
      object["rates"] = .array(offer.rates.map { .integer(Int64($0)) })
      object["channels"] = [
        .integer(Int64(offer.channels.lowerBound)), .integer(Int64(offer.channels.upperBound)),
      ]
    }
    if let problem { object["problem"] = .string(problem.description) }
    return .object(object)
  }
}
