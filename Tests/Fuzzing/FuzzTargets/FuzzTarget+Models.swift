import TurnDetection
import WorkerProcess

extension FuzzTarget {
  static let models: [FuzzTarget] = [
    FuzzTarget("weights", exerciseWeights),
    FuzzTarget("onnx-metadata") { bytes in exerciseOnnxMetadata(bytes) },
    FuzzTarget("worker-messages", workerMessages),
  ]

  /// Frames are the same however their bytes were cut, and what is decoded is encoded to the same again.
  private static func workerMessages(_ bytes: [UInt8]) {
    exerciseWorkerProtocol(bytes)
    let whole = frames(of: [bytes])
    let half = bytes.count / 2
    require(frames(of: [Array(bytes[..<half]), Array(bytes[half...])]) == whole, "frames do not depend on the cut")
    for frame in whole {
      if let request = try? WorkerRequest(frame) {
        require((try? WorkerRequest(request.frame))?.frame == request.frame, "a request reads back the same")
      }
      if let event = try? WorkerEvent(frame) {
        require((try? WorkerEvent(event.frame))?.frame == event.frame, "an event reads back the same")
      }
    }
  }

  private static func frames(of pieces: [[UInt8]]) -> [WorkerFrame] {
    var decoder = WorkerFrameDecoder()
    var frames: [WorkerFrame] = []
    for piece in pieces {
      decoder.append(piece)
      do throws(WorkerError) {
        while let frame = try decoder.next() { frames.append(frame) }
      } catch {
        return frames
      }
    }
    return frames
  }
}
