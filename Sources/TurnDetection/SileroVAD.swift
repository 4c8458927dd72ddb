import COpenBLAS

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Silero VAD, computed from its published weights (silero-vad 6.2, MIT).
///
/// The package carries two trainings of the same network: `silero_vad_16k_op15.onnx` is what its `load_silero_vad()`
/// computes; `silero_vad_16k.safetensors` is an earlier one, whose probabilities differ by up to 0.9. Both are read.
///
/// ```
///   64 samples of context + 512 of the window, mirrored at the right by 64           640
///   stft_conv   258 filters of 256, stride 128; magnitude of 129 pairs               [4 × 129]
///   conv1       129 → 128, 3 wide, stride 1                       + ReLU             [4 × 128]
///   conv2       128 → 64, 3 wide, stride 2                        + ReLU             [2 × 64]
///   conv3        64 → 64, 3 wide, stride 2                        + ReLU             [1 × 64]
///   conv4        64 → 128, 3 wide, stride 1                       + ReLU             [1 × 128]
///   lstm_cell   128 → 128, state carried from window to window                       [128]
///   final_conv  ReLU, 128 → 1, sigmoid                                               probability
/// ```
/// Everything is kept with time outermost, `[time × channel]`, so that a convolution's receptive field is one contiguous
/// row. Convolutions over one column with zeros at both sides use only the taps that meet data. Nothing is allocated per
/// window. The structure is that of the package's `tinygrad_model.py`;
/// `Tests/Fixtures/audio/silero_golden.py` compares.
@safe public final class SileroVAD: VoiceActivityDetector, @unchecked Sendable {
  // @unchecked: one thread at a time uses a detector, and the session hands it to its listen thread as a whole.

  public let windowLength = 512

  private static let context = 64
  private static let bins = 129
  private static let size = 128

  // All of it in one block: weights first, then what changes.
  private let memory: UnsafeMutablePointer<Float>
  private let stft, conv1, bias1, conv2, bias2, conv3, bias3, conv4, bias4: UnsafeMutablePointer<Float>
  private let lstm, lstmBias, output: UnsafeMutablePointer<Float>
  private let outputBias: Float
  private let input, frames, spectrum, columns1, hidden1, columns2, hidden2, hidden3: UnsafeMutablePointer<Float>
  // [the LSTM's input | its state h], so that one product does both; c is the cell state.
  private let inputAndState, cell, gates: UnsafeMutablePointer<Float>

  /// Loads the weights at `path`, ONNX or safetensors by content. Keeps OpenBLAS to one thread for the whole process: these products are too small for two.
  public convenience init(weights path: String) throws(TurnDetectionError) {
    try self.init(Self.open(readFile(path), path))
  }

  /// Loads weights that lie in memory. Total on any bytes: the entry point for fuzzing.
  public convenience init(weightBytes: [UInt8], name: String = "weights in memory") throws(TurnDetectionError) {
    try self.init(Self.open(weightBytes, name))
  }

  /// A safetensors header begins with "{" after its length; nothing in an ONNX model does.
  static func open(_ bytes: [UInt8], _ name: String) throws(TurnDetectionError) -> any WeightFile {
    if bytes.count < 16 || bytes[8] == UInt8(ascii: "{") { return try SafetensorsFile(bytes: bytes, name: name) }
    return try ONNXFile(bytes: bytes, name: name)
  }

