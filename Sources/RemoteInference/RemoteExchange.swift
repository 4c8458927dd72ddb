import AsyncHTTPClient
import Inference
import NIOCore
import NIOHTTP1

/// One request and its answer.
struct RemoteExchange {
  /// Of the body of an error, in bytes.
  private static let maximumErrorBytes = 16384

  let client: HTTPClient
  let options: RemoteModelOptions
  let key: ServerKey?
  /// When all attempts have to be over.
  let end: ContinuousClock.Instant

  private enum Outcome {
    case done
    case failed(RemoteFailure)
    case late(TimeLimit.Kind?)
  }

  /// - Throws: a failure, transient only if nothing of the answer was given to `emit`.
  func run(
    _ body: [UInt8], assembler: ChatCompletionAssembler, emit: @escaping @Sendable (GenerationEvent) -> Void
  ) async throws(RemoteFailure) {
    let limit = TimeLimit(end: end)
    limit.expect(.firstEvent, within: options.firstEventTimeout)
    let outcome = await withTaskGroup(of: Outcome.self) { group in
      group.addTask {
        do throws(RemoteFailure) {
          try await exchange(body, assembler, limit, emit)
          return .done
        } catch {
          return .failed(error)
        }
      }
      group.addTask { .late(await limit.passed()) }
      let first = await group.next()
      // Cancelling the exchange closes its connection.
      group.cancelAll()
      // An exchange that ended at the same moment has the better reason.
      if case .late? = first, case .done? = await group.next() { return Outcome.done }
      return first ?? .late(nil)
    }
    if Task.isCancelled { throw RemoteFailure(RemoteFailure.cancelled) }
    switch outcome {
    case .done: return
    case .failed(let failure): throw failure
    case .late(let kind): throw RemoteFailure(kind ?? .total, options)
    }
  }

  private func exchange(
    _ body: [UInt8], _ assembler: ChatCompletionAssembler, _ limit: TimeLimit, _ emit: (GenerationEvent) -> Void
  ) async throws(RemoteFailure) {
    let response: HTTPClientResponse
    do {
      response = try await client.execute(request(body), timeout: .hours(2))
    } catch {
      throw RemoteFailure(error, options, hasHead: false)
    }
    guard response.status == .ok else {
      let body = await firstBytes(of: response.body)
      throw RemoteFailure(
        status: response.status.code, body: body, retryAfter: response.headers.first(name: "retry-after"),
        address: options.address, model: options.model)
    }
    let type = response.headers.first(name: "content-type")?.lowercased() ?? ""
    guard type.hasPrefix("text/event-stream") else {
      throw RemoteFailure(
        InferenceError(
          .serverFailed,
          "could not read the answer of the server at \(options.address.authority): it is no event stream",
          remedy: "Check the address, and that the server streams chat completions."))
    }
    var reader = AnswerReader(assembler, options: options)
    do throws(InferenceError) {
      try await read(response.body, &reader, limit, emit)
    } catch {
      throw RemoteFailure(error, isTransient: !reader.hasBegun && reader.isConnectionLost)
    }
  }

  private func read(
    _ body: HTTPClientResponse.Body, _ reader: inout AnswerReader, _ limit: TimeLimit, _ emit: (GenerationEvent) -> Void
  ) async throws(InferenceError) {
    var pieces = body.makeAsyncIterator()
    while !reader.isDone {
      let piece: ByteBuffer?
      do { piece = try await pieces.next() } catch {
        return try reader.breakOff(RemoteFailure(error, options, hasHead: true).error).forEach(emit)
      }
      guard let piece else { break }
      var failure: InferenceError?
      for event in reader.append(Array(piece.readableBytesView), failure: &failure) {
        if Task.isCancelled { throw RemoteFailure.cancelled }
        emit(event)
      }
      if let failure { throw failure }
      if reader.hasBegun { limit.expect(.idle, within: options.idleTimeout) }
    }
    // Returning before the body's end closes the connection.
    if Task.isCancelled, !reader.isComplete { throw RemoteFailure.cancelled }
    try reader.finish().forEach(emit)
  }

  private func request(_ body: [UInt8]) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: options.address.chatCompletions)
    request.method = .POST
    request.headers.add(name: "content-type", value: "application/json")
    request.headers.add(name: "accept", value: "text/event-stream")
    request.headers.add(name: "user-agent", value: "earshot")
    if let key { request.headers.add(name: "authorization", value: key.authorization) }
    request.body = .bytes(ByteBuffer(bytes: body))
    return request
  }

  private func firstBytes(of body: HTTPClientResponse.Body) async -> [UInt8] {
    var bytes: [UInt8] = []
    var pieces = body.makeAsyncIterator()
    while bytes.count < Self.maximumErrorBytes, let piece = try? await pieces.next() {
      bytes += piece.readableBytesView.prefix(Self.maximumErrorBytes - bytes.count)
    }
    return bytes
  }
}
