/// Reads any supported audio (WAV, Ogg Opus, or raw where so told) as mono samples at 16 kHz. Used by one thread at a time.
public final class SpeechReader {
  private let reader: any MonoReader
  private var resampler: Resampler
  private var block = [Float](repeating: 0, count: 1_024)
  private var pending = 0..<0
  private var hasReadAll = false

  /// Opens the file at `path`, `-` for standard input. It is WAV or Ogg Opus by its first bytes; with `raw`, it is taken
  /// as audio without a header.
  public convenience init(
    path: String, raw: RawLayout? = nil, selection: ChannelSelection = .average
  ) throws(AudioFileError) {
    try self.init(ByteInput(path: path), raw: raw, selection: selection)
  }

  /// Reads what lies in memory. Pure: the entry point for fuzzing the WAV and Opus readers.
  public convenience init(
    bytes: [UInt8], name: String = "audio in memory", raw: RawLayout? = nil, selection: ChannelSelection = .average
  ) throws(AudioFileError) {
    try self.init(ByteInput(bytes: bytes, name: name), raw: raw, selection: selection)
  }

  init(_ input: ByteInput, raw: RawLayout?, selection: ChannelSelection) throws(AudioFileError) {
    if let raw {
      reader = try RawReader(input, layout: raw, selection: selection)
    } else {
      let magic = try Array(input.peek(4))
      switch magic {
      case Array("OggS".utf8): reader = try OpusReader(input, selection: selection)
      case Array("RIFF".utf8), Array("RF64".utf8), Array("BW64".utf8), Array("RIFX".utf8):
        reader = try WAVReader(input, selection: selection)
      case []: throw AudioFileError(.empty, "read", input.name, "it has no bytes at all")
      default:
        throw AudioFileError(.unknownFormat, "read", input.name, "it is neither WAV nor Ogg Opus", position: 0)
      }
    }
    resampler = Resampler(from: reader.sampleRate, to: .speech, alignsStart: true)
  }

  /// Reads up to `samples.count` samples and returns how many; 0 only at the end.
  public func read(into samples: inout MutableSpan<Float>) throws(AudioFileError) -> Int {
    guard samples.count > 0 else { return 0 }
    while true {
      if hasReadAll { return resampler.finish(into: &samples) }
      if pending.isEmpty {
        let count = try refill()
        if count == 0 {
          hasReadAll = true
          continue
        }
        pending = 0..<count
      }
      let step = resampler.process(block.span.extracting(pending), into: &samples)
      pending = (pending.lowerBound + step.consumed)..<pending.upperBound
      if step.produced > 0 { return step.produced }
    }
  }

  private func refill() throws(AudioFileError) -> Int {
    // Out of the property while it is written: a span of a property cannot outlive a call that throws.
    var samples: [Float] = []
    swap(&samples, &block)
    defer { swap(&samples, &block) }
    var span = samples.mutableSpan
    return try reader.read(into: &span)
  }

  /// Everything up to the end. Throws `tooLarge` beyond `limit`, which keeps a pipe without an end from taking all memory.
  public func readAll(limit: Duration = .seconds(3_600)) throws(AudioFileError) -> [Float] {
    let most = SampleRate.speech.frames(in: limit)
    var all: [Float] = []
    var buffer = [Float](repeating: 0, count: 4_096)
    while true {
      var span = buffer.mutableSpan
      let count = try read(into: &span)
      if count == 0 { return all }
      guard all.count + count <= most else {
        throw AudioFileError(.tooLarge, "read", "the audio", "it is longer than \(limit)")
      }
      all.append(contentsOf: buffer[..<count])
    }
  }
}
