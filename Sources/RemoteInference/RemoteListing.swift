import AsyncHTTPClient
import Inference
import NIOCore
import NIOHTTP1

/// One look at the server's list of models.
struct RemoteListing {
  /// In bytes; the lists of large servers have some hundred names.
  private static let maximumBytes = 1 << 20

  let client: HTTPClient
  let options: RemoteModelOptions
  let key: ServerKey?

  /// The list as the server wrote it.
  func body() async throws(RemoteFailure) -> [UInt8] {
    var request = HTTPClientRequest(url: options.address.models)
    request.headers.add(name: "accept", value: "application/json")
    request.headers.add(name: "user-agent", value: "earshot")
    if let key { request.headers.add(name: "authorization", value: key.authorization) }
    var hasHead = false
    do {
      let response = try await client.execute(request, timeout: TimeAmount(options.firstEventTimeout))
      hasHead = true
      var bytes: [UInt8] = []
      for try await piece in response.body {
        bytes += piece.readableBytesView.prefix(Self.maximumBytes - bytes.count)
        if bytes.count == Self.maximumBytes { break }
      }
      guard response.status == .ok else {
        throw RemoteFailure(
          status: response.status.code, body: bytes, retryAfter: nil, address: options.address, model: options.model)
      }
      return bytes
    } catch let failure as RemoteFailure {
      throw failure
    } catch {
      throw RemoteFailure(error, options, hasHead: hasHead)
    }
  }
}
