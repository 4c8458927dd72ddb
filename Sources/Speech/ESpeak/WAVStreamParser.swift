public import Audio

/// Reads a WAV file as it arrives from a program: 16-bit PCM, one channel, of unknown length.
///
/// ```
/// "RIFF" size "WAVE" │ "fmt " size format… │ (other chunks, skipped) │ "data" size samples… until the end
/// ```
/// A program that writes to a pipe does not know the length, so the sizes of `RIFF` and of `data` are not believed:
/// what follows `data` is samples. Nothing is kept but the header and half a sample. Source: Microsoft, Multimedia
/// Programming Interface and Data Specifications 1.0.
public struct WAVStreamParser: Sendable {
  private enum State { case riff, chunkHeader, format(size: Int), skip(Int), samples }

  /// The rate from the header, nil before it has come.
  public private(set) var sampleRate: SampleRate?
  /// Samples delivered so far.
  public private(set) var sampleCount: Int64 = 0

  private var state = State.riff
  // At most 64 bytes of header, or one byte of a sample.
  private var kept: [UInt8] = []
  private var scratch: [Float] = []
  private static let maximumFormatBytes = 64
  private static let maximumSkippedBytes = 1 << 20

  public init() {}

  /// Takes the next bytes and delivers the samples in them. Returns false as soon as `deliver` does; throws when the
  /// bytes are not such a file.
  public mutating func consume(_ bytes: Span<UInt8>, deliver: (Span<Float>) -> Bool) throws(SpeechError) -> Bool {
    var index = 0
    while index < bytes.count {
      switch state {
      case .riff:
        guard take(12, from: bytes, &index) else { return true }
        guard text(at: 0) == "RIFF", text(at: 8) == "WAVE" else {
          throw Self.invalid("it does not begin with RIFF/WAVE")
        }
        kept.removeAll(keepingCapacity: true)
        state = .chunkHeader
      case .chunkHeader:
        guard take(8, from: bytes, &index) else { return true }
        try beginChunk()
      case .format(let size):
        guard take(size, from: bytes, &index) else { return true }
        try readFormat()
        state = .chunkHeader
      case .skip(let left):
        let skipped = min(left, bytes.count - index)
        index += skipped
        state = left == skipped ? .chunkHeader : .skip(left - skipped)
      case .samples:
        return readSamples(bytes, from: index, deliver: deliver)
      }
    }
    return true
  }

  /// Fills ``kept`` up to `count` bytes; false when more have to come.
  private mutating func take(_ count: Int, from bytes: Span<UInt8>, _ index: inout Int) -> Bool {
    while kept.count < count, index < bytes.count {
      kept.append(bytes[index])
      index += 1
    }
    return kept.count == count
  }

  private mutating func beginChunk() throws(SpeechError) {
    let kind = text(at: 0)
    let size = Int(kept[4]) | Int(kept[5]) << 8 | Int(kept[6]) << 16 | Int(kept[7]) << 24
    kept.removeAll(keepingCapacity: true)
    switch kind {
    case "fmt ":
      guard (16...Self.maximumFormatBytes).contains(size) else { throw Self.invalid("its format has \(size) bytes") }
      state = .format(size: size)
    case "data":
      guard sampleRate != nil else { throw Self.invalid("samples come before their format") }
      state = .samples
    default:
      // Chunks are padded to an even length.
      guard size <= Self.maximumSkippedBytes else {
        throw Self.invalid("a chunk of \(size) bytes comes before the samples")
      }
      state = size == 0 ? .chunkHeader : .skip(size + size % 2)
    }
  }

  private mutating func readFormat() throws(SpeechError) {
    let (format, channels, bits) = (word(at: 0), word(at: 2), word(at: 14))
    let hertz = word(at: 4) | word(at: 6) << 16
    guard format == 1, channels == 1, bits == 16 else {
      throw Self.invalid("it has format \(format), \(channels) channels, \(bits) bits where 1, 1 and 16 are wanted")
    }
    guard (8_000...96_000).contains(hertz) else {
      throw Self.invalid("its rate of \(hertz) Hz is outside 8000...96000")
    }
    sampleRate = SampleRate(hertz: hertz)
    kept.removeAll(keepingCapacity: true)
  }

  private mutating func readSamples(_ bytes: Span<UInt8>, from start: Int, deliver: (Span<Float>) -> Bool) -> Bool {
    scratch.removeAll(keepingCapacity: true)
    for index in start..<bytes.count {
      guard let low = kept.popLast() else {
        kept.append(bytes[index])
        continue
      }
      scratch.append(Float(Int16(bitPattern: UInt16(low) | UInt16(bytes[index]) << 8)) / 32_768)
    }
    guard !scratch.isEmpty else { return true }
    sampleCount += Int64(scratch.count)
    return deliver(scratch.span)
  }

  private func word(at index: Int) -> Int { Int(kept[index]) | Int(kept[index + 1]) << 8 }
  private func text(at index: Int) -> String { String(decoding: kept[index..<index + 4], as: UTF8.self) }

  private static func invalid(_ why: String) -> SpeechError {
    SpeechError(
      .audioInvalid, "cannot read the audio of the voice program: \(why)", remedy: "Choose another voice.")
  }
}
