/// The two decoders and what is known of the open utterance.
// Unchecked: made by one thread and handed over to the recogniser's thread, which alone uses it from then on.
final class PhraseListener: @unchecked Sendable {
  static let engine = "pocketsphinx"

  private let phrases: PocketSphinxDecoder
  private let general: PocketSphinxDecoder
  private let isPhrase: (@Sendable (String) -> Bool)?
  private var open: UtteranceID?
  private var heard: Int64 = 0
  private var heardAtPartial: Int64 = 0
  private var settled: Transcript?
  private(set) var partialText = ""

  /// How often the partial words are looked up: 100 ms of samples.
  private static let partialInterval: Int64 = 1_600

  init(phrases: PocketSphinxDecoder, general: PocketSphinxDecoder, isPhrase: (@Sendable (String) -> Bool)?) {
    self.phrases = phrases
    self.general = general
    self.isPhrase = isPhrase
  }

  func begin(_ id: UtteranceID) {
    close()
    phrases.start()
    general.start()
    open = id
    heard = 0
    heardAtPartial = 0
    settled = nil
    partialText = ""
  }

  func accept(_ samples: [Float], of id: UtteranceID) {
    guard open == id else { return }
    let integers = samples.map { Int16(max(-32_768, min(32_767, ($0 * 32_768).rounded()))) }
    phrases.process(integers)
    general.process(integers)
    heard += Int64(samples.count)
    settled = nil
    if heard - heardAtPartial >= Self.partialInterval {
      heardAtPartial = heard
      partialText = phrases.text
    }
  }

  /// The transcript of what was heard. The decoders can go on afterwards unless `isLast`.
  func settle(_ id: UtteranceID, isLast: Bool) -> Transcript? {
    guard open == id else { return nil }
    let transcript = settled ?? judge(id)
    settled = transcript
    if isLast { close() }
    return transcript
  }

  private func close() {
    guard open != nil else { return }
    phrases.end()
    general.end()
    open = nil
  }

  private func judge(_ id: UtteranceID) -> Transcript {
    let phrase = phrases.hypothesis()
    let other = general.hypothesis()
    var transcript = Transcript(utterance: id, text: phrase.text, engine: Self.engine, samples: heard)
    if phrase.text.isEmpty {
      transcript.text = other.text
      transcript.rejection = other.text.isEmpty ? .nothingHeard : .notAPhrase(agreement: 0)
      return transcript
    }
    let agreement = Agreement(
      phrasePhones: phrase.segments.flatMap { phrases.phones(of: $0.word) },
      generalPhones: other.segments.flatMap { general.phones(of: $0.word) },
      phraseScore: phrase.segments.reduce(0) { $0 + $1.acoustic },
      generalScore: other.segments.reduce(0) { $0 + $1.acoustic },
      frames: phrase.segments.filter { !$0.word.hasPrefix("<") }.reduce(0) { $0 + $1.last - $1.first + 1 })
    transcript.confidence = min(1, max(0, agreement.score))
    if agreement.isPhrase, isPhrase?(phrase.text) ?? true {
      if !other.text.isEmpty, other.text != phrase.text { transcript.alternatives = [other.text] }
    } else {
      transcript.rejection = .notAPhrase(agreement: min(1, max(0, agreement.score)))
      transcript.text = other.text.isEmpty ? phrase.text : other.text
      transcript.alternatives = other.text.isEmpty ? [] : [phrase.text]
    }
    return transcript
  }
}
