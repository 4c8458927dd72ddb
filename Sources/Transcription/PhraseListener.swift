import Glibc

/// The two decoders and what is known of the open utterance.
// Unchecked: made by one thread and handed over to the recogniser's thread, which alone uses it from then on.
final class PhraseListener: @unchecked Sendable {
  static let engine = "pocketsphinx"

  private let phrases: PocketSphinxDecoder
  private let general: PocketSphinxDecoder
  private let meaning: (@Sendable (String) -> String?)?
  private let begins: (@Sendable (String) -> Bool)?
  private var open: UtteranceID?
  private var heard: Int64 = 0
  private var heardAtPartial: Int64 = 0
  private var settled: Transcript?
  /// Whether the open utterance was, when last asked, a phrase.
  private var isAccepted = false
  private var channels: [PocketSphinxDecoder.Channel?] = []
  /// The words so far: those that count, and behind them what the other model hears.
  private(set) var partialReadings = [""]

  /// How often the partial words are looked up: 50 ms of samples. Who cuts in waits for them.
  private static let partialInterval: Int64 = 800

  init(
    phrases: PocketSphinxDecoder, general: PocketSphinxDecoder, meaning: (@Sendable (String) -> String?)?,
    begins: (@Sendable (String) -> Bool)?
  ) {
    self.begins = begins
    self.phrases = phrases
    self.general = general
    self.meaning = meaning
  }

