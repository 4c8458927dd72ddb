import Audio

/// Somebody asks for something, and while the assistant answers something is heard over it.
///
/// A file of scenes has one a line, what follows # is a note:
/// ```
///   room -12 dB after 20 ms, -20 dB after 45 ms, noise -60 dB        the echo of the loudspeaker, from here on
///   slt: tell me a story | 0.8 rms: turn on the hall light           cuts in 0.8 s after the reply's beginning
///   slt: tell me a story | 1.2 awb: mhm ~                            ~ the reply has to go on
///   slt: tell me a story | 1.0 cough ~
/// ```
struct Scene: Sendable {
  enum Sound: Sendable {
    case voice(Script.Line)
    case noise(Noise)
  }

  /// The way the room was described last.
  var room: [RoomEcho]
  /// In dBFS; nil: none.
  var background: Float?
  var opening: Script.Line
  /// Behind the reply's first sample.
  var after: Duration
  var sound: Sound
  /// Whether the reply has to go on.
  var isToGoOn: Bool

  /// As people read it.
  var display: String {
    switch sound {
    case .voice(let line): "\(line.voice): \(line.display)"
    case .noise(let noise): noise.rawValue
    }
  }

  struct RoomEcho: Hashable, Sendable {
    /// In dB, at most 0.
    var gain: Float
    var delay: Duration
  }

  /// Reads a file of scenes.
  /// - Throws: ``CommandFailure`` with the line.
  static func list(_ lines: [String], name: String) throws -> [Scene] {
    var scenes: [Scene] = []
    var room: [RoomEcho] = []
    var background: Float?
    for (number, line) in lines.enumerated() {
      func fail(_ reason: String) -> CommandFailure {
        CommandFailure(status: .badData, description: "\(name), scene \(number + 1), \"\(line)\": \(reason).")
      }
      if line.hasPrefix("room") {
        guard let read = Self.room(line.dropFirst(4)) else {
          throw fail("a room is written as: room -12 dB after 20 ms, noise -60 dB")
        }
        (room, background) = read
        continue
      }
      let halves = line.split(separator: "|", maxSplits: 1).map(trimmed)
      guard halves.count == 2, let opening = Self.line(halves[0]) else {
        throw fail("a scene is written as: slt: tell me a story | 0.8 rms: turn on the light")
      }
      let isToGoOn = halves[1].hasSuffix("~")
      let second = trimmed(isToGoOn ? halves[1].dropLast() : halves[1][...])
      let words = second.split(separator: " ", maxSplits: 1).map(String.init)
      guard words.count == 2, let seconds = Double(words[0]), (0...60).contains(seconds) else {
        throw fail("behind | stands after how many seconds, 0 to 60, somebody cuts in")
      }
      let sound: Sound
      if let noise = Noise(rawValue: words[1]) {
        sound = .noise(noise)
      } else if let line = Self.line(words[1]) {
        sound = .voice(line)
      } else {
        throw fail(
          "\"\(words[1])\" is neither VOICE: WORDS nor one of \(Noise.allCases.map(\.rawValue).joined(separator: ", "))"
        )
      }
      scenes.append(
        Scene(
          room: room, background: background, opening: opening, after: .seconds(seconds), sound: sound,
          isToGoOn: isToGoOn))
    }
    guard !scenes.isEmpty else {
      throw CommandFailure(status: .badData, description: "\(name) has no scene in it.")
    }
    return scenes
  }

  private static func line(_ text: String) -> Script.Line? {
    let parts = text.split(separator: ":", maxSplits: 1).map(trimmed)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, !parts[0].contains(" ") else { return nil }
    return Script.Line(voice: parts[0], text: parts[1])
  }

  private static func room(_ text: Substring) -> (room: [RoomEcho], noise: Float?)? {
    var echoes: [RoomEcho] = []
    var noise: Float?
    for part in text.split(separator: ",") {
      let words = part.split(separator: " ")
      if words.count == 3, words[0] == "noise", words[2] == "dB", let level = Float(words[1]), level <= -15 {
        noise = level
      } else if words.count == 5, words[1] == "dB", words[2] == "after", words[4] == "ms", let gain = Float(words[0]),
        gain <= 0, let delay = Int(words[3]), (0...1000).contains(delay)
      {
        echoes.append(RoomEcho(gain: gain, delay: .milliseconds(delay)))
      } else {
        return nil
      }
    }
    return (echoes, noise)
  }
}

private func trimmed(_ text: some StringProtocol) -> String {
  text.split(separator: " ").joined(separator: " ")
}
