import Synchronization

/// A downloaded model with the recogniser in the box behind it: when the first cannot answer, the second hears the same
/// samples, and the turn is answered all the same.
///
/// The samples of the open utterance are kept until its transcript is there. Nothing is recognised twice while the
/// first engine is well.
public final class FallbackRecogniser: Recogniser {
  /// A minute; a turn is far shorter. What is said after it reaches only the first engine.
  static let maximumSamples = 60 * 16_000

  private struct Shared {
    var samples: [Float] = []
    /// True while the spare engine hears the open utterance, because the first was not ready at its beginning.
    var isOnSpare = false
  }

  private let first: any Recogniser
  private let spare: any Recogniser
  private let shared = Mutex(Shared())
  private let ledger = UtteranceLedger()
  /// The spare engine's verbs are called by the listen thread and, for an utterance that failed, from the first
  /// engine's thread; one at a time.
  private let spareVerbs = Mutex(())

  public init(first: any Recogniser, spare: any Recogniser) {
    self.first = first
    self.spare = spare
  }

  public var name: String { first.state.isReady ? first.name : spare.name }

  public var state: RecogniserState {
    if first.state.isReady || spare.state.isReady { return .ready }
    return first.state == .starting ? .starting : spare.state
  }

  @discardableResult public func begin() -> UtteranceID {
    let isOnSpare = !first.state.isReady
    let id = ledger.begin()
    shared.withLock {
      $0.samples.removeAll(keepingCapacity: true)
      $0.isOnSpare = isOnSpare
    }
    if isOnSpare {
      first.cancel()
      spareVerbs.withLock { _ in _ = spare.begin() }
    } else {
      first.begin()
    }
    return id
  }

  public func accept(_ samples: Span<Float>) {
    guard ledger.open != nil else { return }
    if shared.withLock({ $0.isOnSpare }) {
      spareVerbs.withLock { _ in spare.accept(samples) }
      return
    }
    first.accept(samples)
    shared.withLock {
      let room = min(samples.count, Self.maximumSamples - $0.samples.count)
      for index in 0..<room { $0.samples.append(samples[index]) }
    }
  }

  public var partialText: String { partialReadings[0] }
  public var partialReadings: [String] {
    shared.withLock { $0.isOnSpare } ? spare.partialReadings : first.partialReadings
  }

  public func settle(_ completion: @escaping @Sendable (Transcript) -> Void) {
    guard let id = ledger.open else { return }
    let mine = delivery(id, completion)
    if shared.withLock({ $0.isOnSpare }) {
      spareVerbs.withLock { _ in spare.settle(mine) }
    } else {
      let samples = shared.withLock { $0.samples }
      first.settle { [weak self] in self?.deliver($0, of: id, samples, mine) }
    }
  }

  public func finish(_ completion: @escaping @Sendable (Transcript) -> Void) {
    guard let id = ledger.close() else { return }
    let mine = delivery(id, completion)
    if shared.withLock({ $0.isOnSpare }) {
      spareVerbs.withLock { _ in spare.finish(mine) }
    } else {
      let samples = shared.withLock { $0.samples }
      first.finish { [weak self] in self?.deliver($0, of: id, samples, mine) }
    }
  }

  public func cancel() {
    ledger.cancel()
    first.cancel()
    spareVerbs.withLock { _ in spare.cancel() }
  }

  /// Gives the transcript this recogniser's own number, and drops it when the utterance was cancelled meanwhile.
  private func delivery(
    _ id: UtteranceID, _ completion: @escaping @Sendable (Transcript) -> Void
  ) -> @Sendable (Transcript) -> Void {
    let ledger = ledger
    return { transcript in
      guard ledger.isWanted(id) else { return }
      var transcript = transcript
      transcript.utterance = id
      completion(transcript)
    }
  }

  private func deliver(
    _ transcript: Transcript, of id: UtteranceID, _ samples: [Float],
    _ completion: @escaping @Sendable (Transcript) -> Void
  ) {
    guard case .engineFailed = transcript.rejection else { return completion(transcript) }
    guard spare.state.isReady, ledger.isWanted(id) else { return completion(transcript) }
    spareVerbs.withLock { _ in
      spare.begin()
      spare.accept(samples.span)
      spare.finish(completion)
    }
  }
}
