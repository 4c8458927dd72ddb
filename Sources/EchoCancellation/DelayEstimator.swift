import Audio

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Finds how much later than predicted the loudspeaker's sound reaches the microphone.
///
/// ```
///   reference  ├──────────────── 1024 ms ─────────────────┤        both at 4 kHz; every 256 ms of playing the room's
///   microphone        ├────── 512 ms ───────┤                      response is estimated anew from the cross spectrum of
///              384 ms ┘                     └ 128 ms               the last second or two:
///   response   ·····▁▂█▄▂▁▁·····························            h = F⁻¹( Σ R* M / (Σ R* R + ε) )
///          -128 ms      384 ms                                     its first strong peak is the delay
/// ```
/// Dividing by the reference's own spectrum makes the peak of a voice as sharp as that of noise. The delay counts once
/// estimates in a row agree, the more of them the less the peak stands out. Where there is no echo (headphones) no peak stands out, and nothing is found. Allocates only
/// in `init`; one thread.
struct DelayEstimator {
  /// What can be found, in samples of 16 kHz: -128...384 ms.
  static let range = -2_048...6_144
  private static let decimation = 4
  private static let length = 4_096
  private static let block = 2_048
  private static let hop = 1_024
  /// Samples of 4 kHz by which the reference's stretch reaches beyond the microphone's block.
  private static let ahead = 512
  /// How much of what is known stays at each hop: half after 0.8 s.
  private static let memory: Float = 0.8
  /// Peaks below so many times the response's root mean square are chance; measured 14...34 in rooms, and up to 16 for a
  /// second or two where somebody speaks while nothing is heard of the loudspeaker.
  private static let prominence: Float = 10
  private static let certainty: Float = 18
  /// How often in a row an estimate must be found again: a certain one; a certain one that contradicts what was known;
  /// any other.
  private static let agreements = (certain: 1, other: 3, doubtful: 6)
  /// -70 dBFS.
  private static let quiet: Float = 1e-7

  /// The delay in samples of 16 kHz; nil while none has been found.
  private(set) var delay: Int?
  private let transform = FourierTransform(count: length)
  // [length] each: the newest samples, oldest first; the cross spectrum; the reference's power.
  private var microphone = [Float](repeating: 0, count: length)
  private var reference = [Float](repeating: 0, count: length)
  private var crossRe = [Float](repeating: 0, count: length)
  private var crossIm = [Float](repeating: 0, count: length)
  private var power = [Float](repeating: 0, count: length)
  private var re = [Float](repeating: 0, count: length)
  private var im = [Float](repeating: 0, count: length)
  private var microphoneFilter = Decimator()
  private var referenceFilter = Decimator()
  private var sinceHop = 0
  /// Samples that belong together so far.
  private var filled = 0
  /// The last estimate, and how often it has been found again.
  private var candidate: Int?
  private var agreed = 0

  /// Adds samples (a multiple of 4) of the microphone and as many of the reference, which belong together if the echo is
  /// as late as predicted. True: ``delay`` was estimated anew.
  mutating func observe(_ microphone: Span<Float>, reference: Span<Float>) -> Bool {
    let count = microphone.count / Self.decimation
    Self.append(microphone, count, through: &microphoneFilter, to: &self.microphone)
    Self.append(reference, count, through: &referenceFilter, to: &self.reference)
    filled = min(Self.length, filled + count)
    sinceHop += count
    guard sinceHop >= Self.hop, filled >= Self.block + Self.ahead else { return false }
    sinceHop = 0
    return estimate()
  }

  /// The samples that follow have nothing to do with those before.
  mutating func interrupt() {
    (filled, sinceHop, candidate, agreed) = (0, 0, nil, 0)
    for index in 0..<Self.length { (microphone[index], reference[index]) = (0, 0) }
  }

  /// The device may be another one: the delay is not known any more.
  mutating func reset() {
    interrupt()
    delay = nil
    forget()
  }

  private mutating func forget() {
    for index in 0..<Self.length { (crossRe[index], crossIm[index], power[index]) = (0, 0, 0) }
  }

  private mutating func estimate() -> Bool {
    // The reference in the real part, the microphone's block in the imaginary one: one transform for both.
    let first = Self.length - Self.block - Self.ahead
    var (sumR, sumM): (Float, Float) = (0, 0)
    for index in 0..<Self.length {
      re[index] = reference[index]
      im[index] = (first..<first + Self.block).contains(index) ? microphone[index] : 0
      sumR += re[index] * re[index]
      sumM += im[index] * im[index]
    }
    guard sumR > Self.quiet * Float(Self.length), sumM > Self.quiet * 1e-2 * Float(Self.block) else { return false }
    Self.run(transform, &re, &im)
    accumulate()
    respond()
    Self.run(transform, &im, &re)
    return settle()
  }

