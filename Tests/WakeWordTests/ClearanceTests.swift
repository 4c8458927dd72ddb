import Testing

@testable import WakeWord

@Suite struct ClearanceTests {
  /// Noise of a constant level, in decibels below full scale, every second sample negative.
  private static func sound(_ level: Float, seconds: Double) -> [Int16] {
    var amplitude: Float = 32_767
    for _ in 0..<Int(-level / 6) { amplitude /= 1.9953 }
    return (0..<Int(seconds * 16_000)).map { Int16($0 % 2 == 0 ? amplitude : -amplitude) }
  }

  private static func clearance(_ parts: [[Int16]], size: Int = 160) -> Float {
    var clearance = Clearance()
    let samples = parts.flatMap(\.self)
    var at = 0
    while at < samples.count {
      let end = min(samples.count, at + size)
      clearance.hear(samples.span.extracting(at..<end))
      at = end
    }
    return clearance.decibels()
  }

  @Test(arguments: [37, 160, 512])
  func aVoiceStandsAboveTheRoomByWhatItIsLouder(size: Int) {
    for (voice, room) in [(-18, -72), (-24, -48), (-18, -30)] as [(Float, Float)] {
      let heard = Self.clearance([Self.sound(room, seconds: 2.5), Self.sound(voice, seconds: 0.8)], size: size)
      #expect(abs(heard - (voice - room)) <= 1, "\(heard) of \(voice - room)")
    }
  }

  @Test func whatLastsIsNoVoiceAboveARoom() {
    #expect(Self.clearance([Self.sound(-72, seconds: 3), Self.sound(-18, seconds: 4)]) == 0)
    #expect(Self.clearance([Self.sound(-18, seconds: 3)]) == 0)
  }

  @Test func silenceAndNothingAreNoVoice() {
    #expect(Self.clearance([]) == 0)
    #expect(Self.clearance([[Int16](repeating: 0, count: 64_000)]) == 0)
    #expect(Self.clearance([[Int16](repeating: .min, count: 64_000)]) == 0)
    // Too little to tell.
    #expect(Self.clearance([Self.sound(-72, seconds: 0.3), Self.sound(-18, seconds: 0.1)]) == 0)
  }

  @Test func aQuietRoomAsksForMoreAndNoiseForNoMoreThanItsOwn() throws {
    let manifest = #"""
      {"type": "micro", "wake_word": "hey", "model": "hey.tflite", "version": 2,
       "micro": {"probability_cutoff": 0.97, "sliding_window_size": 5, "feature_step_size": 10}}
      """#
    let parsed = try WakeWordManifest(parsing: Array(manifest.utf8))
    func word(_ cutoff: Float) -> WakeWord {
      var word = WakeWord(manifest: parsed, model: [], name: "hey")
      word.cutoff = cutoff
      return word
    }
    #expect(word(0.77).cutoff(at: 0) == 0.77 && word(0.77).cutoff(at: 25) == 0.77)
    #expect(word(0.77).cutoff(at: 45) == 0.97 && word(0.77).cutoff(at: 90) == 0.97)
    #expect(abs(word(0.77).cutoff(at: 35) - 0.87) < 1e-6)
    // Who wants it harder to wake gets that everywhere.
    #expect(word(0.99).cutoff(at: 60) == 0.99)
  }
}
