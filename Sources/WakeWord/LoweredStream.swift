/// Makes a stream deeper and slower by ``factor``, as if it were played back too slowly.
///
/// Linear interpolation: what it adds lies above the speech that a wake word's network listens to. Allocates nothing after
/// `init`.
struct LoweredStream {
  /// All frequencies become 21/25 = 0.84 of what they were, three semitones less.
  private static let (step, parts): (Int32, Int32) = (21, 25)

  private var last: Int32 = 0
  /// Where the next sample lies between the last sample and the one that comes, in `parts`.
  private var phase: Int32 = 0
  /// The same before the newest samples.
  private var firstPhase: Int32 = 0

  /// Samples that `count` become, at most.
  static func maximumOutput(for count: Int) -> Int { (count + 1) * Int(parts) / Int(step) + 1 }

  mutating func reset() { (last, phase) = (0, 0) }

  /// Of how many of the newest samples `count` of what they became are made, 1 or more.
  func inputs(of count: Int) -> Int { (Int(firstPhase) + Int(Self.step) * (count - 1)) / Int(Self.parts) + 1 }

  /// Appends to `output` what `samples` become.
  mutating func lower(_ samples: Span<Int16>, into output: inout [Int16]) {
    firstPhase = phase
    for i in samples.indices {
      let next = Int32(samples[i])
      while phase < Self.parts {
        output.append(Int16((last * (Self.parts - phase) + next * phase) / Self.parts))
        phase += Self.step
      }
      phase -= Self.parts
      last = next
    }
  }
}
