import Audio
import Tools

/// What was said to the assistant, kept as sound files beside what they mean, so that another program can be measured with
/// the very same speech.
struct Recording {
  let folder: String
  private var lines: [String] = []

  init(folder: String) { self.folder = folder }

  /// Keeps one line: half a second of silence, the speech at 16 kHz, and three seconds in which to answer it.
  /// - Throws: ``Audio/AudioFileError``.
  mutating func add(_ line: Script.Line, _ samples: [Float], expected: Script.Call?) throws {
    let name = "\(lines.count + 1).wav"
    let rate = SampleRate.speech
    let lead = rate.frames(in: .milliseconds(500))
    let whole =
      [Float](repeating: 0, count: lead) + samples + [Float](repeating: 0, count: rate.frames(in: .seconds(3)))
    let writer = try WAVWriter(path: folder + "/" + name)
    try writer.append(whole.span)
    try writer.finish()
    let last = (samples.lastIndex { abs($0) > Rehearsal.audible } ?? 0) + 1 + lead
    var entry: JSONObject = [
      "file": .string(name), "voice": .string(line.voice), "text": .string(line.words),
      "end_ms": .number(Double(last) / 16),
    ]
    if let expected { entry["call"] = ["name": .string(expected.name), "arguments": .object(expected.arguments)] }
    lines.append(JSONValue.object(entry).text())
  }

  /// Writes the list of what was kept.
  func finish() throws {
    try writeFile(folder + "/lines.jsonl", lines.joined(separator: "\n") + "\n")
  }
}