  func begin(_ id: UtteranceID) {
    close()
    channels = [phrases.channel, general.channel]
    isAccepted = false
    phrases.start()
    general.start()
    open = id
    heard = 0
    heardAtPartial = 0
    settled = nil
    partialReadings = [""]
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
      partialReadings = wordsSoFar()
    }
  }

  /// The transcript of what was heard. The decoders can go on afterwards unless `isLast`; until then it is not known
  /// what else was nearly heard, so that a phrase may still become ambiguous.
  func settle(_ id: UtteranceID, isLast: Bool) -> Transcript? {
    guard open == id else { return nil }
    if isLast {
      phrases.end()
      general.end()
    }
    let transcript = isLast ? judge(id, isOver: true) : settled ?? judge(id, isOver: false)
    settled = transcript
    isAccepted = transcript.isAccepted
    if isLast { forget() }
    return transcript
  }

  private func close() {
    guard open != nil else { return }
    phrases.end()
    general.end()
    forget()
  }

  /// The utterance is over in both decoders.
  private func forget() {
    open = nil
    // Microphone and room are learnt from understood phrases only: a slammed door, the radio or a cancelled utterance
    // would leave the next phrase misheard.
    if !isAccepted {
      phrases.channel = channels.first ?? nil
      general.channel = channels.last ?? nil
    }
  }

  private func judge(_ id: UtteranceID, isOver: Bool) -> Transcript {
    let phrase = phrases.hypothesis()
    let other = general.hypothesis()
    var transcript = Transcript(utterance: id, text: phrase.text, engine: Self.engine, samples: heard)
    if phrase.text.isEmpty {
      transcript.text = other.text
      transcript.wordTimes = other.wordTimes
      transcript.readings = generalReadings()
      transcript.rejection = other.text.isEmpty ? .nothingHeard : .notAPhrase(agreement: 0)
      return transcript
    }
    let (text, rival) = choose(phrase.text, among: isOver ? phrases.readings(within: 2 * Self.doubt) : [])
    let agreement = agreement(of: phrase, read: text, with: other)
    transcript.confidence = min(1, max(0, agreement.score))
    guard let text, agreement.isPhrase, !Self.isCompleted(text, from: other.text) else {
      transcript.rejection = .notAPhrase(agreement: min(1, max(0, agreement.score)))
      transcript.text = other.text.isEmpty ? phrase.text : other.text
      transcript.wordTimes = other.text.isEmpty ? phrase.wordTimes : other.wordTimes
      transcript.alternatives = other.text.isEmpty ? [] : [phrase.text]
      transcript.readings = other.text.isEmpty ? [] : generalReadings()
      return transcript
    }
    transcript.text = text
    if text == phrase.text { transcript.wordTimes = phrase.wordTimes }
    let opposites = Opposites(
      of: text, in: phrase, heardAs: other, phrasePhones: phrases.phones, generalPhones: general.phones)
    if let rival = rival ?? opposites.nearer(meaning: meaning) {
      transcript.rejection = .ambiguous
      transcript.alternatives = [rival]
    }
    if !other.text.isEmpty, other.text != text { transcript.alternatives.append(other.text) }
    return transcript
  }

  /// What the sounds may have been in everyday English; none while the utterance goes on.
  private func generalReadings() -> [Transcript.Reading] {
    // The work grows with the square of the length, and nobody commands for so long.
    guard heard <= Self.longestRead else { return [] }
    return general.readings(within: Self.generalRange, isTimed: true).prefix(Self.mostReadings).map { reading in
      Transcript.Reading(
        text: reading.text, likelihood: exp(-Double(reading.behind) / Self.generalScale),
        wordTimes: reading.hypothesis.wordTimes)
    }
  }

  /// Further behind, a reading weighs next to nothing.
  private static let generalRange = 500
  private static let mostReadings = 3
  /// Samples of 8 s.
  private static let longestRead: Int64 = 128_000
  /// The difference in the general decoder's score that makes a reading e times less likely. Of 120 free commands and 120
  /// other sentences in four voices, with 3 readings weighed so and a model sure to 0.6, 90 were carried out as meant and 3
  /// things done that nobody wanted (at 0.7 75 and 3); with the best reading alone, and a model sure to 0.8, 79 and 3.
  private static let generalScale = 100.0

  /// The words up to now: a phrase's as long as it sounds like one, else those of everyday English.
  private func wordsSoFar() -> [String] {
    let phrase = phrases.hypothesis()
    let other = general.hypothesis()
    // One word or two tell nothing, and "okay" is a whole sentence among the phrases.
    let isPhrase =
      !phrase.text.isEmpty
      && (other.wordTimes.count <= 2
        || begins?(phrase.text) ?? true && agreement(of: phrase, read: nil, with: other).isPhrase)
    return isPhrase ? [phrase.text, other.text] : [other.text, phrase.text]
  }

  /// How alike both decoders' words are; `text`: what of several readings the phrase is taken to be.
  private func agreement(
    of phrase: PocketSphinxDecoder.Hypothesis, read text: String?, with other: PocketSphinxDecoder.Hypothesis
  ) -> Agreement {
    let words = text == phrase.text ? nil : text
    return Agreement(
      phrasePhones: words.map { $0.split(separator: " ").flatMap { phrases.phones(of: String($0)) } }
        ?? phrase.segments.flatMap { phrases.phones(of: $0.word) },
      generalPhones: other.segments.flatMap { general.phones(of: $0.word) },
      phraseScore: phrase.segments.reduce(0) { $0 + $1.acoustic },
      generalScore: other.segments.reduce(0) { $0 + $1.acoustic },
      frames: phrase.segments.filter { !$0.word.hasPrefix("<") }.reduce(0) { $0 + $1.last - $1.first + 1 })
  }

  /// Whether the phrases' model has only added the end of a phrase that was not said: it knows no sentence that stops at
  /// "turn the fan", and hears "turn the fan on" in it. Both in words; `heard` is what the general model hears.
  static func isCompleted(_ phrase: String, from heard: String) -> Bool {
    let (phrase, heard) = (phrase.split(separator: " "), heard.split(separator: " "))
    guard let last = phrase.last, let end = heard.last else { return false }
    if heard.count < phrase.count, phrase.starts(with: heard) { return true }
    return phrase.dropLast().last == end && !heard.contains(last)
  }

  /// How far behind the best reading another phrase may be and still be what was said. Fitted on the numbers thirteen
  /// to nineteen and thirty to ninety in four voices: the one that was misheard was 130 behind; of 271 others, 265 were
  /// further ahead than this.
  private static let doubt = 250

  /// The phrase among the best readings, and the nearest one of another meaning, if it is near. Without a `meaning`
  /// every text is a phrase and none a rival.
  private func choose(
    _ best: String, among readings: [PocketSphinxDecoder.Reading]
  ) -> (text: String?, rival: String?) {
    guard let meaning else { return (best, nil) }
    var chosen: (text: String, meaning: String, behind: Int)?
    if let known = meaning(best) { chosen = (best, known, 0) }
    for reading in readings {
      guard let known = meaning(reading.text) else { continue }
      guard let first = chosen else {
        // The best reading is no phrase, a near one is: "switch on the fan on".
        if reading.behind <= Self.doubt { chosen = (reading.text, known, reading.behind) }
        continue
      }
      if known != first.meaning, abs(reading.behind - first.behind) < Self.doubt { return (first.text, reading.text) }
    }
    return (chosen?.text, nil)
  }
}
