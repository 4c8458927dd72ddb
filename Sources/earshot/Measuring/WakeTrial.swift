import Audio
import EchoCancellation
import Glibc
import Speech
import WakeWord

/// Says a wake word to a detector under many conditions, faster than real time.
struct WakeTrial {
  /// How the word reaches the microphone.
  enum Condition: String, CaseIterable {
    case clean
    /// Noise as of a fan, 10 dB below the voice.
    case noise = "10 dB noise"
    /// Quiet, and most of it by way of the walls (60 dB in 0.4 s).
    case far
    /// Over a reply that the microphone hears at -12 dB after 20 ms and at -20 dB after 45 ms, behind the canceller.
    case speaking = "while it speaks"
  }

  /// One way to say it.
  struct Variant {
    var voice: String
    var speed: Double
    /// A larger or smaller head: what all frequencies are multiplied with.
    var pitch: Double
    /// Whether a command follows in the same breath.
    var hasCommand: Bool
  }

  static let rate = 16_000
  /// A voice at arm's length, root mean square.
  private static let level: Float = -22

  private let detector: WakeWordDetector
  private let phrase: String
  private let voices: [String]
  private let echo: EchoConfiguration
  private var random: SeededRandom
  private var synthesisers: [String: FliteSynthesiser] = [:]
  /// What the assistant says in ``Condition/speaking``.
  private var reply: [Float] = []

  init(detector: WakeWordDetector, phrase: String, voices: [String], echo: EchoConfiguration, seed: UInt64) throws {
    self.detector = detector
    self.phrase = phrase
    self.voices = voices
    self.echo = echo
    random = SeededRandom(seed: seed)
    reply = scaled(
      try speak(
        """
        Once upon a time there was a house in which nobody had to look for a switch. In the morning the blinds went up \
        by themselves, the kitchen was warm, and the radio knew which station was wanted. In the evening it grew quiet.
        """, "slt", 1), to: Self.level)
  }

  mutating func variant(_ number: Int) -> Variant {
    Variant(
      voice: voices[number % voices.count], speed: Double.random(in: 0.85...1.2, using: &random),
      pitch: Double.random(in: 0.93...1.07, using: &random), hasCommand: number % 2 == 1)
  }

  /// Whether the word woke it.
  mutating func isHit(_ variant: Variant, _ condition: Condition) throws -> Bool {
    let word = scaled(
      stretched(try speak(phrase, variant.voice, variant.speed / variant.pitch), by: variant.pitch), to: Self.level)
    let rest =
      variant.hasCommand
      ? scaled(
        stretched(
          try speak("turn on the kitchen light", variant.voice, variant.speed / variant.pitch), by: variant.pitch),
        to: Self.level) : []
    let lead = Self.rate * 3 / 2
    var sound = silence(lead) + word + silence(Self.rate / 12) + rest + silence(Self.rate)
    switch condition {
    case .clean: add(noise: -70, to: &sound)
    case .noise: add(noise: Self.level - 10, to: &sound)
    case .far:
      sound = reverberated(sound).map { $0 * 0.2 }
      add(noise: -62, to: &sound)
    case .speaking: add(noise: -70, to: &sound)
    }
    sound = cleaned(sound, isSpeaking: condition == .speaking)
    detector.reset()
    let end = lead + word.count + Self.rate
    for start in stride(from: 0, to: sound.count - 511, by: 512) {
      let window = Array(sound[start..<start + 512])
      if let wake = detector.hear(window.span, at: SampleTime(frames: Int64(start))) {
        let position = Int(wake.position.frames)
        if position > lead, position <= end { return true }
      }
    }
    return false
  }

  // MARK: Sounds

