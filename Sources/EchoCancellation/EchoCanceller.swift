import Audio
import CSpeexDSP

/// SpeexDSP's echo canceller and the preprocessor behind it, a frame at a time.
///
/// ```
///   reference ─▶ adaptive filter ─┐ echo as the filter expects it
///                                 ▼                                   levels: microphone, without echo, output
///   microphone ───────────────▶ ( − ) ─▶ preprocessor: suppresses what the filter left, noise; gain ─▶ output
/// ```
/// The output lags by one frame (16 ms), since the preprocessor overlaps its windows. Speex works at 16 bits outside. Its
/// filter is linear: what a loudspeaker distorts is left to the preprocessor. Owns the states; one thread at a time;
/// allocates only in `init`.
///
/// J.-M. Valin, On Adjusting the Learning Rate in Frequency Domain Echo Cancellation With Double-Talk, IEEE TASLP 15, 2007.
@safe struct EchoCanceller: ~Copyable {
  /// Samples per frame: 16 ms; two are a window of the voice detector.
  static let frameLength = 256

  /// Powers (mean squares, full scale is 1) of one frame, without what is constant in it.
  struct Powers {
    var microphone: Float = 0
    /// Behind the filter, before the preprocessor.
    var linear: Float = 0
  }

  private let echo: OpaquePointer
  private let preprocessor: OpaquePointer
  // [3 × frameLength]: microphone, reference, output.
  private let frames: UnsafeMutablePointer<Int16>
  private var hasEchoState = true
  // Frames in a row that came out louder than they went in.
  private var louder = 0
  /// Times that the filter did more harm than good and was reset.
  private(set) var divergences = 0

  /// A frame that is louder by 3 dB is not used; after so many in a row (half a second) the filter begins anew. Speex itself does
  /// so after 50, and says it on standard error.
  private static let patience = 30
  private static let harm: Float = 2
  /// -66 dBFS: below, the noise of rounding decides what is louder.
  private static let quiet: Float = 2.5e-7

  init(configuration: EchoConfiguration) {
    let configuration = configuration.bounded
    let tail = Int32(SampleRate.speech.frames(in: configuration.tail))
    guard let echo = unsafe speex_echo_state_init(Int32(Self.frameLength), tail),
      let preprocessor = unsafe speex_preprocess_state_init(Int32(Self.frameLength), 16_000)
    else { fatalError("no memory for an echo canceller with a tail of \(tail) samples") }
    unsafe self.echo = echo
    unsafe self.preprocessor = preprocessor
    unsafe frames = .allocate(capacity: 3 * Self.frameLength)
    unsafe frames.initialize(repeating: 0, count: 3 * Self.frameLength)
    var rate: Int32 = 16_000
    unsafe _ = speex_echo_ctl(echo, SPEEX_ECHO_SET_SAMPLING_RATE, &rate)
    // Without noise suppression Speex applies no gains at all, those against the echo neither; one of 0 dB is none.
    set(SPEEX_PREPROCESS_SET_DENOISE, 1)
    set(SPEEX_PREPROCESS_SET_NOISE_SUPPRESS, -configuration.noiseSuppression)
    set(SPEEX_PREPROCESS_SET_ECHO_SUPPRESS, -configuration.residualSuppression)
    set(SPEEX_PREPROCESS_SET_ECHO_SUPPRESS_ACTIVE, -configuration.residualSuppressionInSpeech)
    set(SPEEX_PREPROCESS_SET_AGC, configuration.automaticGain ? 1 : 0)
    unsafe _ = speex_preprocess_ctl(preprocessor, SPEEX_PREPROCESS_SET_ECHO_STATE, UnsafeMutableRawPointer(echo))
  }

  deinit {
    unsafe speex_echo_state_destroy(echo)
    unsafe speex_preprocess_state_destroy(preprocessor)
    unsafe frames.deallocate()
  }

  /// Takes the echo of `reference` out of the frame of `samples` that begins at `start`, in place; what comes out is the
  /// frame before it. Both are finite.
  mutating func cancel(
    _ samples: inout MutableSpan<Float>, at start: Int, reference: Span<Float>
  ) -> Powers {
    attachEcho(true)
    for index in 0..<Self.frameLength {
      unsafe frames[index] = Self.integer(samples[start + index])
      unsafe frames[Self.frameLength + index] = Self.integer(reference[start + index])
    }
    let output = unsafe frames + 2 * Self.frameLength
    unsafe speex_echo_cancellation(echo, frames, frames + Self.frameLength, output)
    var powers = unsafe Powers(microphone: Self.power(frames), linear: Self.power(output))
    if powers.linear > Self.harm * powers.microphone, powers.linear > Self.quiet {
      powers.linear = powers.microphone
      unsafe output.update(from: frames, count: Self.frameLength)
      louder += 1
    } else {
      louder = 0
    }
    preprocess(into: &samples, at: start)
    if louder >= Self.patience {
      reset()
      divergences += 1
    }
    return powers
  }

  /// Suppresses noise and adjusts the gain of the frame that begins at `start` while nothing is played; lags by a frame
  /// too.
  mutating func enhance(_ samples: inout MutableSpan<Float>, at start: Int) {
    attachEcho(false)
    let output = unsafe frames + 2 * Self.frameLength
    for index in 0..<Self.frameLength { unsafe output[index] = Self.integer(samples[start + index]) }
    preprocess(into: &samples, at: start)
  }

  /// Forgets the room.
  mutating func reset() {
    unsafe speex_echo_state_reset(echo)
    louder = 0
  }

  private func preprocess(into samples: inout MutableSpan<Float>, at start: Int) {
    let output = unsafe frames + 2 * Self.frameLength
    unsafe _ = speex_preprocess_run(preprocessor, output)
    for index in 0..<Self.frameLength { samples[start + index] = unsafe Float(output[index]) * 0x1p-15 }
  }

  /// The preprocessor asks the canceller what it left; while that rests, its last answer would be taken for ever.
  private mutating func attachEcho(_ isAttached: Bool) {
    guard isAttached != hasEchoState else { return }
    hasEchoState = isAttached
    let state = unsafe isAttached ? UnsafeMutableRawPointer(echo) : nil
    unsafe _ = speex_preprocess_ctl(preprocessor, SPEEX_PREPROCESS_SET_ECHO_STATE, state)
  }

  private func set(_ request: Int32, _ value: Int) {
    var value = Int32(value)
    unsafe _ = speex_preprocess_ctl(preprocessor, request, &value)
  }

  private static func integer(_ sample: Float) -> Int16 {
    Int16(max(-32_768, min(32_767, (sample * 32_768).rounded())))
  }

  private static func power(_ samples: UnsafeMutablePointer<Int16>) -> Float {
    var (sum, squares): (Int, Int) = (0, 0)
    for index in 0..<frameLength {
      let sample = unsafe Int(samples[index])
      sum += sample
      squares += sample * sample
    }
    let count = Float(frameLength)
    let mean = Float(sum) / count
    return max(0, Float(squares) / count - mean * mean) * 0x1p-30
  }
}
