/// When speech begins and when a turn ends. Every time is rounded up to whole windows of the voice detector (32 ms).
public struct TurnConfiguration: Hashable, Sendable {
  /// A window with at least this speech probability is speech. 0.05...0.95.
  public var onsetThreshold: Float = 0.5
  /// Once speech has begun it goes on until the probability is below this. 0.01...``onsetThreshold``.
  public var offsetThreshold: Float = 0.35
  /// So long must speech last before it counts as begun: clicks and coughs are shorter. 0...1,000 ms.
  public var minimumSpeech: Duration = .milliseconds(96)
  /// So long must silence last before it is a pause, at which recognition may already be finished. Not above ``hangover``;
  /// 32...5,000 ms.
  public var pause: Duration = .milliseconds(96)
  /// So much silence ends a turn of which no more is known. 64...5,000 ms.
  public var hangover: Duration = .milliseconds(500)
  /// So much silence ends a turn whose words are complete. Not above ``hangover``; 0...5,000 ms.
  public var completeHangover: Duration = .milliseconds(160)
  /// So much silence ends a turn whose words are unfinished. Not below ``hangover``; 64...10,000 ms.
  public var unfinishedHangover: Duration = .milliseconds(1_400)
  /// Audio before the first speech that belongs to the turn: voice detectors miss the soft beginning of a word. 0...2,000 ms.
  public var preRoll: Duration = .milliseconds(320)
  /// A turn with less time than this from its first to its last speech is discarded. 0...2,000 ms.
  public var minimumTurn: Duration = .milliseconds(160)
  /// A turn is cut after this, pre-roll included. 1...120 s.
  public var maximumTurn: Duration = .seconds(15)

  public init() {}

  /// The same with every silence that ends a turn as long as this eagerness wants it, within the allowed.
  public func eager(_ eagerness: Eagerness) -> TurnConfiguration {
    func scaled(_ silence: Duration, _ limit: Duration) -> Duration { min(silence * eagerness.patience, limit) }
    var result = self
    result.hangover = max(pause, scaled(hangover, .seconds(5)))
    result.completeHangover = min(result.hangover, scaled(completeHangover, .seconds(5)))
    result.unfinishedHangover = max(result.hangover, scaled(unfinishedHangover, .seconds(10)))
    return result
  }

  /// The silence that ends a turn whose words are so far: half way between a complete one's and the usual one where it
  /// may go on.
  public func hangover(_ completeness: Completeness) -> Duration {
    switch completeness {
    case .unfinished: unfinishedHangover
    case .unknown: hangover
    case .mayGoOn: (completeHangover + hangover) / 2
    case .complete: completeHangover
    }
  }

  /// Everything that is wrong, each with its value and range; empty where nothing is.
  public var problems: [String] {
    var problems: [String] = []
    func check(_ name: String, _ value: Float, _ range: ClosedRange<Float>) {
      if !range.contains(value) {
        problems.append("\(name) is \(value), allowed are \(range.lowerBound) to \(range.upperBound)")
      }
    }
    func check(_ name: String, _ value: Duration, _ lower: Int, _ upper: Int) {
      if value < .milliseconds(lower) || value > .milliseconds(upper) {
        problems.append("\(name) is \(value), allowed are \(lower) to \(upper) ms")
      }
    }
    check("the onset threshold", onsetThreshold, 0.05...0.95)
    check("the offset threshold", offsetThreshold, 0.01...0.95)
    check("the minimum speech", minimumSpeech, 0, 1_000)
    check("the pause", pause, 32, 5_000)
    check("the silence that ends a turn", hangover, 64, 5_000)
    check("the silence that ends a complete turn", completeHangover, 0, 5_000)
    check("the silence that ends an unfinished turn", unfinishedHangover, 64, 10_000)
    check("the pre-roll", preRoll, 0, 2_000)
    check("the minimum turn", minimumTurn, 0, 2_000)
    check("the maximum turn", maximumTurn, 1_000, 120_000)
    if offsetThreshold > onsetThreshold {
      problems.append("the offset threshold \(offsetThreshold) is above the onset threshold \(onsetThreshold)")
    }
    if pause > hangover {
      problems.append("the pause \(pause) is longer than the silence \(hangover) that ends a turn")
    }
    if completeHangover > hangover {
      problems.append("the silence \(completeHangover) that ends a complete turn is longer than the usual \(hangover)")
    }
    if unfinishedHangover < hangover {
      problems.append(
        "the silence \(unfinishedHangover) that ends an unfinished turn is shorter than the usual \(hangover)")
    }
    if preRoll + minimumSpeech >= maximumTurn {
      problems.append("pre-roll and minimum speech leave nothing of the maximum turn \(maximumTurn)")
    }
    return problems
  }
}
