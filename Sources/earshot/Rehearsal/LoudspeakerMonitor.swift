import Audio
import AudioCapture
import OperatingSystem
import SoundCards

/// Hears what a sound server really plays, by a PCM that captures it: what the assistant believes of its own loudspeaker is
/// one thing, what is still on its way through a server's buffers another.
final class LoudspeakerMonitor: Sendable {
  /// What was played, by the monotonic clock.
  let history = PlaybackHistory(duration: .seconds(30))
  private let source: MicrophoneSource
  private let thread: PlainThread

  /// Starts to listen to the PCM `device`.
  init(device: String) throws {
    let source = MicrophoneSource(device: device, period: .milliseconds(5))
    try opening(device) { try source.start() }
    self.source = source
    // Ends with the source, in `stop()`.
    thread = try startThread("monitor") { [history] in
      var samples = [Float](repeating: 0, count: 160)
      while !source.hasEnded {
        source.waitForSamples(samples.count, timeout: .milliseconds(100))
        let start = source.ring.consumedCount
        var span = samples.mutableSpan
        let count = source.ring.read(into: &span)
        guard count > 0 else { continue }
        if let time = source.captureTime(of: SampleTime(frames: start)) {
          history.write(samples.span.extracting(0..<count), at: PlaybackHistory.position(atNanoseconds: time))
        }
      }
    }
  }

  func stop() {
    source.stop()
    thread.join()
  }
}
