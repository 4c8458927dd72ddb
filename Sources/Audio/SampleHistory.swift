/// The newest samples of a stream by their position: what a turn is cut out of once it is known where it began. Used by one
/// thread at a time; allocates only in ``utterance(from:to:)``.
public struct SampleHistory: Sendable {
  /// Samples kept.
  public let capacity: Int
  private var samples: [Float]
  /// Just after the newest sample.
  public private(set) var end: SampleTime
  private var count = 0

  /// Keeps the last `capacity` samples (1...2²⁶) of a stream that begins at `start`.
  public init(capacity: Int, start: SampleTime = .zero) {
    precondition((1...(1 << 26)).contains(capacity), "a history of \(capacity) samples is outside 1...2^26")
    self.capacity = capacity
    samples = [Float](repeating: 0, count: capacity)
    end = start
  }

  /// The oldest sample that is still there; ``end`` where there is none.
  public var start: SampleTime { SampleTime(frames: end.frames - Int64(count)) }

  /// Adds the samples that follow.
  public mutating func append(_ new: Span<Float>) {
    // Of more than fits only the end is kept.
    var source = max(0, new.count - capacity)
    var target = Int((end.frames + Int64(source)) % Int64(capacity))
    while source < new.count {
      samples[target] = new[source]
      source += 1
      target = target + 1 == capacity ? 0 : target + 1
    }
    end = end + new.count
    count = min(capacity, count + new.count)
  }

  /// The samples of `from`..<`to`, as far as they are there.
  public func utterance(from: SampleTime, to: SampleTime) -> Utterance {
    let first = min(max(from, start), end)
    let last = max(first, min(to, end))
    var part: [Float] = []
    part.reserveCapacity(last - first)
    var index = Int(first.frames % Int64(capacity))
    for _ in 0..<(last - first) {
      part.append(samples[index])
      index = index + 1 == capacity ? 0 : index + 1
    }
    return Utterance(samples: part, start: first)
  }
}
