import Assistant
import Audio
import Speech
import Testing
import Tools

@testable import earshot

/// What microphones, rooms and people do to a sentence: it is understood or it is not, and nothing else is ever done.
@Suite struct HostileSoundTests {
  private static let sentence = "turn on the kitchen light"

  private func expectDone(_ events: [SessionEvent], _ comment: Comment) {
    let calls = RecordedTurns.calls(events)
    #expect(calls.map(\.arguments) == [["room": "kitchen", "on": true]], comment)
    #expect(RecordedTurns.outcomes(events) == [.acted], comment)
  }

  private func expectNothingElse(_ events: [SessionEvent], _ comment: Comment) {
    #expect(RecordedTurns.calls(events).allSatisfy { $0.arguments == ["room": "kitchen", "on": true] }, comment)
  }

  /// A microphone whose gain is too high. From some 10 dB on the recogniser in the box says that it did not understand.
  @Test func clippedSpeechIsUnderstoodOrNothingElseIsDone() async throws {
    expectDone(try await RecordedTurns.hear(try Self.clipped(2)), "6 dB of clipping")
    for gain in [4, 32] as [Float] {
      expectNothingElse(try await RecordedTurns.hear(try Self.clipped(gain)), "\(gain) times too loud")
    }
  }

  private static func clipped(_ gain: Float) throws -> [Float] {
    let speech = try RecordedTurns.speech([sentence])
    let peak = speech.map(abs).max() ?? 1
    return speech.map { max(-1, min(1, $0 * gain / peak)) }
  }

  @Test(arguments: [-0.3, 0.3] as [Float]) func aConstantOffsetIsNoSound(offset: Float) async throws {
    let speech = try RecordedTurns.speech([Self.sentence]).map { max(-1, min(1, $0 + offset)) }
    expectDone(try await RecordedTurns.hear(speech), "offset \(offset)")
    #expect(try await RecordedTurns.hear([Float](repeating: offset, count: 80_000)) == [])
  }

  @Test(arguments: [11_025, 44_100, 48_000]) func microphonesOfOtherRatesAreUnderstood(hertz: Int) async throws {
    let rate = SampleRate(hertz: hertz)
    let resampled = Self.resample(try RecordedTurns.speech([Self.sentence]), to: hertz)
    expectDone(try await RecordedTurns.hear(resampled, rate: rate), "\(hertz) Hz")
  }

  /// A telephone's band: the recogniser in the box was trained with twice of it, and mostly says that it did not understand.
  @Test func theBandOfATelephoneDoesNothingElse() async throws {
    let resampled = Self.resample(try RecordedTurns.speech([Self.sentence]), to: 8_000)
    expectNothingElse(try await RecordedTurns.hear(resampled, rate: SampleRate(hertz: 8_000)), "8 kHz")
  }

  @Test func aDeadChannelIsSilence() async throws {
    #expect(try await RecordedTurns.hear([Float](repeating: 0, count: 160_000)) == [])
  }

  @Test func veryQuietSpeechDoesNothingElse() async throws {
    let quiet = try RecordedTurns.speech([Self.sentence]).map { $0 * 0.01 }
    expectNothingElse(try await RecordedTurns.hear(quiet), "40 dB below a voice")
  }

  /// Whichever of them is understood, nothing is mixed from both.
  @Test(arguments: [0, 6_000, 12_000]) func ofTwoPeopleAtOnceNothingIsMixed(delay: Int) async throws {
    let one = try RecordedTurns.speech([Self.sentence])
    let other =
      [Float](repeating: 0, count: delay) + (try RecordedTurns.speech(["switch off the hall light"], voice: .rms))
    let both = (0..<max(one.count, other.count)).map { index in
      (index < one.count ? one[index] : 0) + (index < other.count ? other[index] : 0)
    }
    let said: [JSONObject] = [["room": "kitchen", "on": true], ["room": "hall", "on": false]]
    for call in RecordedTurns.calls(try await RecordedTurns.hear(both.map { $0 * 0.6 })) {
      #expect(said.contains(call.arguments), "\(call.arguments)")
    }
  }

  /// What a voice sounds like depends on what it said before in this process, so that not each of them is heard each time.
  @Test func tenSecondsOfSilenceAfterTheNameEndInSleep() async throws {
    var wakes = 0
    for voice in [FliteVoice.rms, .awb, .slt] {
      let samples = try RecordedTurns.speech(["okay nabu"], voice: voice) + [Float](repeating: 0, count: 160_000)
      let events = try await RecordedTurns.hear(samples, house: RecordedTurns.calledHouse)
      guard events.contains(where: { if case .wake = $0 { true } else { false } }) else { continue }
      wakes += 1
      #expect(RecordedTurns.calls(events).isEmpty)
      let states = events.compactMap { if case .stateChanged(let state) = $0 { state } else { nil } }
      #expect(states.last == "asleep" || states.isEmpty, "\(states)")
    }
    #expect(wakes > 0)
  }

  /// Somebody who talks for a minute is cut off at the limit, and what was a command in it is none.
  @Test func aMinuteOfTalkEndsAtTheLimitAndDoesNothing() async throws {
    let story = "yesterday we went to the market and bought apples and pears and then we walked along the river "
    let talk = try RecordedTurns.speech([String(repeating: story, count: 10)])
    #expect(talk.count > 45 * 16_000)
    let events = try await RecordedTurns.hear(talk, settings: ["turns.max_turn_s=5"])
    #expect(RecordedTurns.calls(events).isEmpty)
    let limits = events.count { if case .speechStopped(_, .limit) = $0 { true } else { false } }
    #expect(limits >= 1)
    #expect(!RecordedTurns.outcomes(events).contains(.acted))
  }

  /// The cable is pulled in the middle of the sentence.
  @Test(arguments: [0.4, 0.55, 0.7]) func whatWasHeardOnlyInPartIsNotDone(share: Double) async throws {
    let whole = try RecordedTurns.speech([Self.sentence])
    let spoken = whole.count - 24_000
    let events = try await RecordedTurns.hear(Array(whole.prefix(8_000 + Int(share * Double(spoken)))))
    #expect(RecordedTurns.calls(events).isEmpty)
    #expect(!RecordedTurns.outcomes(events).contains(.acted))
  }

  @Test func afterAllOfItTheNextSentenceIsUnderstood() async throws {
    let noise = (0..<48_000).map { index in Float(index % 97) / 97 * 2 - 1 }
    let samples = noise + [Float](repeating: 0.2, count: 16_000) + (try RecordedTurns.speech([Self.sentence]))
    let calls = RecordedTurns.calls(try await RecordedTurns.hear(samples))
    #expect(calls.map(\.arguments) == [["room": "kitchen", "on": true]])
  }

  /// By straight lines between samples: as poor as a cheap adapter's.
  private static func resample(_ samples: [Float], to hertz: Int) -> [Float] {
    let count = samples.count * hertz / 16_000
    return (0..<count).map { index in
      let position = Double(index) * 16_000 / Double(hertz)
      let whole = min(samples.count - 2, Int(position))
      let part = Float(position - Double(whole))
      return samples[whole] * (1 - part) + samples[whole + 1] * part
    }
  }
}
