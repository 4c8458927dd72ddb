import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server on the loopback interface whose answers are written byte for byte by the test.
final class LoopbackServer: Sendable {
  struct Request: Sendable {
    var method: String
    var path: String
    var headers: [String: String]
    var body: [UInt8]
  }

  enum Step: Sendable {
    /// These bytes, as they are; each step is flushed on its own.
    case write([UInt8])
    /// The same bytes again and again, as fast as they are read, until the client closes.
    case writeForever([UInt8])
    case close
    /// Nothing more; the client has to close.
    case wait
  }

  private struct State {
    var answers: [[Step]]
    var requests: [Request] = []
  }

  private let state: Mutex<State>
  private let channel: any Channel
  /// Numbers the connections that the client has closed, or that were closed for it.
  let closed: AsyncStream<Void>
  let port: Int

  /// - Parameter answers: one for each request, in order; the last one also for those that follow.
  init(_ answers: [[Step]]) async throws {
    let (closed, closing) = AsyncStream.makeStream(of: Void.self)
    let box = Box()
    channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.backlog, value: 16)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandlers([
            ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)),
            AnsweringHandler(answer: { box.server?.answer($0) ?? [.close] }, closing: closing),
          ])
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    state = Mutex(State(answers: answers))
    self.closed = closed
    port = channel.localAddress?.port ?? 0
    box.server = self
  }

  var url: String { "http://127.0.0.1:\(port)" }
  var requests: [Request] { state.withLock { $0.requests } }

  func stop() async { try? await channel.close() }

  private func answer(_ request: Request) -> [Step] {
    state.withLock { state in
      state.requests.append(request)
      return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
    }
  }

  private final class Box: Sendable {
    private let held = Mutex<LoopbackServer?>(nil)
    var server: LoopbackServer? {
      get { held.withLock { $0 } }
      set { held.withLock { $0 = newValue } }
    }
  }
}

/// Collects one request and writes what the test answers.
private final class AnsweringHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = ByteBuffer

  private let answer: (LoopbackServer.Request) -> [LoopbackServer.Step]
  private let closing: AsyncStream<Void>.Continuation
  private var request: LoopbackServer.Request?

  init(
    answer: @escaping (LoopbackServer.Request) -> [LoopbackServer.Step], closing: AsyncStream<Void>.Continuation
  ) {
    self.answer = answer
    self.closing = closing
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      let headers = Dictionary(head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
      request = LoopbackServer.Request(
        method: head.method.rawValue, path: head.uri, headers: headers, body: [])
    case .body(let part): request?.body += part.readableBytesView
    case .end:
      guard let request else { return }
      self.request = nil
      for step in answer(request) { carryOut(step, context) }
    }
  }

  private func carryOut(_ step: LoopbackServer.Step, _ context: ChannelHandlerContext) {
    switch step {
    case .write(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
    case .writeForever(let bytes): writeForever(bytes, context)
    case .close: context.close(promise: nil)
    case .wait: break
    }
  }

  private func writeForever(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
    let written = context.eventLoop.makePromise(of: Void.self)
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    written.futureResult.whenSuccess {
      let (handler, context) = bound.value
      handler.writeForever(bytes, context)
    }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: written)
  }

  func channelInactive(context: ChannelHandlerContext) {
    closing.yield()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