  /// Cross spectrum and power of what `re`, `im` hold the transform of.
  private mutating func accumulate() {
    let mask = Self.length - 1
    for k in 0..<Self.length {
      let n = (Self.length - k) & mask
      // R = (Z[k] + Z*[-k]) / 2, M = (Z[k] - Z*[-k]) / 2i.
      let (rr, ri) = ((re[k] + re[n]) / 2, (im[k] - im[n]) / 2)
      let (mr, mi) = ((im[k] + im[n]) / 2, (re[n] - re[k]) / 2)
      crossRe[k] = Self.memory * crossRe[k] + rr * mr + ri * mi
      crossIm[k] = Self.memory * crossIm[k] + rr * mi - ri * mr
      power[k] = Self.memory * power[k] + rr * rr + ri * ri
    }
  }

  /// Puts the response's spectrum into `re`, `im`: 100...1,700 Hz of it.
  private mutating func respond() {
    let (low, high) = (Self.length * 100 / 4_000, Self.length * 1_700 / 4_000)
    var mean: Float = 0
    for k in low..<high { mean += power[k] }
    let floor = 0.05 * mean / Float(high - low) + .leastNormalMagnitude
    for k in 0..<Self.length {
      let bin = min(k, Self.length - k)
      let weight = (low..<high).contains(bin) ? 1 / (power[k] + floor) : 0
      re[k] = crossRe[k] * weight
      im[k] = crossIm[k] * weight
    }
  }

  /// `re` holds the response (scaled): the microphone's block lies where it was recorded, so index 0 is a delay of 0.
  private mutating func settle() -> Bool {
    let (earliest, latest) = (Self.range.lowerBound / Self.decimation, Self.range.upperBound / Self.decimation)
    let mask = Self.length - 1
    var (largest, squares): (Float, Float) = (0, 0)
    for lag in earliest...latest {
      let x = abs(re[lag & mask])
      largest = max(largest, x)
      squares += x * x
    }
    let mean = (squares / Float(latest - earliest + 1)).squareRoot()
    guard largest > Self.prominence * mean else {
      candidate = nil
      return false
    }
    // The first arrival may be weaker than what a wall adds up to.
    var lag = earliest
    while abs(re[lag & mask]) <= 0.5 * largest { lag += 1 }
    while lag < latest, abs(re[(lag + 1) & mask]) > abs(re[lag & mask]) { lag += 1 }
    let found = lag * Self.decimation
    // 2 ms.
    agreed = candidate.map { abs($0 - found) <= 32 } ?? false ? agreed + 1 : 0
    candidate = found
    let isChange = delay.map { abs($0 - found) > 64 } ?? false
    let isCertain = largest > Self.certainty * mean
    let needed = isCertain ? isChange ? Self.agreements.other : Self.agreements.certain : Self.agreements.doubtful
    guard agreed >= needed else { return false }
    if isChange {
      // What was learnt of the old delay would only be in the way.
      forget()
    }
    delay = found
    return true
  }

  private static func run(_ transform: FourierTransform, _ re: inout [Float], _ im: inout [Float]) {
    var a = re.mutableSpan
    var b = im.mutableSpan
    transform.transform(&a, &b)
  }

  private static func append(
    _ samples: Span<Float>, _ count: Int, through filter: inout Decimator, to newest: inout [Float]
  ) {
    for index in 0..<length - count { newest[index] = newest[index + count] }
    for index in 0..<count { newest[length - count + index] = filter.next(samples, at: index * decimation) }
  }
}

/// 16 kHz → 4 kHz: a low pass of 1.8 kHz, 48 taps under a Hann window.
private struct Decimator {
  private static let taps = 48
  private static let coefficients: [Float] = (0..<taps).map { tap in
    let x = Double(tap) - Double(taps - 1) / 2
    let sinc = sin(2 * .pi * 1_800 / 16_000 * x) / (.pi * x)
    return Float(sinc * (0.5 - 0.5 * cos(2 * .pi * (Double(tap) + 0.5) / Double(taps))))
  }
  private let coefficients = Self.coefficients
  private var history = [Float](repeating: 0, count: taps)
  private var newest = 0

  /// Takes four samples and returns the next output.
  mutating func next(_ samples: Span<Float>, at start: Int) -> Float {
    for index in start..<start + 4 {
      history[newest] = samples[index]
      newest = newest + 1 == Self.taps ? 0 : newest + 1
    }
    var sum: Float = 0
    var place = newest
    for tap in 0..<Self.taps {
      sum += coefficients[tap] * history[place]
      place = place + 1 == Self.taps ? 0 : place + 1
    }
    return sum
  }
}
