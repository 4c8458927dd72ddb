/// Why something could not be said, and what to do about it.
public struct SpeechError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// A voice's name that does not exist or is not allowed.
    case voiceUnknown
    /// A setting outside its range.
    case settingInvalid
    /// The program or library that makes the voice is not there.
    case notInstalled
    /// The text is longer than one call takes.
    case textTooLong
    /// The program could not be started.
    case startFailed
    /// No sample came within the time limit.
    case timedOut
    /// The program or the worker ended with an error.
    case voiceFailed
    /// The audio that came is not what was agreed.
    case audioInvalid
    /// The thread of the pipeline could not be made, or it has ended.
    case stopped
  }

  public let code: Code
  /// What was to be done to what, and why it could not be done, without a stop at the end.
  public let message: String
  /// The system's error number, 0 where there is none.
  public let errorNumber: Int32
  /// What the reader can do about it, as a sentence.
  public let remedy: String

  public init(_ code: Code, _ message: String, errorNumber: Int32 = 0, remedy: String) {
    self.code = code
    self.message = message
    self.errorNumber = errorNumber
    self.remedy = remedy
  }

  public var description: String {
    errorNumber == 0 ? "\(message). \(remedy)" : "\(message) (errno \(errorNumber)). \(remedy)"
  }
}
