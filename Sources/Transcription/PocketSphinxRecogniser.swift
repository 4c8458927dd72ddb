import OperatingSystem
import Synchronization

/// The recogniser in the box: PocketSphinx with a language model of the configured phrases, and beside it a general
/// model of everyday English whose only task is to notice that something else was said.
///
/// Both decoders hear the samples as they come, on one thread of this object's own, so that at the end of speech only
/// the last 30 ms are left to do. While nobody speaks nothing is computed.
public final class PocketSphinxRecogniser: Recogniser {
  private enum Letter: Sendable {
    case begin(UtteranceID)
    case samples(UtteranceID, [Float])
    case settle(UtteranceID, isLast: Bool, @Sendable (Transcript) -> Void)
    case stop
  }

  /// Samples that may wait for the decoders: ten seconds. A machine that is so far behind cannot recognise in time
  /// anyway; what does not fit is dropped and counted.
  static let maximumWaiting = 160_000

  private let mailbox = Mailbox<Letter>()
  private let ledger = UtteranceLedger()
  private let thread: PlainThread

  /// Loads both models (0.3 s). `meaning` says what the configuration makes of a text: any string that is the same for
  /// phrases that do the same (the tool call as text, say), or nil for a text that is no phrase as a whole. With it,
  /// words that only resemble a phrase are rejected here already and the transcript holds what the general model heard;
  /// and two phrases that sound alike but do different things are not chosen between by chance. It is called on the
  /// recogniser's thread, some ten times an utterance. `begins` says whether a text may be the beginning of a phrase, so
  /// that partial words are those of everyday English otherwise; called twenty times a second.
  public init(
    models: PhraseModels, meaning: (@Sendable (String) -> String?)? = nil, begins: (@Sendable (String) -> Bool)? = nil
  ) throws(TranscriptionError) {
    let phrases = try PocketSphinxDecoder(
      acousticModel: models.acousticModel, dictionary: models.phraseDictionary, languageModel: models.phraseModel)
    let general = try PocketSphinxDecoder(
      acousticModel: models.acousticModel, dictionary: models.generalDictionary, languageModel: models.generalModel)
    let mailbox = mailbox
    let ledger = ledger
    // Made here and from now on used by the new thread only.
    let listener = PhraseListener(phrases: phrases, general: general, meaning: meaning, begins: begins)
    let box = Counters()
    counters = box
    do throws(SystemCallFailure) {
      thread = try PlainThread(name: "recognise") { Self.run(listener, mailbox, ledger, box) }
    } catch {
      throw TranscriptionError(
        .engineFailed, "start the recogniser's thread", "the system refuses it", errno: error.number,
        remedy: "Raise TasksMax of the service, or end other programs.")
    }
  }

  deinit { mailbox.put(.stop) }

  private final class Counters: Sendable {
    let waiting = Atomic<Int>(0)
    let dropped = Atomic<Int>(0)
  }
  private let counters: Counters

  public var name: String { PhraseListener.engine }
  public var state: RecogniserState { .ready }
  public var partialText: String { ledger.partialText }
  public var partialReadings: [String] { ledger.partialReadings }
  /// Samples dropped because the decoders were too far behind, since the start. Any thread.
  public var droppedSamples: Int { counters.dropped.load(ordering: .relaxed) }

  @discardableResult public func begin() -> UtteranceID {
    let id = ledger.begin()
    mailbox.put(.begin(id))
    return id
  }

  public func accept(_ samples: Span<Float>) {
    guard let id = ledger.open, samples.count > 0 else { return }
    let room = max(0, Self.maximumWaiting - counters.waiting.load(ordering: .relaxed))
    let count = min(room, samples.count)
    if count < samples.count { counters.dropped.add(samples.count - count, ordering: .relaxed) }
    guard count > 0 else { return }
    var copy: [Float] = []
    copy.reserveCapacity(count)
    for index in 0..<count { copy.append(samples[index]) }
    counters.waiting.add(count, ordering: .relaxed)
    mailbox.put(.samples(id, copy))
  }

  public func settle(_ completion: @escaping @Sendable (Transcript) -> Void) {
    guard let id = ledger.open else { return }
    mailbox.put(.settle(id, isLast: false, completion))
  }

  public func finish(_ completion: @escaping @Sendable (Transcript) -> Void) {
    guard let id = ledger.close() else { return }
    mailbox.put(.settle(id, isLast: true, completion))
  }

  public func cancel() { ledger.cancel() }

  private static func run(
    _ listener: PhraseListener, _ mailbox: Mailbox<Letter>, _ ledger: UtteranceLedger, _ counters: Counters
  ) {
    while true {
      switch mailbox.take() {
      case .begin(let id): listener.begin(id)
      case .samples(let id, let samples):
        counters.waiting.subtract(samples.count, ordering: .relaxed)
        // What is cancelled is not worth the work.
        guard ledger.isWanted(id) else { continue }
        listener.accept(samples, of: id)
        ledger.setPartial(listener.partialReadings, of: id)
      case .settle(let id, let isLast, let completion):
        if ledger.isWanted(id), let transcript = listener.settle(id, isLast: isLast), ledger.isWanted(id) {
          completion(transcript)
        }
      case .stop: return
      }
    }
  }
}
