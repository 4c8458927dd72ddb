import Foundation
import TestSupport
import Testing

@testable import SpeechFeatures

@Suite struct WhisperFeaturesTests {
  private static let table = WhisperFeatures()

  private static func features(of samples: [Float]) -> [Float] { table.of(samples.span) }

  /// Signals of `Golden/whisper.py`, the same to the bit.
  private static func babble(_ count: Int, seed: UInt64, shift: Float = 0) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    let white = (0..<count).map { _ in generator.sample() }
    let gains: [Float] = [0.5, 0.03125, 0.25, 0.001953125, 1]
    return (0..<count).map { index in
      let held = 1 << (index / 8_192 % 6)
      return white[index / held * held] * gains[index / 2_048 % 5] + shift
    }
  }

  private static func signal(_ name: String) throws -> [Float] {
    switch name {
    case "short": babble(40_000, seed: 1)
    case "whole": babble(128_000, seed: 2)
    case "long": babble(150_000, seed: 3)
    case "shifted": babble(1_000, seed: 4, shift: 0.25)
    case "odd": babble(16_001, seed: 5)
    default: []
    }
  }

  @Test(arguments: ["short", "whole", "long", "shifted", "odd", "nothing"])
  func equalsTheReference(_ name: String) throws {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/whisper.txt")
    let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix(name + " ") }
    #expect(lines.count >= 3)
    let ours = Self.features(of: try Self.signal(name))
    #expect(ours.count == WhisperFeatures.bands * WhisperFeatures.frames)
    for line in lines {
      let fields = line.split(separator: " ")
      let frame = try #require(Int(fields[1]))
      let golden = fields[2...].compactMap { Float($0) }
      #expect(golden.count == WhisperFeatures.bands)
      let worst = golden.indices.map { abs(golden[$0] - ours[$0 * WhisperFeatures.frames + frame]) }.max() ?? .infinity
      // The file has four decimals; features are -1...2.
      #expect(worst < 1e-4, "\(name), frame \(frame): \(worst)")
    }
  }

  /// Every frame by itself gives what the shortcut for the zeros before a turn gives.
  @Test(arguments: [0, 1, 159, 160, 161, 200, 201, 12_345, 127_799, 127_800, 127_801, 127_999])
  func zerosBeforeATurnMayAsWellBeSamples(_ count: Int) {
    let samples = Self.babble(count, seed: 7)
    let padded = [Float](repeating: 0, count: WhisperFeatures.samples - count) + samples
    #expect(Self.features(of: samples) == Self.features(of: padded))
  }

  @Test func samplesThatAreNotFiniteCountAsSilence() {
    let sound = Self.babble(8_000, seed: 8)
    var broken = sound
    var silent = sound
    for index in 1_000..<1_400 {
      broken[index] = index % 2 == 0 ? .nan : .infinity
      silent[index] = 0
    }
    #expect(Self.features(of: broken) == Self.features(of: silent))
    let huge = [Float](repeating: 3e38, count: 1_000) + [-3e38]
    #expect(Self.features(of: huge).allSatisfy { $0.isFinite })
  }

  @Test func transformEqualsTheSumThatDefinesIt() {
    var generator = SeededGenerator(seed: 9)
    var scratch = FrameTransform.Scratch()
    for index in scratch.frames.indices { scratch.frames[index] = Double(generator.sample()) }
    let frames = scratch.frames
    FrameTransform().run(&scratch)
    for bin in [0, 1, 2, 3, 57, 100, 199, 200] {
      for (offset, power) in [(0, scratch.firstPower), (1, scratch.secondPower)] {
        var (re, im) = (0.0, 0.0)
        for index in 0..<400 {
          let angle = 2 * Double.pi * Double(bin * index % 400) / 400
          re += frames[2 * index + offset] * cos(angle)
          im -= frames[2 * index + offset] * sin(angle)
        }
        #expect(abs(power[bin] - (re * re + im * im)) < 1e-9, "bin \(bin)")
      }
    }
  }
}
