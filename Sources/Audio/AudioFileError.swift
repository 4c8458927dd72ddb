/// Why an audio file, pipe or block of bytes could not be read or written.
public struct AudioFileError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The operating system refused; see ``AudioFileError/errno``.
    case system
    /// Neither WAV nor Ogg Opus.
    case unknownFormat
    /// WAV or Opus of a kind that is not supported: compressed WAV, too many channels, a sample rate beyond the limits.
    case unsupported
    /// The bytes contradict themselves or the format.
    case corrupt
    /// The file ends before what its header promises.
    case truncated
    /// A well-formed file without a single sample.
    case empty
    /// The output would grow beyond what its format can hold.
    case tooLarge
  }

  public var code: Code
  /// What was being done: `read`, `write`.
  public var verb: String
  /// The file, pipe or description of the bytes.
  public var name: String
  /// What exactly is wrong, with the offending value.
  public var reason: String
  /// The byte position at which it was noticed, nil where there is none.
  public var position: Int64?
  /// The underlying errno, 0 where the system is not the cause.
  public var errno: Int32
  /// What to do about it.
  public var remedy: String

  public init(
    _ code: Code, _ verb: String, _ name: String, _ reason: String, position: Int64? = nil, errno: Int32 = 0,
    remedy: String? = nil
  ) {
    self.code = code
    self.verb = verb
    self.name = name
    self.reason = reason
    self.position = position
    self.errno = errno
    self.remedy = remedy ?? Self.usualRemedy(code)
  }

  public var description: String {
    var number = ""
    if errno != 0 { number = " (errno \(errno))" } else if let position { number = " (at byte \(position))" }
    return "could not \(verb) \(name): \(reason)\(number). \(remedy)"
  }

  private static func usualRemedy(_ code: Code) -> String {
    switch code {
    case .system: "Check the path and its permissions."
    case .unknownFormat: "Give a WAV or Ogg Opus file, or say that it is raw audio."
    case .unsupported: "Convert it to 16 bit PCM WAV."
    case .corrupt, .truncated: "Record or copy the file again."
    case .empty: "Give a recording that has sound in it."
    case .tooLarge: "Split the recording."
    }
  }
}
