import Audio

/// What lies between the two threads of the pipeline, as one value behind one lock.
struct SpeechQueue {
  struct Waiting {
    let number: Int
    let clause: Clause
    let since: ContinuousClock.Instant
  }
  enum Item {
    case begin(Waiting)
    case samples([Float], taken: Int)
    case end(number: Int, SpeechError?)
  }

  var isStopping = false
  var generation = SpeechGeneration(number: 0)
  /// No clause follows those that are here.
  var isEnded = true
  var clauses: [Waiting] = []
  var nextNumber = 0
  /// A clause is being synthesised.
  var isSynthesising = false
  /// Samples of that clause are wanted; false once its reply has been dropped.
  var isCollecting = false
  /// Synthesised and not yet in the sink.
  var items: [Item] = []
  var pendingFrames = 0
  var timeline = SpokenTimeline()
  /// Whether the clause that is being queued has had its first sample, and which it is.
  var beginning: Waiting?
  /// The reply's last position once all of it is queued.
  var allQueuedUntil: Int64?
  var isHeard = true

  /// Starts a new reply; what is left of the one before it is dropped.
  mutating func begin() -> SpeechGeneration {
    drop()
    generation = SpeechGeneration(number: generation.number + 1)
    timeline = SpokenTimeline()
    nextNumber = 0
    (isEnded, isHeard, allQueuedUntil) = (false, false, nil)
    return generation
  }

  /// Drops what has not reached the sink, and takes nothing more of this reply.
  mutating func drop() {
    clauses.removeAll()
    items.removeAll()
    pendingFrames = 0
    beginning = nil
    isCollecting = false
    (isEnded, isHeard, allQueuedUntil) = (true, true, nil)
  }

  /// Whether samples that are being made for `generation` are still wanted.
  func takes(_ generation: SpeechGeneration) -> Bool { self.generation == generation && isCollecting && !isStopping }

  /// Whether no clause of the present reply has been given yet, or all of it has been heard.
  var isQuiet: Bool { isHeard || nextNumber == 0 }

  var isEmpty: Bool { clauses.isEmpty && items.isEmpty && !isSynthesising }

  /// Whether the feeding thread has something to do or to look at.
  var feederHasWork: Bool { isStopping || !items.isEmpty || (isEnded && isEmpty && !isHeard) }
}
