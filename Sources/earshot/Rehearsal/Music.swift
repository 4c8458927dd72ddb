import Glibc

/// Music to mistake for a voice: chords, a bass, a melody with vibrato and drums, made anew from a seed.
enum Music {
  /// Samples at `rate`, peak 0.5 at most.
  static func samples(seconds: Double, rate: Int, random: inout SeededRandom) -> [Float] {
    var samples = [Float](repeating: 0, count: Int(seconds * Double(rate)))
    let beat = 60 / Double.random(in: 70...150, using: &random)
    let key = Double.random(in: 98...196, using: &random)
    var time = 0.0
    while time < seconds {
      // The chords of most songs: I, IV, V, vi.
      let root = [0, 5, 7, 9].randomElement(using: &random) ?? 0
      let third = root == 9 ? 3 : 4
      for interval in [0, third, 7] {
        add(
          Note(frequency: pitch(key * 2, root + interval), start: time, seconds: 4 * beat, level: 0.06), rate, &samples)
      }
      add(Note(frequency: pitch(key / 2, root), start: time, seconds: 4 * beat, level: 0.16), rate, &samples)
      for step in 0..<8 {
        let start = time + Double(step) * beat / 2
        if random.nextUnit() < 0.7 {
          let tone = [0, 2, third, 7, 9, 12].randomElement(using: &random) ?? 0
          add(
            Note(
              frequency: pitch(key * 4, root + tone), start: start, seconds: beat / 2, level: 0.12, vibrato: 0.012),
            rate,
            &samples)
        }
        drum(at: start, isSnare: step % 4 == 2, isBass: step % 4 == 0, rate, &samples, &random)
      }
      time += 4 * beat
    }
    let peak = max(samples.map(abs).max() ?? 0, 1e-6)
    return samples.map { $0 * 0.5 / peak }
  }

  private struct Note {
    var frequency: Double
    var start: Double
    var seconds: Double
    var level: Double
    /// As a share of the frequency.
    var vibrato = 0.0
  }

  private static func pitch(_ base: Double, _ semitones: Int) -> Double { base * pow(2, Double(semitones) / 12) }

  /// Six harmonics that fall off and die away, as of a plucked string.
  private static func add(_ note: Note, _ rate: Int, _ samples: inout [Float]) {
    let first = Int(note.start * Double(rate))
    var phase = 0.0
    for index in 0..<Int(note.seconds * Double(rate)) where first + index < samples.count {
      let time = Double(index) / Double(rate)
      phase += 2 * .pi * note.frequency * (1 + note.vibrato * sin(2 * .pi * 5.5 * time)) / Double(rate)
      var sum = 0.0
      for harmonic in 1...6 { sum += sin(phase * Double(harmonic)) / Double(harmonic * harmonic) }
      let fade = min(1, min(time / 0.01, (note.seconds - time) / 0.03))
      samples[first + index] += Float(note.level * fade * exp(-time / note.seconds) * sum)
    }
  }

  private static func drum(
    at start: Double, isSnare: Bool, isBass: Bool, _ rate: Int, _ samples: inout [Float], _ random: inout SeededRandom
  ) {
    let first = Int(start * Double(rate))
    for index in 0..<Int(0.12 * Double(rate)) where first + index < samples.count {
      let time = Double(index) / Double(rate)
      let noise = random.nextUnit() * 2 - 1
      var sample = 0.05 * noise * exp(-time / 0.015)
      if isSnare { sample += 0.25 * noise * exp(-time / 0.04) }
      if isBass { sample += 0.5 * sin(2 * .pi * (50 + 60 * exp(-time / 0.02)) * time) * exp(-time / 0.06) }
      samples[first + index] += Float(sample)
    }
  }
}
