/// Samples per second of one channel, 1...768,000 Hz.
public struct SampleRate: Hashable, Sendable, CustomStringConvertible {
  public let hertz: Int

  public init(hertz: Int) {
    precondition((1...768_000).contains(hertz), "sample rate \(hertz) Hz is outside 1...768000")
    self.hertz = hertz
  }

  /// What every stage between the capture ring and the recogniser works at.
  public static let speech = SampleRate(hertz: 16_000)

  public var description: String { "\(hertz) Hz" }

  /// How many frames `duration` lasts, rounded down.
  public func frames(in duration: Duration) -> Int {
    let (seconds, attoseconds) = duration.components
    return Int(seconds) * hertz + Int(attoseconds / 1_000_000_000) * hertz / 1_000_000_000
  }

  /// How long `frames` frames last.
  public func duration(ofFrames frames: Int) -> Duration {
    .seconds(frames / hertz) + .nanoseconds((frames % hertz) * 1_000_000_000 / hertz)
  }
}

/// A position in a stream: frames at ``SampleRate/speech`` since the stream opened. 64 bits, because 32 run out after
/// 37 hours at 16 kHz.
public struct SampleTime: Hashable, Comparable, Sendable, CustomStringConvertible {
  public var frames: Int64

  public init(frames: Int64) { self.frames = frames }

  public static let zero = SampleTime(frames: 0)

  /// The position in whole milliseconds since the stream opened.
  public var milliseconds: Int { Int(frames / 16) }

  public var description: String { "\(milliseconds) ms" }

  public static func < (a: SampleTime, b: SampleTime) -> Bool { a.frames < b.frames }
  public static func + (time: SampleTime, frames: Int) -> SampleTime { SampleTime(frames: time.frames + Int64(frames)) }
  public static func - (a: SampleTime, b: SampleTime) -> Int { Int(a.frames - b.frames) }
}
