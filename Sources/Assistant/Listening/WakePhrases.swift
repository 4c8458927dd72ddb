import Audio
import Transcription
public import WakeWord

/// What the assistant is called by, as it stands at the beginning of transcripts: taken off before anybody looks for a
/// command in them.
public struct WakePhrases: Hashable, Sendable {
  /// Lower case, as spoken: `hey jarvis`. Empty: it needs not be called.
  public let phrases: [String]
  private let words: [[String]]

  public init(_ phrases: [String] = []) {
    self.phrases = phrases
    words = phrases.map(Self.split)
  }

  /// What a detector listens for.
  public init(of detector: WakeWordDetector?) {
    self.init((detector?.words ?? []).map { $0.phrase.lowercased() })
  }

  /// The text without the wake phrase at its beginning, and whether there was one. What recognisers make of a name is
  /// rarely exact ("a jarvis", "hey service"): as many words as the phrase has are taken for it where a third of their
  /// letters at most differ, and fewer or more words where hardly any do. `isExpected`: it is known to have been said there,
  /// and half of the letters are enough.
  public func strip(_ text: String, isExpected: Bool = false) -> (rest: String, isCalled: Bool) {
    let spoken = text.split { $0 == " " || $0 == "\t" || $0 == "\n" }
    var nearest: (count: Int, distance: Int)?
    for phrase in words where !phrase.isEmpty {
      let wanted = phrase.joined()
      for count in [phrase.count, phrase.count - 1, phrase.count + 1] where (1...spoken.count + 1).contains(count) {
        guard count <= spoken.count else { continue }
        let heard = Self.split(spoken.prefix(count).joined(separator: " ")).joined()
        let distance = Self.distance(heard, wanted)
        let allowed = count == phrase.count ? (wanted.count + 1) / 3 : wanted.count / 6
        if distance <= allowed { return (spoken.dropFirst(count).joined(separator: " "), true) }
        // Of two that are as near the longer one: what is left of a name only confuses.
        if isExpected, distance <= wanted.count / 2,
          nearest.map({ (distance, -count) < ($0.distance, -$0.count) }) ?? true
        {
          nearest = (count, distance)
        }
      }
    }
    return nearest.map { (spoken.dropFirst($0.count).joined(separator: " "), true) } ?? (text, false)
  }

  /// The same for a whole transcript. `end`: up to where a name is known to have been heard, in samples of the utterance:
  /// where there is a pause behind a word that ends shortly before, all up to it is the name ("again on delete").
  func strip(
    _ transcript: Transcript, isExpected: Bool = false, upTo end: Int64? = nil
  ) -> (rest: Transcript, isCalled: Bool) {
    var rest = transcript
    let (text, isCalled) = strip(transcript.text, isExpected: isExpected)
    rest.text = text
    rest.wordTimes = []
    // What is left of a name, up to where there is a pause.
    if let end, !transcript.isAccepted,
      let count = residue(of: Self.times(of: text, in: transcript.wordTimes), upTo: end)
    {
      rest.text = text.split(separator: " ").dropFirst(count).joined(separator: " ")
    }
    let dropped = Self.count(transcript.text) - Self.count(rest.text)
    let cut = dropped > 0 && transcript.wordTimes.count >= dropped ? transcript.wordTimes[dropped - 1].upperBound : nil
    rest.readings = readings(transcript.readings, from: cut, hadName: isCalled, isExpected: isExpected)
    return (rest, isCalled || rest.text != text)
  }

  /// The readings without the name: what stands behind the place where it ended in the transcript, or what their letters tell.
  private func readings(
    _ readings: [Transcript.Reading], from cut: Int64?, hadName: Bool, isExpected: Bool
  ) -> [Transcript.Reading] {
    var rest: [Transcript.Reading] = []
    for reading in readings {
      let words = reading.text.split(separator: " ")
      let text: String
      if let cut, reading.wordTimes.count == words.count {
        text = zip(words, reading.wordTimes).drop { ($1.lowerBound + $1.upperBound) / 2 < cut }.map { $0.0 }
          .joined(separator: " ")
      } else {
        let (stripped, isCalled) = strip(reading.text, isExpected: isExpected)
        // With the name in it, it would be another sentence.
        if hadName, !isCalled { continue }
        text = stripped
      }
      // Those that differed in the name only are one.
      if let same = rest.firstIndex(where: { $0.text == text }) {
        rest[same].likelihood += reading.likelihood
      } else if !text.isEmpty {
        rest.append(Transcript.Reading(text: text, likelihood: reading.likelihood))
      }
    }
    rest.sort { $0.likelihood > $1.likelihood }
    guard let likeliest = rest.first?.likelihood else { return [] }
    return rest.map { Transcript.Reading(text: $0.text, likelihood: $0.likelihood / likeliest) }
  }

  private static func count(_ text: String) -> Int { text.split(separator: " ").count }

  /// When the words of the end of a text were said; nil where that is not known.
  private static func times(of text: String, in times: [Range<Int64>]) -> [Range<Int64>]? {
    times.count >= count(text) ? Array(times.suffix(count(text))) : nil
  }

  /// How many words at the beginning belong to a name that was heard up to `end`; nil for none.
  private func residue(of times: [Range<Int64>]?, upTo end: Int64) -> Int? {
    guard let times else { return nil }
    let last = zip(times, times.dropFirst()).enumerated().first { _, pair in
      (end - Self.longestLag...end).contains(pair.0.upperBound) && pair.1.lowerBound - pair.0.upperBound >= Self.pause
    }
    return last.map { $0.offset + 1 }
  }

  /// A network hears a name up to 300 ms after its end, in four voices.
  private static let longestLag = Int64(SampleRate.speech.frames(in: .milliseconds(350)))
  /// Between two words of a name there is none as long.
  private static let pause = Int64(SampleRate.speech.frames(in: .milliseconds(100)))

  private static func split(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  /// Levenshtein's.
  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.utf8), Array(b.utf8))
    var row = Array(0...b.count)
    for (i, x) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, y) in b.enumerated() {
        let best = min(row[j + 1] + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
        diagonal = row[j + 1]
        row[j + 1] = best
      }
    }
    return row[b.count]
  }
}
