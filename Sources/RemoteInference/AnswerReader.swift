import Inference

/// The bytes of a streamed answer to its events, within the limits on events and bytes.
struct AnswerReader {
  private var parser: ServerSentEventParser
  private var assembler: ChatCompletionAssembler
  private let maximumEvents: Int
  private let maximumBytes: Int
  private var events = 0
  private var bytes = 0
  /// Whether something of the answer came.
  private(set) var hasBegun = false
  /// Whether the server said that nothing more comes.
  private(set) var isDone = false
  /// Whether nothing of the answer is missing but what it took.
  var isComplete: Bool { assembler.isComplete }
  /// Whether it was the connection that failed.
  private(set) var isConnectionLost = false

  init(_ assembler: ChatCompletionAssembler, options: RemoteModelOptions) {
    self.assembler = assembler
    parser = ServerSentEventParser(maximumEventBytes: options.maximumEventBytes)
    maximumEvents = options.maximumEvents
    maximumBytes = options.maximumBytes
  }

  /// - Parameter failure: set where nothing can be read any more; the events before it are returned.
  mutating func append(_ piece: [UInt8], failure: inout InferenceError?) -> [GenerationEvent] {
    bytes += piece.count
    guard bytes <= maximumBytes else {
      failure = Self.tooMuch("\(maximumBytes) bytes")
      return []
    }
    var answer: [GenerationEvent] = []
    for data in parser.append(piece, failure: &failure) where !isDone {
      events += 1
      hasBegun = true
      do throws(InferenceError) {
        guard events <= maximumEvents else { throw Self.tooMuch("\(maximumEvents) events") }
        answer += try assembler.append(data)
        if case .finished? = answer.last { isDone = true }
      } catch {
        failure = error
        return answer
      }
    }
    return answer
  }

  /// The end of the body.
  mutating func finish() throws(InferenceError) -> [GenerationEvent] {
    isConnectionLost = !isDone
    return try assembler.finish()
  }

  /// The connection failed: that is no error where only the usage was missing.
  mutating func breakOff(_ error: InferenceError) throws(InferenceError) -> [GenerationEvent] {
    isConnectionLost = true
    guard assembler.isComplete else { throw error }
    return try assembler.finish()
  }

  private static func tooMuch(_ limit: String) -> InferenceError {
    InferenceError(
      .serverFailed, "could not read the server's answer: it is longer than \(limit)",
      remedy: "Check that the address is that of an OpenAI-compatible server.")
  }
}
