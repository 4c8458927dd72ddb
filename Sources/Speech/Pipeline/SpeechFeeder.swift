import Audio

/// The thread that feeds the sink: takes samples from the queue as the sink has room, and keeps the timeline.
struct SpeechFeeder {
  let sink: any AudioSink
  let limits: SpeechPipeline.Limits
  let report: @Sendable (SpeechReport) -> Void
  let queue: Monitor<SpeechQueue>

  /// Fifteen characters a second, as English is spoken: for the time until a clause's length is known.
  private static let charactersPerSecond = 15

  private enum Step { case done(SpeechReport?), wait, stop }

  func run() {
    while true {
      queue.wait { $0.feederHasWork }
      switch queue.withLock({ step(&$0) }) {
      case .stop: return
      case .wait:
        // A full sink or a reply that is still being heard; a new reply or a cancelled one ends the wait.
        let generation = queue.withLock(\.generation)
        queue.wait(for: limits.fullSinkInterval) { $0.isStopping || $0.generation != generation || $0.isHeard }
      case .done(let said):
        // The synthesising thread may wait for room.
        queue.wakeAll()
        if let said { report(said) }
      }
    }
  }

  /// One step with the lock held, so that nothing of a cancelled reply can come after the cancelling. ``AudioSink/write(_:)``
  /// does not wait.
  private func step(_ queue: inout SpeechQueue) -> Step {
    if queue.isStopping { return .stop }
    let generation = queue.generation
    guard let item = queue.items.first else { return finish(&queue) }
    switch item {
    case .begin(let waiting):
      queue.items.removeFirst()
      queue.beginning = waiting
      return .done(nil)
    case .samples(let samples, let taken):
      let frame = sink.queuedFrames
      // A block at a time keeps the lock short.
      let count = sink.write(samples.span.extracting(taken..<min(samples.count, taken + 4_096)))
      guard count > 0 else { return .wait }
      queue.pendingFrames -= count
      if taken + count < samples.count {
        queue.items[0] = .samples(samples, taken: taken + count)
      } else {
        queue.items.removeFirst()
      }
      guard let waiting = queue.beginning else { return .done(nil) }
      queue.beginning = nil
      let expected = waiting.clause.spoken.utf8.count * sink.sampleRate.hertz / Self.charactersPerSecond
      queue.timeline.begin(waiting.clause.text, at: frame, expectedFrames: Int64(expected))
      let now = ContinuousClock.now
      return .done(
        .started(
          generation, clause: waiting.number,
          StartedClause(firstFrame: frame, at: now, latency: waiting.since.duration(to: now))))
    case .end(let number, let failure):
      queue.items.removeFirst()
      return .done(endClause(number, failure, &queue))
    }
  }

  private func endClause(_ number: Int, _ failure: SpeechError?, _ queue: inout SpeechQueue) -> SpeechReport {
    let end = sink.queuedFrames
    var start = end
    if queue.beginning != nil {
      queue.beginning = nil
      queue.timeline.skip()
    } else {
      start = min(end, queue.timeline.lastStart ?? end)
      queue.timeline.end(at: end)
    }
    if let failure { return .failed(queue.generation, clause: number, failure) }
    return .queued(queue.generation, clause: number, frames: start..<end)
  }

  /// What is due when no sample waits: the reply's end, and its being heard.
  private func finish(_ queue: inout SpeechQueue) -> Step {
    guard queue.isEnded, queue.isEmpty, !queue.isHeard else { return .done(nil) }
    guard let until = queue.allQueuedUntil else {
      let until = sink.queuedFrames
      queue.allQueuedUntil = until
      return .done(.allQueued(queue.generation, until: until))
    }
    guard sink.heardFrames >= until else { return .wait }
    queue.isHeard = true
    return .done(.heard(queue.generation))
  }
}
