import Audio

/// Takes the silence off the start of a reply. Voices begin with a pause (Flite's of 0.2 s) that a person waits through
/// without a reason; pauses between clauses stay, they belong to the sentence.
struct LeadIn {
  /// Below -50 dBFS nothing is heard of a voice.
  private static let threshold: Float = 0.003
  /// What stays before the first sound: consonants begin softly.
  private let margin: Int
  /// Silence that may still be dropped; a voice that stays silent for longer means it.
  private var limit: Int
  private var held: [Float] = []
  private var isOver: Bool

  /// `isNeeded`: false lets everything through.
  init(rate: SampleRate, isNeeded: Bool) {
    margin = rate.frames(in: .milliseconds(10))
    limit = rate.frames(in: .milliseconds(500))
    isOver = !isNeeded
  }

  /// Hands on what of `samples` is to be heard; false as soon as `deliver` returns it.
  mutating func pass(_ samples: Span<Float>, deliver: (Span<Float>) -> Bool) -> Bool {
    if isOver { return deliver(samples) }
    var onset = 0
    while onset < samples.count, abs(samples[onset]) < Self.threshold, onset < limit { onset += 1 }
    limit -= onset
    for index in max(0, onset - margin)..<onset { held.append(samples[index]) }
    if held.count > margin { held.removeFirst(held.count - margin) }
    if onset == samples.count { return true }
    isOver = true
    let start = held
    held = []
    return (start.isEmpty || deliver(start.span)) && deliver(samples.extracting(onset...))
  }
}