  private mutating func speak(_ text: String, _ voice: String, _ speed: Double) throws -> [Float] {
    let key = "\(voice) \((min(2, max(0.5, speed)) * 50).rounded() / 50)"
    let synthesiser: FliteSynthesiser
    if let known = synthesisers[key] {
      synthesiser = known
    } else {
      synthesiser = try FliteSynthesiser(named: voice, speed: (min(2, max(0.5, speed)) * 50).rounded() / 50)
      synthesisers[key] = synthesiser
    }
    var samples: [Float] = []
    try synthesiser.synthesise(text) { span in
      for index in span.indices { samples.append(span[index]) }
      return true
    }
    let audible = samples.indices.filter { abs(samples[$0]) > Rehearsal.audible }
    guard let first = audible.first, let last = audible.last else { return [] }
    return Array(samples[first...last])
  }

  private func silence(_ count: Int) -> [Float] { [Float](repeating: 0, count: count) }

  private func scaled(_ samples: [Float], to level: Float) -> [Float] {
    let now = AudioLevel(of: samples.span).rms
    let factor = pow(10, (level - now) / 20)
    return samples.map { $0 * factor }
  }

  /// All frequencies times `factor`, and as much shorter.
  private func stretched(_ samples: [Float], by factor: Double) -> [Float] {
    guard samples.count > 2 else { return samples }
    return (0..<Int(Double(samples.count - 1) / factor)).map { index in
      let place = Double(index) * factor
      let whole = Int(place)
      let part = Float(place - Double(whole))
      return samples[whole] * (1 - part) + samples[whole + 1] * part
    }
  }

  /// Noise whose lower half is stronger, as of a fan, at `noise` dBFS.
  private mutating func add(noise level: Float, to samples: inout [Float]) {
    let amplitude = pow(10, level / 20) * 2.4
    var low: Float = 0
    for index in samples.indices {
      let white = Float(random.nextUnit() * 2 - 1)
      low += 0.15 * (white - low)
      samples[index] += amplitude * (0.35 * white + 1.6 * low) / 1.4
    }
  }

  /// A room of which more comes from the walls than from the speaker: velvet noise that dies by 60 dB in 0.4 s.
  private mutating func reverberated(_ samples: [Float]) -> [Float] {
    var taps: [(place: Int, gain: Float)] = [(0, 0.5)]
    for millisecond in 4..<400 {
      let place = millisecond * 16 + Int.random(in: 0..<16, using: &random)
      let gain = Float(pow(10, -3 * Double(millisecond) / 400)) * 0.16
      taps.append((place, Bool.random(using: &random) ? gain : -gain))
    }
    var result = silence(samples.count)
    for tap in taps {
      for index in tap.place..<samples.count { result[index] += tap.gain * samples[index - tap.place] }
    }
    return result
  }

  /// What the daemon's echo stage makes of the sound: echo of the reply, where it speaks, and noise are taken out. It has
  /// known the room for four seconds.
  private func cleaned(_ sound: [Float], isSpeaking: Bool) -> [Float] {
    let history = PlaybackHistory(duration: .seconds(30))
    let origin: Int64 = 16_000_000
    let stage = EchoStage(history: history, configuration: echo) { time in
      (origin + time.frames) * PlaybackHistory.nanosecondsPerPosition
    }
    let warm = 4 * Self.rate / 512 * 512
    // The room's own sound goes before: what lies between the beginning and the name.
    let before = Array(sound.prefix(Self.rate))
    var microphone: [Float] = []
    while microphone.count < warm { microphone += before.prefix(warm - microphone.count) }
    microphone += sound
    if isSpeaking {
      var played: [Float] = []
      while played.count < microphone.count { played += reply }
      history.write(Array(played.prefix(microphone.count)).span, at: origin)
      for index in microphone.indices {
        if index >= 320 { microphone[index] += 0.251 * played[index - 320] }
        if index >= 720 { microphone[index] += 0.1 * played[index - 720] }
      }
    }
    var cleaned: [Float] = []
    for start in stride(from: 0, to: microphone.count - 511, by: 512) {
      var window = Array(microphone[start..<start + 512])
      _ = stage.process(&window, at: SampleTime(frames: Int64(start)))
      cleaned += window
    }
    return Array(cleaned.dropFirst(warm))
  }
}
