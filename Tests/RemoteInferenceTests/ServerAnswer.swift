import Tools

/// The bytes of HTTP answers.
enum ServerAnswer {
  static let streamHead = Array(
    "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n".utf8)
  static let lastChunk = Array("0\r\n\r\n".utf8)

  static func chunk(_ bytes: [UInt8]) -> [UInt8] {
    Array("\(String(bytes.count, radix: 16))\r\n".utf8) + bytes + Array("\r\n".utf8)
  }

  static func event(_ json: String) -> [UInt8] { Array("data: \(json)\n\n".utf8) }

  static func text(_ text: String) -> [UInt8] {
    event(#"{"choices":[{"index":0,"delta":{"content":\#(JSONValue.string(text).text())},"finish_reason":null}]}"#)
  }

  static func end(_ reason: String) -> [UInt8] {
    event(#"{"choices":[{"index":0,"delta":{},"finish_reason":"\#(reason)"}]}"#)
  }

  static let usage = event(#"{"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":3}}"#)
  static let done = event("[DONE]")

  /// A whole answer, in pieces of `length` bytes, each in an HTTP chunk and a write of its own.
  static func stream(_ body: [UInt8], pieceLength length: Int = .max) -> [LoopbackServer.Step] {
    let length = min(length, max(1, body.count))
    let pieces = stride(from: 0, to: body.count, by: length).map {
      chunk(Array(body[$0..<min(body.count, $0 + length)]))
    }
    return [.write(streamHead)] + pieces.map { .write($0) } + [.write(lastChunk)]
  }

  static func error(_ status: String, _ body: String, headers: String = "") -> [LoopbackServer.Step] {
    [
      .write(
        Array(
          "HTTP/1.1 \(status)\r\ncontent-type: application/json\r\n\(headers)content-length: \(body.utf8.count)\r\n\r\n\(body)"
            .utf8))
    ]
  }
}
