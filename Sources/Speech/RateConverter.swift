import Audio

/// Brings the samples of one clause after the other to another rate. Used by one thread.
///
/// ``Audio/Resampler`` keeps the filter's past; this takes whole blocks of any size through it and brings its tail at the
/// end of each clause.
struct RateConverter: ~Copyable {
  private var resampler: Resampler
  private var buffer: [Float]
  private static let block = 1_024

  init(from input: SampleRate, to output: SampleRate) {
    resampler = Resampler(from: input, to: output, alignsStart: true)
    buffer = [Float](repeating: 0, count: resampler.maximumOutputCount(forInputCount: Self.block))
  }

  /// Delivers `samples` at the new rate; false as soon as `deliver` returns it.
  mutating func convert(_ samples: Span<Float>, deliver: (Span<Float>) -> Bool) -> Bool {
    guard resampler.inputRate != resampler.outputRate else { return deliver(samples) }
    var start = 0
    // Taken out while the resampler, the other part of this value, is used with it.
    var block: [Float] = []
    swap(&block, &buffer)
    defer { swap(&block, &buffer) }
    while start < samples.count {
      var output = block.mutableSpan
      let (consumed, produced) = resampler.process(
        samples.extracting(start..<min(samples.count, start + Self.block)), into: &output)
      start += consumed
      guard produced == 0 || deliver(block.span.extracting(..<produced)) else { return false }
    }
    return true
  }

  /// Delivers what the filter still holds and makes it ready for the next clause.
  mutating func finish(deliver: (Span<Float>) -> Bool) -> Bool {
    guard resampler.inputRate != resampler.outputRate else { return true }
    var block: [Float] = []
    swap(&block, &buffer)
    defer {
      swap(&block, &buffer)
      resampler.reset()
    }
    while true {
      var output = block.mutableSpan
      let produced = resampler.finish(into: &output)
      if produced == 0 { return true }
      guard deliver(block.span.extracting(..<produced)) else { return false }
    }
  }

  /// Forgets what has been put in.
  mutating func reset() { resampler.reset() }
}
