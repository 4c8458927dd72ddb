import AsyncHTTPClient
public import Inference
import NIOCore
import NIOPosix
import Synchronization
import Tools

/// A model behind an OpenAI-compatible server (`/v1/chat/completions`), such as llama.cpp's or vLLM.
///
/// Nothing is sent before ``generate(_:)``. Attempts are repeated while nothing of the answer came: where the server is
/// away, says that it is busy or fails. Calls are checked against the tools' schemas, because a server may not hold its
/// model to them. An answer that is cancelled closes its connection. Safe to use from any thread.
public final class RemoteLanguageModel: LanguageModel {
  public let name: String
  private let options: RemoteModelOptions
  private let key: ServerKey?
  private let client: HTTPClient
  private let line = GenerationLine()
  private let calls = Atomic<UInt64>(0)

  /// Checks the options and reads the key; the server is not asked.
  /// - Throws: `requestInvalid`, `fileUnreadable` or `fileInvalid`.
  public init(_ options: RemoteModelOptions) throws(InferenceError) {
    try options.validate()
    self.options = options
    key = if let file = options.keyFile { try ServerKey(file: file) } else { nil }
    name = "\(options.model) at \(options.address.authority)"
    var configuration = HTTPClient.Configuration()
    configuration.timeout.connect = TimeAmount(options.connectTimeout)
    // The attempts are counted here, where it is known what failed.
    configuration.connectionPool.retryConnectionEstablishment = false
    // A key must not follow a redirection to somewhere else.
    configuration.redirectConfiguration = .disallow
    // A small answer that unpacks to a large one.
    configuration.decompression = .disabled
    configuration.httpVersion = .http1Only
    client = HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
  }

  // Retains the client until it has closed its connections.
  deinit { client.shutdown { _ in } }

  public func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
    // What waits in the stream is bounded by `maximumBytes`.
    AsyncThrowingStream { (continuation: AsyncThrowingStream<GenerationEvent, any Error>.Continuation) in
      let task = line.append { [self] number in
        do throws(InferenceError) {
          if Task.isCancelled { throw RemoteFailure.cancelled }
          continuation.yield(.begun(generation: number))
          try await answer(request) { continuation.yield($0) }
          continuation.finish()
        } catch {
          guard error.code == .cancelled else { return continuation.finish(throwing: error) }
          continuation.yield(.finished(.cancelled))
          continuation.finish()
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }

  /// Asks the server for the names of its models, to see whether it is there; the model of the options need not be one.
  /// - Returns: at most 1,000 names, made fit to be shown.
  /// - Throws: as ``generate(_:)`` does; `serverFailed` for an answer that lists no models.
  public func models() async throws(InferenceError) -> [String] {
    do throws(RemoteFailure) {
      let body = try await RemoteListing(client: client, options: options, key: key).body()
      guard let list = (try? JSONValue(parsing: body))?["data"]?.arrayValue else {
        throw RemoteFailure(
          InferenceError(
            .serverFailed, "the server at \(options.address.authority) does not list its models",
            remedy: "Check the address: it is that of an OpenAI-compatible server, mostly with /v1 at its end."))
      }
      return list.prefix(1000).compactMap { $0["id"]?.stringValue.flatMap(ServerMessage.cleaned) }
    } catch {
      throw error.error
    }
  }

  private func answer(
    _ request: GenerationRequest, emit: @escaping @Sendable (GenerationEvent) -> Void
  ) async throws(InferenceError) {
    let body = try request.openAI(model: options.model).bytes()
    let end = ContinuousClock.now.advanced(by: options.totalTimeout)
    var pause = options.backoff
    for attempt in 1... {
      let assembler = try ChatCompletionAssembler(request) { [self] in newCallID() }
      let exchange = RemoteExchange(client: client, options: options, key: key, end: end)
      do throws(RemoteFailure) {
        return try await exchange.run(body, assembler: assembler, emit: emit)
      } catch {
        let wait = min(max(pause, error.retryAfter ?? .zero), .seconds(10))
        guard error.isTransient, attempt < options.attempts, ContinuousClock.now.advanced(by: wait) < end else {
          throw error.error
        }
        do { try await Task.sleep(for: wait) } catch { throw RemoteFailure.cancelled }
        pause *= 2
      }
    }
  }

  private func newCallID() -> String {
    let number = calls.wrappingAdd(1, ordering: .relaxed).newValue
    // Others of this daemon and of earlier ones have to differ: a random part tells them apart.
    return "call_\(String(UInt64.random(in: 0...UInt64.max), radix: 36))_\(number)"
  }
}

extension TimeAmount {
  init(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
  }
}
