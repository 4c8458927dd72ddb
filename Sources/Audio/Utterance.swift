/// One stretch of speech cut out of the stream: what the recogniser gets, pre-roll included.
public struct Utterance: Hashable, Sendable {
  /// 16 kHz mono, -1...1.
  public var samples: [Float]
  /// The stream position of the first sample.
  public var start: SampleTime

  public init(samples: [Float], start: SampleTime) {
    self.samples = samples
    self.start = start
  }

  /// The stream position just after the last sample.
  public var end: SampleTime { start + samples.count }

  public var duration: Duration { SampleRate.speech.duration(ofFrames: samples.count) }
}
