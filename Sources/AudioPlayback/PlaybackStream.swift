import Audio
import SoundCards

/// One open device's side of the playback: takes samples from the ring, converts them to the device's format and writes
/// them, and knows which sample is in the air. Memory is taken once, at the start.
struct PlaybackStream: ~Copyable {
  let format: PCMFormat
  /// Frames that the device has taken since it was opened, silence included.
  private(set) var written: Int64 = 0

  private let encoder: FrameEncoder
  private var resampler: Resampler
  // One block: at most a period of the device.
  private var input: [Float]
  private var output: [Float]
  private var bytes: [UInt8]
  // Converted frames of `bytes` that the device has not taken yet.
  private var stagedStart = 0
  private var stagedEnd = 0
  private var map = PositionMap()
  // The resampler's lag: what it has consumed and not yet brought out.
  private var silenceSinceSamples = 0
  // The newest samples taken from the ring, by their number modulo the capacity: a pause takes back what the device drops.
  private var recent: [Float]
  private var recentEnd: Int64 = 0
  // The next sample to be played; before `recentEnd` after a pause.
  private var next: Int64 = 0
  // Samples after a pause that are still faded in: speech that begins in the middle of a wave would click.
  private var fading = 0
  private let fade: Int
  private var history: HistoryWriter

  init(format: PCMFormat, sampleRate: SampleRate, history: PlaybackHistory) {
    self.format = format
    encoder = FrameEncoder(format: format.sampleFormat, channels: format.channels)
    resampler = Resampler(from: sampleRate, to: format.rate)
    let block = max(1, format.periodFrames * sampleRate.hertz / format.rate.hertz)
    input = [Float](repeating: 0, count: block)
    let largest = resampler.maximumOutputCount(forInputCount: block)
    output = [Float](repeating: 0, count: largest)
    bytes = [UInt8](repeating: 0, count: largest * format.bytesPerFrame)
    // What a sound server and its device hold is less.
    recent = [Float](repeating: 0, count: sampleRate.hertz)
    fade = max(1, sampleRate.hertz / 200)
    self.history = HistoryWriter(history: history, format: format, block: largest)
  }

  /// Begins a reply: the next sample taken from the ring is number `source`.
  mutating func begin(source: Int64) {
    resampler.reset()
    (stagedStart, stagedEnd) = (0, 0)
    silenceSinceSamples = 0
    map.restart(device: written, source: source)
    (recentEnd, next, fading) = (source, source, 0)
  }

  /// The device has dropped what it had: sample number `source` is played next, as far back as is remembered.
  mutating func rewind(to source: Int64) {
    let target = max(min(source, recentEnd), recentEnd - Int64(recent.count), 0)
    resampler.reset()
    (stagedStart, stagedEnd) = (0, 0)
    silenceSinceSamples = 0
    map.restart(device: written, source: target)
    (next, fading) = (target, fade)
  }

  /// True while samples that were taken from the ring are to be played again.
  var hasReplay: Bool { next < recentEnd }

  /// True while converted frames wait for the device.
  var hasStaged: Bool { stagedStart < stagedEnd }

  /// Moves samples from `ring` to `device` until the ring is empty or the device takes no more; the samples taken from
  /// the ring, or a negative errno.
  mutating func feed<Port: PCMPort & ~Copyable>(_ device: borrowing Port, from ring: SampleRing) -> Int {
    var taken = 0
    while true {
      let result = writeStaged(to: device)
      if result < 0 { return result }
      if hasStaged { return taken }
      let count = hasReplay ? replay() : take(from: ring)
      if count == 0 { return taken }
      taken += count
      silenceSinceSamples = 0
      fadeIn(count)
      stage(count, source: next)
    }
  }

  /// Writes a block of silence after the last sample, number `source`; the frames of it, or a negative errno.
  mutating func feedSilence<Port: PCMPort & ~Copyable>(_ device: borrowing Port, source: Int64) -> Int {
    for index in input.indices { input[index] = 0 }
    silenceSinceSamples += input.count
    stage(input.count, source: source)
    let frames = stagedEnd
    let result = writeStaged(to: device)
    return result < 0 ? result : frames
  }

