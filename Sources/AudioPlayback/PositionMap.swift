/// Which sample of the source is in the air when the device has played so many frames.
///
/// ```
///   device frames   0 ──────▶ 640 ──────▶ 960 (silence) ─────▶ 1600      one mark at the end of each block written;
///   source samples  0 ──────▶ 320 ──────▶ 320 ───────────────▶  640      between marks the line is straight
/// ```
/// A fixed number of marks; when they run out the newest is stretched, which only makes the line coarser.
struct PositionMap {
  private struct Mark {
    var device: Int64
    var source: Int64
  }
  private var marks: [Mark]
  private var head = 0
  private var count = 0
  private var base = Mark(device: 0, source: 0)

  init(capacity: Int = 256) { marks = Array(repeating: Mark(device: 0, source: 0), count: capacity) }

  /// Forgets all marks; the device's frame `device` is the source's sample `source`.
  mutating func restart(device: Int64, source: Int64) {
    base = Mark(device: device, source: source)
    (head, count) = (0, 0)
  }

  /// The block that ends at `device` frames ends at the source's sample `source`. Both only grow.
  mutating func append(device: Int64, source: Int64) {
    if count == marks.count { count -= 1 }
    marks[(head + count) % marks.count] = Mark(device: device, source: source)
    count += 1
  }

  /// The source's position when the device has played `played` frames. `played` only grows.
  mutating func source(whenPlayed played: Int64) -> Int64 {
    while count > 0, marks[head].device <= played {
      base = marks[head]
      head = (head + 1) % marks.count
      count -= 1
    }
    guard count > 0, played > base.device else { return base.source }
    let next = marks[head]
    return base.source + (played - base.device) * (next.source - base.source) / (next.device - base.device)
  }
}
