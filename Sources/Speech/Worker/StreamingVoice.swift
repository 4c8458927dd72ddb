package import WorkerProcess

/// What ``WorkerSynthesiser`` needs of a voice in another process; ``WorkerProcess/WorkerVoice`` is one.
package protocol StreamingVoice: Sendable {
  var isReady: Bool { get }
  func speak(
    _ text: String, speaker: Int, speed: Float, deliver: @escaping @Sendable (WorkerVoiceEvent) -> Void
  ) -> UInt32
  func cancel(_ id: UInt32)
}

extension WorkerVoice: StreamingVoice {
  package var isReady: Bool { state.isReady }
}
