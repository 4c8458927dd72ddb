/// Something that brings mono samples at a rate of its own, front to back: WAV, Ogg Opus or raw audio.
public protocol MonoReader: AnyObject {
  var sampleRate: SampleRate { get }
  /// Reads up to `samples.count` samples and returns how many; 0 only at the end.
  func read(into samples: inout MutableSpan<Float>) throws(AudioFileError) -> Int
}
