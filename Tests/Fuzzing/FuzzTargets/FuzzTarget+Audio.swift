import Audio
import Speech

extension FuzzTarget {
  static let audio: [FuzzTarget] = [
    FuzzTarget("wav") { bytes in readBack(bytes) },
    FuzzTarget("opus") { bytes in readBack(bytes) },
    FuzzTarget("raw-audio", rawAudio),
    FuzzTarget("resampler", resampler),
    FuzzTarget("wav-stream", wavStream),
  ]

  /// Audio is refused, or becomes finite samples that a WAV file keeps bit by bit, clipped.
  private static func readBack(_ bytes: [UInt8]) {
    guard let samples = try? SpeechReader(bytes: bytes).readAll(limit: .seconds(20)) else { return }
    checkSamples(samples)
    guard let file = try? WAVWriter.encode(samples.span, encoding: .float32) else {
      fatalError("broken promise: samples that were read can be written")
    }
    guard !samples.isEmpty else { return }
    let again = try? SpeechReader(bytes: file).readAll()
    require(again == samples.map { max(-1, min(1, $0)) }, "a WAV file of floats gives back its samples")
  }

  /// Four bytes of layout, then frames: the same samples by way of blocks and at once.
  private static func rawAudio(_ bytes: [UInt8]) {
    var input = InputReader(bytes)
    let format = input.choice(SampleFormat.allCases)
    let channels = 1 + input.byte() % 32
    let rate = SampleRate(hertz: input.choice([8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000]))
    let selector = input.byte()
    let selection = selector < 128 ? ChannelSelection.average : .channel(selector % channels)
    let layout = RawLayout(format: format, sampleRate: rate, channels: channels)
    guard let samples = try? SpeechReader(bytes: Array(input.rest), raw: layout, selection: selection).readAll() else {
      fatalError("broken promise: bytes without a header are always audio")
    }
    checkSamples(samples)
    let decoder = FrameDecoder(format: format, channels: channels, selection: selection)
    let frames = input.rest.count / decoder.bytesPerFrame
    var decoded = [Float](repeating: .nan, count: frames)
    var span = decoded.mutableSpan
    let decodedCount = unsafe decoder.decode(input.rest.span.bytes, into: &span)
    require(decodedCount == frames, "every whole frame is decoded")
    checkSamples(decoded)
    if rate == .speech { require(samples == decoded, "equal rates pass samples on unchanged") }
    let exact = frames * SampleRate.speech.hertz / rate.hertz
    require(abs(samples.count - exact) <= 1, "\(frames) frames at \(rate) became \(samples.count) samples")
  }

  /// Both rates, whether the start is aligned, the size of the pieces, then 16-bit samples: the same output however the
  /// input is cut, and no more of it than was promised.
  private static func resampler(_ bytes: [UInt8]) {
    var input = InputReader(bytes)
    let rates = [1, 7_999, 8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000]
    let from = SampleRate(hertz: input.choice(rates))
    let to = SampleRate(hertz: input.choice(Array(rates.dropFirst())))
    let alignsStart = input.byte() % 2 == 1
    let piece = 1 + input.byte()
    let decoder = FrameDecoder(format: .s16, channels: 1)
    var samples = [Float](repeating: 0, count: min(input.rest.count / 2, from.hertz == 1 ? 2 : 2_048))
    var span = samples.mutableSpan
    unsafe decoder.decode(input.rest.span.bytes, into: &span)

    var whole = Resampler(from: from, to: to, alignsStart: alignsStart)
    var output = [Float](repeating: .nan, count: whole.maximumOutputCount(forInputCount: samples.count))
    var outputSpan = output.mutableSpan
    let step = whole.process(samples.span, into: &outputSpan)
    require(step.consumed == samples.count, "the stated maximum of outputs is enough for all of the input")
    output.removeLast(output.count - step.produced)

    var inPieces = Resampler(from: from, to: to, alignsStart: alignsStart)
    var collected: [Float] = []
    var block = [Float](repeating: .nan, count: piece)
    var start = 0
    while true {
      let end = min(samples.count, start + piece)
      var blockSpan = block.mutableSpan
      let step = inPieces.process(samples.span.extracting(start..<end), into: &blockSpan)
      if step.consumed == 0, step.produced == 0 { break }
      start += step.consumed
      collected += block[..<step.produced]
    }
    require(collected == output, "the output does not depend on how the input was cut")
    for sample in output { require(sample.isFinite, "a sample is a number") }
  }

  /// What a voice program writes, cut in two anywhere: the same samples, or the same refusal.
  private static func wavStream(_ bytes: [UInt8]) {
    var input = InputReader(bytes)
    let place = input.byte() | input.byte() << 8
    let stream = Array(input.rest)
    let whole = samples(of: [stream])
    let cut = min(place, stream.count)
    let inTwo = samples(of: [Array(stream[..<cut]), Array(stream[cut...])])
    require(whole.isRefused == inTwo.isRefused, "a stream is refused however it was cut")
    require(whole.samples == inTwo.samples, "the samples do not depend on how the stream was cut")
    checkSamples(whole.samples)
  }

  private static func samples(of pieces: [[UInt8]]) -> (samples: [Float], isRefused: Bool) {
    var parser = WAVStreamParser()
    var samples: [Float] = []
    for piece in pieces {
      let goesOn = try? parser.consume(piece.span) { part in
        for index in part.indices { samples.append(part[index]) }
        return true
      }
      if goesOn == nil { return (samples, true) }
    }
    require(parser.sampleCount == Int64(samples.count), "the samples are counted")
    return (samples, false)
  }

  /// A device's or a file's loud float is kept up to ±32768, and an equaliser's overshoot comes on top; NaN and infinity
  /// never pass.
  private static func checkSamples(_ samples: [Float]) {
    for sample in samples { require(abs(sample) <= 131_072, "a sample is a number within bounds, not \(sample)") }
  }
}
