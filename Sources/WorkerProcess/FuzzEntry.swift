/// What a fuzzer calls with arbitrary bytes: they are cut into frames and decoded as requests and as events.
/// True when every frame was a message of one or the other.
@discardableResult
public func exerciseWorkerProtocol(_ bytes: [UInt8]) -> Bool {
  var decoder = WorkerFrameDecoder()
  decoder.append(bytes)
  do throws(WorkerError) {
    while let frame = try decoder.next() {
      if let request = try? WorkerRequest(frame) {
        precondition(request.frame.type == frame.type, "a request changed its type on the way")
      } else {
        _ = try WorkerEvent(frame)
      }
    }
  } catch {
    return false
  }
  return true
}

/// What a fuzzer calls with arbitrary bytes as an ONNX file. True when it was one.
@discardableResult
public func exerciseOnnxMetadata(_ bytes: [UInt8]) -> Bool { OnnxMetadata(bytes: bytes) != nil }
