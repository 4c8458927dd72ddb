public import Audio

/// Makes speech of text, one clause at a time.
///
/// A synthesiser blocks the thread it is called on, so it is called from a thread of the speech stage, never from
/// Swift's pool. Whatever the text holds, it returns or throws: it neither traps nor runs without end.
public protocol Synthesiser: Sendable {
  /// What to call the voice in messages: `flite slt`, `espeak-ng de`.
  var name: String { get }
  /// The rate of every sample delivered.
  var sampleRate: SampleRate { get }
  /// The languages spoken, as BCP 47 tags (`en-US`), the main one first.
  var languages: [String] { get }

  /// Speaks `text` (plain words; see ``SpokenEnglish``) and delivers mono samples (-1...1) in order as they come.
  ///
  /// `deliver` returns whether to go on; after false nothing more is delivered and the call returns at once without an
  /// error. An empty span asks whether to go on while there is nothing to deliver yet. Text with nothing to pronounce
  /// delivers nothing, which is not an error.
  func synthesise(_ text: String, deliver: (Span<Float>) -> Bool) throws(SpeechError)
}
