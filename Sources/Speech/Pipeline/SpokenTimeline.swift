/// Which words of a reply lie at which frames of the sink.
///
/// ```
///   queued frames  ──0───────────5120──────────────12800────────▶
///   clauses          │ "It is 21 °C │ in the kitchen." │
///   heard ───────────────────────────────▲ "It is 21 °C in the"
/// ```
/// Inside a clause a word's place is estimated by its share of the clause's length, a digit counting as the word it
/// becomes; a voice says long words longer, but not quite in proportion, so it is an estimate.
struct SpokenTimeline {
  private struct Entry {
    let text: String
    let start: Int64
    var end: Int64
    var isComplete = false
  }

  private var entries: [Entry] = []
  /// Clauses that have not begun to sound.
  private(set) var waiting = 0

  /// A clause has been given to the pipeline.
  mutating func add() { waiting += 1 }

  /// The oldest waiting clause begins at `frame`; it is taken to be `expectedFrames` long until it is known.
  mutating func begin(_ text: String, at frame: Int64, expectedFrames: Int64) {
    waiting = max(0, waiting - 1)
    entries.append(Entry(text: text, start: frame, end: frame + expectedFrames))
  }

  /// The clause that began last ends before `frame`.
  mutating func end(at frame: Int64) {
    guard let last = entries.indices.last else { return }
    entries[last].end = max(entries[last].start, frame)
    entries[last].isComplete = true
  }

  /// A clause that has made no sound.
  mutating func skip() { waiting = max(0, waiting - 1) }

  /// The start of the clause that began last.
  var lastStart: Int64? { entries.last?.start }

  /// The text that has sounded before `frame`.
  func text(upTo frame: Int64) -> String {
    var parts: [String] = []
    for entry in entries where frame > entry.start {
      let part =
        frame >= entry.end && entry.isComplete
        ? entry.text : Self.prefix(of: entry.text, part: frame - entry.start, of: max(1, entry.end - entry.start))
      if !part.isEmpty { parts.append(part) }
    }
    return parts.joined(separator: " ")
  }

  /// Whether every clause given so far has sounded before `frame`.
  func isComplete(at frame: Int64) -> Bool {
    waiting == 0 && entries.allSatisfy { $0.isComplete && frame >= $0.end }
  }

  /// The words of `text` that are at least half inside of the first `part` of `whole` frames.
  static func prefix(of text: String, part: Int64, of whole: Int64) -> String {
    let words = text.split(separator: " ")
    let weights = words.map { word in word.unicodeScalars.reduce(1) { $0 + (("0"..."9").contains($1) ? 5 : 1) } }
    let total = weights.reduce(0, +)
    let heard = Double(total) * min(1, Double(part) / Double(whole))
    var (position, count) = (0.0, 0)
    for weight in weights {
      guard position + Double(weight) / 2 <= heard else { break }
      position += Double(weight)
      count += 1
    }
    return words.prefix(count).joined(separator: " ")
  }
}