  private init(_ file: any WeightFile) throws(TurnDetectionError) {
    let (bins, size) = (Self.bins, Self.size)
    let stft = try file.floats("stft_conv.weight", shape: [258, 1, 256])
    let conv1 = try Self.timeMajor(file.floats("conv1.weight", shape: [size, bins, 3]), size, bins, taps: 0..<3)
    let bias1 = try file.floats("conv1.bias", shape: [size])
    let conv2 = try Self.timeMajor(file.floats("conv2.weight", shape: [64, size, 3]), 64, size, taps: 0..<3)
    let bias2 = try file.floats("conv2.bias", shape: [64])
    let conv3 = try Self.timeMajor(file.floats("conv3.weight", shape: [64, 64, 3]), 64, 64, taps: 1..<3)
    let bias3 = try file.floats("conv3.bias", shape: [64])
    let conv4 = try Self.timeMajor(file.floats("conv4.weight", shape: [size, 64, 3]), size, 64, taps: 1..<2)
    let bias4 = try file.floats("conv4.bias", shape: [size])
    let fromInput = try file.floats("lstm_cell.weight_ih", shape: [4 * size, size])
    let fromState = try file.floats("lstm_cell.weight_hh", shape: [4 * size, size])
    let bothBiases = try zip(
      file.floats("lstm_cell.bias_ih", shape: [4 * size]), file.floats("lstm_cell.bias_hh", shape: [4 * size])
    ).map { $0 + $1 }
    let output = try file.floats("final_conv.weight", shape: [1, size, 1])
    outputBias = try file.floats("final_conv.bias", shape: [1])[0]
    var lstm: [Float] = []
    lstm.reserveCapacity(8 * size * size)
    for row in 0..<4 * size {
      let columns = row * size..<(row + 1) * size
      lstm += fromInput[columns]
      lstm += fromState[columns]
    }

    let weights = [stft, conv1, bias1, conv2, bias2, conv3, bias3, conv4, bias4, lstm, bothBiases, output]
    let working = [640, 4 * 256, 4 * 258, 4 * 3 * bins, 4 * size, 2 * 3 * size, 2 * 64, 64, 2 * size, size, 4 * size]
    // Rows begin on cache lines.
    func padded(_ count: Int) -> Int { (count + 15) / 16 * 16 }
    let total = weights.reduce(0) { $0 + padded($1.count) } + working.reduce(0) { $0 + padded($1) }
    let block = UnsafeMutableRawPointer.allocate(byteCount: total * 4, alignment: 64)
    unsafe memory = block.bindMemory(to: Float.self, capacity: total)
    unsafe memory.initialize(repeating: 0, count: total)
    var next = unsafe memory
    func place(_ values: [Float]) -> UnsafeMutablePointer<Float> {
      let start = unsafe next
      for (i, value) in values.enumerated() { unsafe start[i] = value }
      unsafe next += padded(values.count)
      return unsafe start
    }
    func reserve(_ count: Int) -> UnsafeMutablePointer<Float> {
      let start = unsafe next
      unsafe next += padded(count)
      return unsafe start
    }
    unsafe self.stft = place(stft)
    unsafe self.conv1 = place(conv1)
    unsafe self.bias1 = place(bias1)
    unsafe self.conv2 = place(conv2)
    unsafe self.bias2 = place(bias2)
    unsafe self.conv3 = place(conv3)
    unsafe self.bias3 = place(bias3)
    unsafe self.conv4 = place(conv4)
    unsafe self.bias4 = place(bias4)
    unsafe self.lstm = place(lstm)
    unsafe lstmBias = place(bothBiases)
    unsafe self.output = place(output)
    unsafe input = reserve(working[0])
    unsafe frames = reserve(working[1])
    unsafe spectrum = reserve(working[2])
    unsafe columns1 = reserve(working[3])
    unsafe hidden1 = reserve(working[4])
    unsafe columns2 = reserve(working[5])
    unsafe hidden2 = reserve(working[6])
    unsafe hidden3 = reserve(working[7])
    unsafe inputAndState = reserve(working[8])
    unsafe cell = reserve(working[9])
    unsafe gates = reserve(working[10])
    openblas_set_num_threads(1)
  }

  deinit { unsafe memory.deallocate() }

  /// `[out × in × 3]` as the file has it → `[out × (tap, in)]`, only the given taps.
  private static func timeMajor(_ weights: [Float], _ rows: Int, _ channels: Int, taps: Range<Int>) -> [Float] {
    (0..<rows).flatMap { row in
      taps.flatMap { tap in (0..<channels).map { weights[(row * channels + $0) * 3 + tap] } }
    }
  }

  public func reset() {
    unsafe input.update(repeating: 0, count: 640)
    unsafe inputAndState.update(repeating: 0, count: 2 * Self.size)
    unsafe cell.update(repeating: 0, count: Self.size)
  }

  /// A sample that is not finite counts as silence; it would stay in the state for ever.
  public func speechProbability(of window: Span<Float>) -> Float {
    precondition(window.count == windowLength, "a window has \(windowLength) samples, not \(window.count)")
    unsafe window.withUnsafeBufferPointer { unsafe take($0.baseAddress!) }
    transform()
    unsafe Self.product(4, 3 * Self.bins, Self.size, columns1, conv1, hidden1)
    unsafe Self.addAndRectify(hidden1, bias1, rows: 4, columns: Self.size)
    spread()
    unsafe Self.product(2, 3 * Self.size, 64, columns2, conv2, hidden2)
    unsafe Self.addAndRectify(hidden2, bias2, rows: 2, columns: 64)
    unsafe Self.product(64, 128, conv3, hidden2, hidden3)
    unsafe Self.addAndRectify(hidden3, bias3, rows: 1, columns: 64)
    unsafe Self.product(Self.size, 64, conv4, hidden3, inputAndState)
    unsafe Self.addAndRectify(inputAndState, bias4, rows: 1, columns: Self.size)
    unsafe Self.product(4 * Self.size, 2 * Self.size, lstm, inputAndState, gates)
    return step()
  }

