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
    let end = transcript.isAccepted ? nil : end
    let (text, isCalled) = strip(transcript.text, transcript.wordTimes, isExpected: isExpected, upTo: end)
    rest.text = text
    rest.wordTimes = []
    rest.readings = []
    for reading in transcript.readings {
      let (text, _) = strip(reading.text, reading.wordTimes, isExpected: isExpected, upTo: end)
      // Those that differed in the name only are one.
      if let same = rest.readings.firstIndex(where: { $0.text == text }) {
        rest.readings[same].likelihood += reading.likelihood
      } else if !text.isEmpty {
        rest.readings.append(Transcript.Reading(text: text, likelihood: reading.likelihood))
      }
    }
    return (rest, isCalled)
  }

  private func strip(
    _ text: String, _ times: [Range<Int64>], isExpected: Bool, upTo end: Int64?
  ) -> (rest: String, isCalled: Bool) {
    let (text, isCalled) = strip(text, isExpected: isExpected)
    let words = text.split(separator: " ")
    guard let end, times.count >= words.count else { return (text, isCalled) }
    let times = times.suffix(words.count)
    let last = zip(times, times.dropFirst()).enumerated().first { _, pair in
      (end - Self.longestLag...end).contains(pair.0.upperBound) && pair.1.lowerBound - pair.0.upperBound >= Self.pause
    }
    return last.map { (words.dropFirst($0.offset + 1).joined(separator: " "), true) } ?? (text, isCalled)
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
