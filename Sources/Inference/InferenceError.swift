/// Why a model could not be loaded, asked or understood, and what to do about it.
public struct InferenceError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// The file cannot be opened or read.
    case fileUnreadable
    /// The file is damaged or is no model: a value outside what the format allows.
    case fileInvalid
    /// The file is sound but needs something that this engine does not have.
    case unsupported
    /// A request outside what the model or the engine takes.
    case requestInvalid
    /// The conversation does not fit into the context.
    case contextExceeded
    /// A schema that cannot be held to.
    case schemaUnsupported
    /// Not enough memory.
    case outOfMemory
    /// The server of a remote engine is away or does not answer in time.
    case serverAway
    /// The server answered with an error or with something that is no answer.
    case serverFailed
    /// The generation was cancelled.
    case cancelled
  }

  public let code: Code
  /// What was to be done to what, and why it could not be done, without a stop at the end.
  public let message: String
  /// The system's error number, 0 where there is none.
  public let errorNumber: Int32
  /// What the reader can do about it, as a sentence.
  public let remedy: String
  /// The tool whose call the model got wrong, where that is what happened: asking once more may help.
  public let miscalledTool: String?

  public init(
    _ code: Code, _ message: String, errorNumber: Int32 = 0, remedy: String, miscalledTool: String? = nil
  ) {
    self.code = code
    self.message = message
    self.errorNumber = errorNumber
    self.remedy = remedy
    self.miscalledTool = miscalledTool
  }

  public var description: String {
    errorNumber == 0 ? "\(message). \(remedy)" : "\(message) (errno \(errorNumber)). \(remedy)"
  }
}
