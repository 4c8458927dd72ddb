/// What went wrong with a recogniser's files or its start.
///
/// The description reads: could not do X to Y: reason (number). What to do.
public struct TranscriptionError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable {
    /// A model or dictionary file is missing or cannot be read.
    case fileUnreadable
    /// A model or dictionary file does not hold what its name says.
    case fileInvalid
    /// A cache file cannot be written.
    case cacheUnwritable
    /// The phrases cannot be made into a language model.
    case phrasesInvalid
    /// A word has no pronunciation, and none can be derived from its letters.
    case unpronounceable
    /// The library refuses to start.
    case engineFailed
  }

  public var code: Code
  /// What was attempted, as it reads after "could not": `read /usr/share/…`.
  public var action: String
  public var reason: String
  public var errno: Int32?
  /// A full sentence that says what to do.
  public var remedy: String

  public init(_ code: Code, _ action: String, _ reason: String, errno: Int32? = nil, remedy: String) {
    self.code = code
    self.action = action
    self.reason = reason
    self.errno = errno
    self.remedy = remedy
  }

  public var description: String {
    let number = errno.map { " (errno \($0))" } ?? ""
    return "could not \(action): \(reason)\(number). \(remedy)"
  }
}
