import AsyncHTTPClient
import Glibc
import Inference
import NIOCore
import NIOHTTP1
import NIOPosix

/// Why one attempt failed, and whether another one may succeed.
struct RemoteFailure: Error {
  let error: InferenceError
  let isTransient: Bool
  /// What the server asked for.
  var retryAfter: Duration?

  static let cancelled = InferenceError(.cancelled, "the answer was cancelled", remedy: "Ask again.")

  init(_ error: InferenceError, isTransient: Bool = false, retryAfter: Duration? = nil) {
    self.error = error
    self.isTransient = isTransient
    self.retryAfter = retryAfter
  }

  /// A status other than 200.
  init(status: UInt, body: [UInt8], retryAfter: String?, address: ServerAddress, model: String) {
    let said = ServerMessage.text(of: body).map { ": \($0)" } ?? ""
    let isAway = [408, 429, 502, 503, 504].contains(status)
    let remedy =
      switch status {
      case 300..<400: "Write the address that it redirects to."
      case 401, 403: "Check the server's key and its file."
      case 404, 405: "Check the address, and that the server has the model \(model)."
      case 429, 503: "Wait until the server has loaded its model or has room."
      case 500...: "See the server's log."
      default: "Check that the server takes tools and streams, and see its log."
      }
    let code: InferenceError.Code =
      ServerMessage.saysContextExceeded(body) ? .contextExceeded : isAway ? .serverAway : .serverFailed
    self.init(
      InferenceError(code, "the server at \(address.authority) answered with \(status)\(said)", remedy: remedy),
      isTransient: isAway || status >= 500 && status != 501,
      retryAfter: retryAfter.flatMap { Int($0) }.flatMap { (0...3600).contains($0) ? .seconds($0) : nil })
  }

  /// What did not come in time. What waits longer for a slow server waits for nothing else, so it is not tried again.
  init(_ kind: TimeLimit.Kind, _ options: RemoteModelOptions) {
    let (what, limit) =
      switch kind {
      case .firstEvent: ("does not begin to answer", options.firstEventTimeout)
      case .idle: ("stopped in its answer", options.idleTimeout)
      case .total: ("takes too long", options.totalTimeout)
      }
    self.init(
      InferenceError(
        .serverAway, "the server at \(options.address.authority) \(what): nothing within \(limit)",
        remedy: "See whether the server is busy, or allow it more time."))
  }

  /// What the client threw.
  init(_ error: any Error, _ options: RemoteModelOptions, hasHead: Bool) {
    let (reason, number) = Self.reason(error)
    let authority = options.address.authority
    let isBroken = error is HTTPParserError
    if isBroken || hasHead {
      self.init(
        InferenceError(
          .serverFailed,
          "could not read the answer of the server at \(authority): \(isBroken ? "it is no HTTP" : reason)",
          errorNumber: number, remedy: "Check the address, and see the server's log."),
        isTransient: !isBroken)
    } else {
      self.init(
        InferenceError(
          .serverAway, "could not reach the server at \(authority): \(reason)", errorNumber: number,
          remedy: "Check the address, that the server runs, and the network."),
        isTransient: true)
    }
  }

  private static func reason(_ error: any Error) -> (text: String, errorNumber: Int32) {
    switch error {
    case let error as NIOConnectionError:
      if let first = error.connectionErrors.first { return reason(first.error) }
      return ("its name cannot be resolved", 0)
    case let error as IOError: return (unsafe String(cString: strerror(error.errnoCode)), error.errnoCode)
    case let error as HTTPClientError:
      switch error {
      case .connectTimeout: return ("the connection does not come about in time", 0)
      case .tlsHandshakeTimeout: return ("the encryption does not come about in time", 0)
      case .remoteConnectionClosed, .uncleanShutdown: return ("it closed the connection", 0)
      default: return (ServerMessage.cleaned(error.shortDescription) ?? "the client failed", 0)
      }
    case let error as ChannelError:
      if case .connectTimeout = error { return ("the connection does not come about in time", 0) }
      return ("the connection was closed", 0)
    default: return (ServerMessage.cleaned(String(describing: error)) ?? "an unknown error", 0)
    }
  }
}
