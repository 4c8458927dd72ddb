/// Why a wake word cannot be listened for.
public struct WakeWordError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The operating system refused; see ``WakeWordError/errno``.
    case system
    /// The manifest or the model is not what it claims to be.
    case corrupt
    /// A model, but not one that hears 40 features and answers with a probability.
    case wrongModel
    /// Settings outside their ranges.
    case invalidConfiguration
  }

  public var code: Code
  /// What could not be done to what: `load /…/hey_jarvis.tflite`.
  public var action: String
  /// What exactly is wrong, with the offending value.
  public var reason: String
  /// The underlying errno, 0 where the system is not the cause.
  public var errno: Int32
  /// What to do about it.
  public var remedy: String

  public init(_ code: Code, _ action: String, _ reason: String, errno: Int32 = 0, remedy: String) {
    self.code = code
    self.action = action
    self.reason = reason
    self.errno = errno
    self.remedy = remedy
  }

  public var description: String {
    "could not \(action): \(reason)\(errno == 0 ? "" : " (errno \(errno))"). \(remedy)"
  }
}
