public import Audio
public import EchoCancellation

/// The software canceller as the listen loop uses it.
public struct EchoRemover: OwnVoiceRemoving {
  private let stage: EchoStage

  public init(_ stage: EchoStage) { self.stage = stage }

  public mutating func remove(from window: inout [Float], at time: SampleTime) -> OwnVoice {
    let report = stage.process(&window, at: time)
    return OwnVoice(isAudible: report.isPlaying, residual: report.residualEchoLevel)
  }
}

/// A microphone that hears nothing of the loudspeaker: it cancels echo itself, or people wear headphones.
public struct NoEcho: OwnVoiceRemoving {
  public init() {}

  public mutating func remove(from window: inout [Float], at time: SampleTime) -> OwnVoice {
    OwnVoice(isAudible: false, residual: AudioLevel.floor)
  }
}
