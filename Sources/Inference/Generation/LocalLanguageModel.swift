import Dispatch
import Synchronization
public import Tools

/// A model file, run in this process.
///
/// Safe to use from any thread. Generations run one after the other, in the order in which they were asked for, on a queue
/// of the model's own; nobody's thread waits for them.
public final class LocalLanguageModel: LanguageModel {
  public let name: String
  /// What the file is.
  public let information: ModelInformation
  private let engine: Mutex<LocalEngine>
  private let queue: DispatchQueue
  private let generations = Atomic<UInt64>(0)
  /// Answers that have been asked for and not begun.
  private let waiting = WaitingQueue()
  /// The newest ``prefill(_:)``.
  private let prefilling = Mutex<(request: GenerationRequest, cancellation: CancellationFlag)?>(nil)

  /// Maps and checks the file, takes the memory, starts the threads and computes one token, so that a broken model fails
  /// here and not in the middle of a turn.
  /// - Parameters:
  ///   - progress: told what takes long and how much of it is done, from any thread.
  ///   - report: told of what stops nothing, such as a damaged snapshot; from the model's own queue.
  /// - Throws: ``InferenceError``.
  public static func load(
    _ path: String, options: LocalModelOptions = LocalModelOptions(),
    progress: @escaping @Sendable (LoadingProgress) -> Void = { _ in },
    report: @escaping @Sendable (InferenceError) -> Void = { _ in }
  ) async throws -> LocalLanguageModel {
    let queue = DispatchQueue(label: "inference", qos: .userInitiated)
    return try await withCheckedThrowingContinuation { continuation in
      queue.async {
        do {
          continuation.resume(
            returning: try LocalLanguageModel(
              path, options: options, queue: queue, progress: progress, report: report))
        } catch {
          continuation.resume(throwing: error)
        }
      }
    }
  }

  private init(
    _ path: String, options: LocalModelOptions, queue: DispatchQueue,
    progress: @escaping @Sendable (LoadingProgress) -> Void,
    report: @escaping @Sendable (InferenceError) -> Void
  ) throws(InferenceError) {
    let engine = try LocalEngine(path, options: options, progress: progress, report: report)
    name = engine.information.name
    information = engine.information
    self.engine = Mutex(engine)
    self.queue = queue
  }

  public func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
    stream(request) { engine, cancellation, emit throws(InferenceError) in
      try engine.answer(request, cancellation: cancellation, emit: emit)
    }
  }

  /// Goes on with a text as it stands, without chat format and tools; of the request counts how to write.
  public func complete(
    _ text: String, as request: GenerationRequest
  ) -> AsyncThrowingStream<GenerationEvent, any Error> {
    stream { engine, cancellation, emit throws(InferenceError) in
      try engine.complete(text, as: request, cancellation: cancellation, emit: emit)
    }
  }

  /// - Parameter request: what may be read ahead already; nil: something else.
  private func stream(
    _ request: GenerationRequest? = nil,
    _ write:
      @escaping @Sendable (LocalEngine, CancellationFlag, (GenerationEvent) -> Void) throws(InferenceError) -> Void
  ) -> AsyncThrowingStream<GenerationEvent, any Error> {
    let id = generations.wrappingAdd(1, ordering: .relaxed).newValue
    let cancellation = CancellationFlag(while: waiting)
    waiting.enter()
    prefilling.withLock { prefilling in
      // What is being read is what is asked: it is nearly an answer.
      if let request, prefilling?.request == request { return }
      prefilling?.cancellation.cancel()
      prefilling = nil
    }
    return AsyncThrowingStream { (continuation: AsyncThrowingStream<GenerationEvent, any Error>.Continuation) in
      continuation.onTermination = { end in if case .cancelled = end { cancellation.cancel() } }
      queue.async { [self] in
        waiting.leave()
        do throws(InferenceError) {
          guard !cancellation.isCancelled else { return continuation.finish() }
          continuation.yield(.begun(generation: id))
          try engine.withLock { engine throws(InferenceError) in
            try write(engine, cancellation) { continuation.yield($0) }
          }
          continuation.finish()
        } catch {
          guard error.code == .cancelled else { return continuation.finish(throwing: error) }
          continuation.yield(.finished(.cancelled))
          continuation.finish()
        }
      }
    }
  }

  public var isAtHand: Bool { true }

  /// The one in the box, whose commands take some milliseconds, and others of its kind.
  public var isQuick: Bool { information.parameters <= 50_000_000 }

  public func prefill(_ request: GenerationRequest) {
    let cancellation = CancellationFlag(while: waiting)
    prefilling.withLock { prefilling in
      prefilling?.cancellation.cancel()
      prefilling = (request, cancellation)
    }
    queue.async { [self] in
      guard !cancellation.isCancelled else { return }
      try? engine.withLock { engine throws(InferenceError) in
        try engine.prefill(request, cancellation: cancellation)
      }
    }
  }

  /// Returns once everything asked of it so far is done; for tests.
  package func finishAll() async {
    await withCheckedContinuation { continuation in queue.async { continuation.resume() } }
  }

  /// Evaluates what every prompt with this system text and these tools begins with, so that the first turn does not wait
  /// for it. Returns when it is there.
  /// - Throws: ``InferenceError``.
  public func prepare(system: String, tools: [ToolDefinition]) async throws {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      queue.async { [self] in
        do {
          try engine.withLock { engine throws(InferenceError) in try engine.prepare(system: system, tools: tools) }
          continuation.resume()
        } catch {
          continuation.resume(throwing: error)
        }
      }
    }
  }
}
