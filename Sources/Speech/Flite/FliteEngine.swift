import CFlite
import Synchronization

/// Flite's global state in one value, behind one lock.
@safe struct FliteEngine: ~Copyable {
  enum Outcome { case said, stopped, failed }

  private static let lock = Mutex(())
  // Protected by `lock`. Not inside of the mutex, because what a caller delivers to does not belong to the engine.
  private nonisolated(unsafe) static var shared = FliteEngine()

  /// Runs `body` with the only engine, alone in the process.
  static func withShared<Result>(_ body: (inout FliteEngine) -> Result) -> Result {
    lock.withLock { _ in unsafe body(&shared) }
  }

  @unsafe private struct Loaded {
    let voice: UnsafeMutablePointer<cst_voice>
    // Owned by the voice's features, which keep it as long as the process lives.
    let streaming: UnsafeMutablePointer<cst_audio_streaming_info>
  }
  private var loaded: [FliteVoice: Loaded] = unsafe [:]

  private init() { _ = flite_init() }

  // Flite keeps the pointer to a feature's name and does not copy it, so a name must live as long as the process.
  private static let streamingFeature: StaticString = "streaming_info"
  private static let stretchFeature: StaticString = "duration_stretch"

  @unsafe private static func name(_ feature: StaticString) -> UnsafePointer<CChar> {
    unsafe UnsafeRawPointer(feature.utf8Start).assumingMemoryBound(to: CChar.self)
  }

  /// Loads `voice` unless that has happened, and says whether it is there.
  mutating func load(_ voice: FliteVoice) -> Bool {
    if unsafe loaded[voice] != nil { return true }
    guard let registered = unsafe voice.register(), let streaming = unsafe new_audio_streaming_info() else {
      return false
    }
    // 512 frames are 32 ms: small against what the loudspeaker buffers, large against the cost of a call.
    unsafe streaming.pointee.min_buffsize = 512
    unsafe streaming.pointee.asc = { wave, start, size, _, info in unsafe fliteSamples(wave, start, size, info) }
    unsafe flite_feat_set(
      registered.pointee.features, Self.name(Self.streamingFeature), audio_streaming_info_val(streaming))
    unsafe loaded[voice] = unsafe Loaded(voice: registered, streaming: streaming)
    return true
  }

  /// Synthesises one piece from ``FliteText`` and delivers its samples as they come.
  mutating func speak(
    _ piece: [UInt8], voice: FliteVoice, speed: Double, deliver: @escaping (Span<Float>) -> Bool
  ) -> Outcome {
    guard load(voice), let flite = unsafe loaded[voice] else { return .failed }
    let delivery = FliteDelivery(deliver)
    unsafe flite_feat_set_float(flite.voice.pointee.features, Self.name(Self.stretchFeature), Float(1 / speed))
    let utterance = unsafe withExtendedLifetime(delivery) {
      unsafe flite.streaming.pointee.userdata = Unmanaged.passUnretained(delivery).toOpaque()
      defer { unsafe flite.streaming.pointee.userdata = nil }
      let terminated = piece.map { CChar(bitPattern: $0) } + [0]
      return unsafe terminated.withUnsafeBufferPointer { unsafe flite_synth_text($0.baseAddress, flite.voice) }
    }
    guard let utterance = unsafe utterance else { return .failed }
    unsafe delete_utterance(utterance)
    return delivery.goesOn ? .said : .stopped
  }
}

/// Takes Flite's samples from its callback to the caller's closure.
final class FliteDelivery {
  private let deliver: (Span<Float>) -> Bool
  private var scratch: [Float] = []
  private(set) var goesOn = true

  init(_ deliver: @escaping (Span<Float>) -> Bool) { self.deliver = deliver }

  func take(_ samples: UnsafeBufferPointer<Int16>) {
    scratch.removeAll(keepingCapacity: true)
    for index in samples.indices { unsafe scratch.append(Float(samples[index]) / 32_768) }
    goesOn = deliver(scratch.span)
  }
}

/// Flite's callback. `start` and `size` are checked against the wave although Flite makes them: a wrong one would read
/// outside of it.
private func fliteSamples(
  _ wave: UnsafePointer<cst_wave>?, _ start: Int32, _ size: Int32,
  _ info: UnsafeMutablePointer<cst_audio_streaming_info>?
) -> Int32 {
  guard let wave = unsafe wave, let user = unsafe info?.pointee.userdata else { return CST_AUDIO_STREAM_STOP }
  let delivery = unsafe Unmanaged<FliteDelivery>.fromOpaque(user).takeUnretainedValue()
  guard delivery.goesOn else { return CST_AUDIO_STREAM_STOP }
  guard size > 0 else { return CST_AUDIO_STREAM_CONT }
  guard let samples = unsafe wave.pointee.samples, start >= 0,
    Int(start) + Int(size) <= Int(unsafe wave.pointee.num_samples)
  else { return CST_AUDIO_STREAM_STOP }
  unsafe delivery.take(UnsafeBufferPointer(start: samples + Int(start), count: Int(size)))
  return delivery.goesOn ? CST_AUDIO_STREAM_CONT : CST_AUDIO_STREAM_STOP
}