  /// Moves the context to the front, puts the window behind it and mirrors its end.
  private func take(_ window: UnsafePointer<Float>) {
    var i = 0
    while i < Self.context {
      unsafe input[i] = input[512 + i]
      i += 1
    }
    i = 0
    while i < 512 {
      let x = unsafe window[i]
      unsafe input[64 + i] = x > -Float.infinity && x < Float.infinity ? x : 0
      i += 1
    }
    i = 0
    while i < 64 {
      unsafe input[576 + i] = input[574 - i]
      i += 1
    }
  }

  /// Four spectra, their magnitudes laid out as the first convolution's receptive fields: row t holds the times t - 1, t
  /// and t + 1, where there are such.
  private func transform() {
    let bins = Self.bins
    var time = 0
    while time < 4 {
      unsafe (frames + time * 256).update(from: input + time * 128, count: 256)
      time += 1
    }
    unsafe Self.product(4, 256, 258, frames, stft, spectrum)
    time = 0
    while time < 4 {
      let row = unsafe spectrum + time * 258
      let middle = unsafe columns1 + (time * 3 + 1) * bins
      var bin = 0
      while bin < bins {
        let re = unsafe row[bin]
        let im = unsafe row[bin + bins]
        unsafe middle[bin] = (re * re + im * im).squareRoot()
        bin += 1
      }
      if time < 3 { unsafe (columns1 + (time + 1) * 3 * bins).update(from: middle, count: bins) }
      if time > 0 { unsafe (columns1 + ((time - 1) * 3 + 2) * bins).update(from: middle, count: bins) }
      time += 1
    }
  }

  /// The second convolution's receptive fields: times (none, 0, 1) and (1, 2, 3).
  private func spread() {
    let size = Self.size
    unsafe (columns2 + size).update(from: hidden1, count: 2 * size)
    unsafe (columns2 + 3 * size).update(from: hidden1 + size, count: 3 * size)
  }

  /// The LSTM cell's gates (i, f, g, o, as PyTorch orders them) → new state → probability.
  private func step() -> Float {
    let size = Self.size
    let state = unsafe inputAndState + size
    var sum = outputBias
    var i = 0
    while i < size {
      let forget = unsafe Self.sigmoid(gates[size + i] + lstmBias[size + i])
      let keep = unsafe Self.sigmoid(gates[i] + lstmBias[i])
      let candidate = unsafe tanhf(gates[2 * size + i] + lstmBias[2 * size + i])
      let show = unsafe Self.sigmoid(gates[3 * size + i] + lstmBias[3 * size + i])
      let c = unsafe forget * cell[i] + keep * candidate
      let h = show * tanhf(c)
      unsafe cell[i] = c
      unsafe state[i] = h
      if h > 0 { unsafe sum += h * output[i] }
      i += 1
    }
    return Self.sigmoid(sum)
  }

  private static func sigmoid(_ x: Float) -> Float { 1 / (1 + expf(-x)) }

  /// `c[m × n] = a[m × k] · b[n × k]ᵀ`
  private static func product(
    _ m: Int, _ k: Int, _ n: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>
  ) {
    unsafe cblas_sgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, Int32(m), Int32(n), Int32(k), 1, a, Int32(k), b, Int32(k), 0, c, Int32(n)
    )
  }

  /// `y[m] = a[m × n] · x[n]`
  private static func product(
    _ m: Int, _ n: Int, _ a: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    unsafe cblas_sgemv(CblasRowMajor, CblasNoTrans, Int32(m), Int32(n), 1, a, Int32(n), x, 1, 0, y, 1)
  }

  private static func addAndRectify(
    _ values: UnsafeMutablePointer<Float>, _ bias: UnsafePointer<Float>, rows: Int, columns: Int
  ) {
    var row = 0
    while row < rows {
      let start = unsafe values + row * columns
      var i = 0
      while i < columns {
        let x = unsafe start[i] + bias[i]
        unsafe start[i] = x > 0 ? x : 0
        i += 1
      }
      row += 1
    }
  }
}