  /// The sample in the air while the device has `delay` frames before it.
  mutating func heard(delay: Int) -> Int64 { map.source(whenPlayed: written - Int64(max(0, delay))) }

  private mutating func take(from ring: SampleRing) -> Int {
    let count = Self.read(ring, into: &input)
    for index in 0..<count { recent[Int(recentEnd + Int64(index)) % recent.count] = input[index] }
    recentEnd += Int64(count)
    next = recentEnd
    return count
  }

  private mutating func replay() -> Int {
    let count = min(input.count, Int(recentEnd - next))
    for index in 0..<count { input[index] = recent[Int(next + Int64(index)) % recent.count] }
    next += Int64(count)
    return count
  }

  private mutating func fadeIn(_ count: Int) {
    guard fading > 0 else { return }
    for index in 0..<min(count, fading) { input[index] *= 1 - Float(fading - index) / Float(fade) }
    fading = max(0, fading - count)
  }

  /// At the monotonic time `now`, in nanoseconds, the running device had `delay` frames before it.
  mutating func observe(delay: Int, at now: Int64) { history.observe(delay: delay, at: now) }

  /// The device stands still since `now`.
  mutating func stand(at now: Int64) { history.end(at: now) }

  private mutating func stage(_ count: Int, source: Int64) {
    let produced = Self.resample(input, count: count, by: &resampler, into: &output)
    Self.encode(output, count: produced, by: encoder, into: &bytes)
    (stagedStart, stagedEnd) = (0, produced)
    guard produced > 0 else { return }
    let lag = max(0, resampler.latency - silenceSinceSamples)
    map.append(device: written + Int64(produced), source: source - Int64(lag))
  }

  // 0 or a negative errno; -EAGAIN is no error, the device is full.
  private mutating func writeStaged<Port: PCMPort & ~Copyable>(to device: borrowing Port) -> Int {
    while hasStaged {
      // ALSA refuses a whole write for which there is less than a period of room; what fits it takes.
      let room = device.available()
      if room < 0 { return room }
      let frames = min(room, stagedEnd - stagedStart)
      if frames == 0 { return 0 }
      let start = stagedStart * format.bytesPerFrame
      let result = Self.write(bytes, from: start, to: start + frames * format.bytesPerFrame, frames: frames, device)
      if result == -Int(tryAgain) || result == 0 { return 0 }
      if result < 0 { return result }
      let taken = min(result, stagedEnd - stagedStart)
      history.append(output, from: stagedStart, to: stagedStart + taken)
      stagedStart += taken
      written += Int64(taken)
    }
    return 0
  }

  // Functions of the parts, since a span of one property keeps the whole value from being used.

  private static func read(_ ring: SampleRing, into input: inout [Float]) -> Int {
    var span = input.mutableSpan
    return ring.read(into: &span)
  }

  private static func resample(
    _ input: [Float], count: Int, by resampler: inout Resampler, into output: inout [Float]
  ) -> Int {
    var span = output.mutableSpan
    return resampler.process(input.span.extracting(first: count), into: &span).produced
  }

  private static func encode(_ output: [Float], count: Int, by encoder: FrameEncoder, into bytes: inout [UInt8]) {
    var span = bytes.mutableSpan
    // Bytes have no invariant that raw writing could break.
    var raw = unsafe span.mutableBytes
    encoder.encode(output.span.extracting(first: count), into: &raw)
  }

  private static func write<Port: PCMPort & ~Copyable>(
    _ bytes: [UInt8], from start: Int, to end: Int, frames: Int, _ device: borrowing Port
  ) -> Int {
    // Bytes can be read as anything.
    unsafe device.write(bytes.span.bytes.extracting(start..<end), frames: frames)
  }
}
