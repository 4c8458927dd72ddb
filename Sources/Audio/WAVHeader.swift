/// What stands before the samples of a WAV file; see ``WAVReader``.
struct WAVHeader: Hashable, Sendable {
  var sampleRate: SampleRate
  var channels: Int
  var format: SampleFormat
  /// Bytes of samples, nil for: up to the end.
  var dataBytes: Int64?

  private static let mostBytesBeforeData: Int64 = 64 << 20

  /// Takes everything up to the first sample from `input`.
  init(reading input: ByteInput) throws(AudioFileError) {
    func corrupt(_ reason: String) -> AudioFileError {
      AudioFileError(.corrupt, "read", input.name, reason, position: input.position)
    }
    guard let riff = try input.next(12) else {
      throw AudioFileError(
        .unknownFormat, "read", input.name, "it is shorter than a WAV header", position: input.position)
    }
    let kind = Self.text(riff, 0)
    if kind == "RIFX" {
      throw AudioFileError(.unsupported, "read", input.name, "it is big-endian WAV (RIFX)", position: 0)
    }
    guard ["RIFF", "RF64", "BW64"].contains(kind), Self.text(riff, 8) == "WAVE" else {
      throw AudioFileError(.unknownFormat, "read", input.name, "it does not begin with RIFF and WAVE", position: 0)
    }
    var description: (rate: SampleRate, channels: Int, format: SampleFormat)?
    var longDataSize: Int64?
    while true {
      guard input.position < Self.mostBytesBeforeData else {
        throw corrupt("the samples do not begin within its first 64 MiB")
      }
      guard let chunk = try input.next(8) else {
        throw corrupt(description == nil ? "it has no \"fmt \" chunk" : "it has no \"data\" chunk")
      }
      let size = Int64(Self.u32(chunk, 4))
      switch Self.text(chunk, 0) {
      case "fmt ":
        guard description == nil else { throw corrupt("it has two \"fmt \" chunks") }
        guard (16...4_096).contains(size) else { throw corrupt("its \"fmt \" chunk has \(size) bytes, not 16...4096") }
        guard let body = try input.next(Int(size)) else { throw corrupt("it ends within its \"fmt \" chunk") }
        if size % 2 == 1 { _ = try input.skip(1) }
        description = try Self.format(body, of: input)
      case "ds64":
        guard (24...4_096).contains(size), let body = try input.next(Int(size)) else {
          throw corrupt("its \"ds64\" chunk of \(size) bytes is damaged")
        }
        if size % 2 == 1 { _ = try input.skip(1) }
        let bytes = UInt64(Self.u32(body, 8)) | UInt64(Self.u32(body, 12)) << 32
        guard bytes <= UInt64(Int64.max) else { throw corrupt("its data size of \(bytes) bytes is impossible") }
        longDataSize = Int64(bytes)
      case "data":
        guard let (rate, channels, format) = description else {
          throw corrupt("its samples come before its \"fmt \" chunk")
        }
        sampleRate = rate
        self.channels = channels
        self.format = format
        // Writers into a pipe do not know the size: they leave 0 or a value at the upper end (sox 0x7FFFF000, arecord
        // 0x80000000 and near it, ffmpeg 0xFFFFFFFF).
        if size == 0xFFFF_FFFF, kind != "RIFF", let longDataSize, longDataSize > 0 {
          dataBytes = longDataSize
        } else {
          dataBytes = size == 0 || size >= 0x7FFF_0000 ? nil : size
        }
        return
      default:
        guard try input.skip(size + size % 2) == size + size % 2 else {
          throw corrupt("it ends within a chunk before the samples")
        }
      }
    }
  }

  private static func format(
    _ body: [UInt8], of input: ByteInput
  ) throws(AudioFileError) -> (SampleRate, Int, SampleFormat) {
    func refuse(_ reason: String) -> AudioFileError {
      AudioFileError(.unsupported, "read", input.name, reason, position: input.position)
    }
    var tag = u16(body, 0)
    let channels = u16(body, 2)
    let rate = u32(body, 4)
    let blockAlign = u16(body, 12)
    let bits = u16(body, 14)
    if tag == 0xFFFE {
      // WAVE_FORMAT_EXTENSIBLE: the real tag is the start of the GUID xxxxxxxx-0000-0010-8000-00AA00389B71.
      guard body.count >= 40 else { throw refuse("its extensible format has \(body.count) bytes, not 40") }
      let suffix: [UInt8] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
      guard Array(body[26..<40]) == suffix else { throw refuse("its extensible format is neither PCM nor float") }
      tag = u16(body, 24)
    }
    guard (1...32).contains(channels) else { throw refuse("it has \(channels) channels, not 1...32") }
    guard (1...768_000).contains(rate) else { throw refuse("its sample rate of \(rate) Hz is outside 1...768000") }
    let format: SampleFormat
    switch (tag, bits) {
    case (1, 8): format = .u8
    case (1, 16): format = .s16
    case (1, 24): format = .s24Packed
    case (1, 32): format = .s32
    case (3, 32): format = .float32
    case (3, 64): format = .float64
    case (1, _), (3, _): throw refuse("it has \(bits) bits for a sample")
    default: throw refuse("its samples are compressed (format tag \(tag))")
    }
    guard blockAlign == channels * format.bytesPerSample else {
      throw AudioFileError(
        .corrupt, "read", input.name,
        "its frames are said to have \(blockAlign) bytes, but \(channels) channels of \(bits) bit have "
          + "\(channels * format.bytesPerSample)", position: input.position)
    }
    return (SampleRate(hertz: rate), channels, format)
  }

  private static func text(_ bytes: [UInt8], _ at: Int) -> String {
    String(decoding: bytes[at..<at + 4], as: UTF8.self)
  }
  private static func u16(_ bytes: [UInt8], _ at: Int) -> Int { Int(bytes[at]) | Int(bytes[at + 1]) << 8 }
  private static func u32(_ bytes: [UInt8], _ at: Int) -> Int { u16(bytes, at) | u16(bytes, at + 2) << 16 }
}
