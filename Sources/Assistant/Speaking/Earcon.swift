public import Audio
import Glibc

/// Short sounds that say what words would say too late or too loudly.
public enum Earcon: String, Hashable, Sendable, CaseIterable {
  /// The name was heard, and what is wanted is awaited. Not for a command in one breath with the name.
  case wake
  /// Done, where the reply is empty.
  case done
  /// Not done, where the reply is empty.
  case error
  /// The answer takes a while.
  case thinking
  /// A timer's time is up; a second of it, with its pause.
  case alarm

  /// One tone of a sound.
  private struct Note {
    /// In hertz; 0 is silence.
    var frequency: Float
    var milliseconds: Int
  }

  /// Rising says yes, falling says no; the fifth and the fourth sit well with any music.
  private var notes: [Note] {
    switch self {
    case .wake: [Note(frequency: 784, milliseconds: 70), Note(frequency: 1_175, milliseconds: 90)]
    case .done: [Note(frequency: 1_047, milliseconds: 90)]
    case .error: [Note(frequency: 392, milliseconds: 110), Note(frequency: 262, milliseconds: 160)]
    case .thinking:
      [
        Note(frequency: 523, milliseconds: 45), Note(frequency: 0, milliseconds: 90),
        Note(frequency: 523, milliseconds: 45),
      ]
    case .alarm:
      [
        Note(frequency: 880, milliseconds: 110), Note(frequency: 0, milliseconds: 60),
        Note(frequency: 880, milliseconds: 110), Note(frequency: 0, milliseconds: 60),
        Note(frequency: 1_175, milliseconds: 180), Note(frequency: 0, milliseconds: 650),
      ]
    }
  }

  /// -26 dBFS at the peak: below a voice, above a quiet room. An alarm has to be heard in the next room: as loud as a voice.
  var amplitude: Float { self == .alarm ? 0.25 : 0.05 }

  /// The sound's samples, mono, -1...1. Every tone swells and fades as a raised cosine, so that nothing clicks.
  public func samples(at rate: SampleRate) -> [Float] {
    var samples: [Float] = []
    for note in notes {
      let count = rate.frames(in: .milliseconds(note.milliseconds))
      let edge = min(count / 2, rate.frames(in: .milliseconds(15)))
      let step = 2 * Float.pi * note.frequency / Float(rate.hertz)
      for index in 0..<count {
        let distance = min(index, count - 1 - index)
        let envelope = distance >= edge ? 1 : 0.5 - 0.5 * cosf(.pi * Float(distance) / Float(edge))
        samples.append(amplitude * envelope * sinf(step * Float(index)))
      }
    }
    return samples
  }
}
