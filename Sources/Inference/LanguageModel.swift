/// A language model with function calling, as the session sees it: messages and tools in, text and calls out.
///
/// One generation runs at a time, several wait in order; the stream of a cancelled one ends within one token. Errors end
/// the stream.
public protocol LanguageModel: Sendable {
  /// What to call it in messages, for example the model file's own name.
  var name: String { get }

  /// Starts one answer. Cancel by ending the iteration or cancelling the task that iterates.
  func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error>

  /// Reads what a request will begin with while its last message, the user's, is still being spoken, so that less is left
  /// to read when it is over. Returns at once; a later call or an answer takes its place. Nothing is told of a failure:
  /// the answer will fail with it.
  func prefill(_ request: GenerationRequest)

  /// Whether an answer that is begun and thrown away costs nobody anything. A server has others to serve.
  var isAtHand: Bool { get }

  /// Whether it answers a command so soon that it can be asked several times before anybody waits.
  var isQuick: Bool { get }
}

extension LanguageModel {
  /// For models that have nothing to prepare.
  public func prefill(_ request: GenerationRequest) {}
  public var isAtHand: Bool { false }
  public var isQuick: Bool { false }
}
