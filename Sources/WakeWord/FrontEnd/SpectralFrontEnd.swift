/// 16 kHz samples → 40 logarithmic mel amplitudes every 10 ms, as the wake word networks were trained on them.
///
/// ```
///   samples ─▶ 30 ms window ─▶ 512-point FFT ─▶ 40 mel bands ─▶ noise reduction ─▶ gain control ─▶ log
/// ```
/// Bit for bit what TensorFlow's microfrontend (Apache-2.0) computes with microWakeWord's settings; the reference package
/// `pymicro-features` made the golden features of the tests. Fixed point throughout: features do not depend on the
/// processor. Nothing is allocated after `init`.
public struct SpectralFrontEnd {
  /// Values in one feature vector.
  public static let channels = MelFilterbank.channels
  /// Samples from one feature vector to the next: 10 ms.
  public static let hop = AnalysisWindow.hop
  /// Samples that one feature vector sees: 30 ms.
  public static let window = AnalysisWindow.length

  private var window = AnalysisWindow()
  private var transform = FixedPointFFT()
  private var filterbank = MelFilterbank()
  private var noise = NoiseReduction()
  private let gain = GainControl()
  private var amplitudes = [UInt32](repeating: 0, count: channels)
  /// The newest feature vector, 64 · ln(amplitude): 0 to about 1,420, typically below 670.
  public private(set) var features = [UInt16](repeating: 0, count: channels)

  public init() {}

  /// Forgets the stream: the next samples are the first.
  public mutating func reset() {
    window.reset()
    noise.reset()
  }

  /// Takes samples from `position` on until there is a feature vector or there are no more samples, and moves `position`
  /// behind them. Returns whether ``features`` is new; then there may be more in the same samples.
  public mutating func advance(_ samples: Span<Int16>, from position: inout Int) -> Bool {
    guard window.take(samples, from: &position) else { return false }
    // Scaled up as far as it goes, so that the transform keeps most bits; taken back from the amplitudes.
    let shift = window.peak.leadingZeroBitCount - 1
    transform.transform(window.output, shift: shift)
    filterbank.measure(transform.spectrum, shift: shift)
    for i in 0..<Self.channels { amplitudes[i] = filterbank.amplitudes[i] }
    noise.apply(to: &amplitudes)
    gain.apply(to: &amplitudes, estimates: noise.estimates)
    for i in 0..<Self.channels { features[i] = LogScale.apply(amplitudes[i]) }
    return true
  }
}
