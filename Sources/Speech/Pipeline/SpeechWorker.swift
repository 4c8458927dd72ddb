import Audio

/// The thread that synthesises: takes clauses from the queue and puts their samples back.
struct SpeechWorker {
  let synthesiser: any Synthesiser
  /// What the sink takes.
  let rate: SampleRate
  let limits: SpeechPipeline.Limits
  let queue: Monitor<SpeechQueue>

  func run() {
    var converter = RateConverter(from: synthesiser.sampleRate, to: rate)
    while let (generation, waiting) = next() {
      put(.begin(waiting), generation, frames: 0)
      var failure: SpeechError?
      do {
        var goesOn = true
        if !waiting.clause.spoken.isEmpty {
          var leadIn = LeadIn(rate: synthesiser.sampleRate, isNeeded: waiting.number == 0)
          try synthesiser.synthesise(waiting.clause.spoken) { samples in
            goesOn = isCurrent(generation)
            if goesOn, !samples.isEmpty {
              goesOn = leadIn.pass(samples) { converter.convert($0) { put($0, generation) } }
            }
            return goesOn
          }
        }
        if goesOn { _ = converter.finish { put($0, generation) } }
      } catch {
        failure = error
      }
      converter.reset()
      queue.withLock { queue in
        queue.isSynthesising = false
        if queue.takes(generation) {
          queue.items.append(.end(number: waiting.number, failure))
        }
      }
      queue.wakeAll()
    }
  }

  private func next() -> (SpeechGeneration, SpeechQueue.Waiting)? {
    queue.wait { $0.isStopping || !$0.clauses.isEmpty }
    return queue.withLock { queue in
      guard !queue.isStopping else { return nil }
      queue.isSynthesising = true
      queue.isCollecting = true
      return (queue.generation, queue.clauses.removeFirst())
    }
  }

  private func isCurrent(_ generation: SpeechGeneration) -> Bool {
    queue.withLock { $0.takes(generation) }
  }

  /// Queues samples of `generation`, waiting while there are too many; false when nobody wants them any more.
  private func put(_ samples: Span<Float>, _ generation: SpeechGeneration) -> Bool {
    let limit = rate.frames(in: limits.ahead)
    queue.wait { !$0.takes(generation) || $0.pendingFrames < limit }
    var copy: [Float] = []
    copy.reserveCapacity(samples.count)
    for index in samples.indices { copy.append(samples[index]) }
    return put(.samples(copy, taken: 0), generation, frames: copy.count)
  }

  @discardableResult
  private func put(_ item: SpeechQueue.Item, _ generation: SpeechGeneration, frames: Int) -> Bool {
    let isTaken = queue.withLock { queue in
      guard queue.takes(generation) else { return false }
      queue.items.append(item)
      queue.pendingFrames += frames
      return true
    }
    queue.wakeAll()
    return isTaken
  }
}
