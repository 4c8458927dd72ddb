import Glibc
import OperatingSystem
import Synchronization
import WorkerProcess

/// The worker's end of the socket: one thread reads, any thread writes.
final class WorkerChannel: Sendable {
  private let socket: Int32
  private let writing = Mutex(())

  init(socket: Int32) { self.socket = socket }

  /// Starts the thread that reads requests. It also ends the process when the daemon is gone, whatever the library is
  /// doing at that moment, so that no orphan keeps a large model in memory.
  func startReading(into inbox: WorkerInbox) {
    do throws(SystemCallFailure) {
      _ = try PlainThread(name: "worker-read") { [self] in read(into: inbox) }
    } catch {
      complain("\(WorkerError.noThread("worker-read", errno: error.number))")
      exit(70)
    }
  }

  private func read(into inbox: WorkerInbox) {
    var decoder = WorkerFrameDecoder()
    while true {
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 262_144) { buffer, count in
        count = unsafe max(0, recv(socket, buffer.baseAddress, buffer.count, 0))
      }
      if bytes.isEmpty { _exit(0) }
      decoder.append(bytes)
      do throws(WorkerError) {
        while let frame = try decoder.next() { take(try WorkerRequest(frame), inbox) }
      } catch {
        complain("\(error)")
        _exit(65)
      }
    }
  }

  private func take(_ request: WorkerRequest, _ inbox: WorkerInbox) {
    switch request {
    case .hello: send(.hello(version: workerProtocolVersion))
    case .ping(let number): send(.pong(number))
    default: inbox.put(request)
    }
  }

  func send(_ event: WorkerEvent) { send(event.frame.bytes) }

  /// Cuts samples into messages of bounded size.
  func send(samples: Span<Float>, of id: UInt32) {
    var start = 0
    while start < samples.count {
      let end = min(samples.count, start + WorkerRequest.maximumSamples)
      var piece: [Float] = []
      piece.reserveCapacity(end - start)
      for index in start..<end { piece.append(samples[index]) }
      send(.audio(id: id, samples: piece))
      start = end
    }
  }

  private func send(_ bytes: [UInt8]) {
    writing.withLock { _ in
      var start = 0
      while start < bytes.count {
        let sent = unsafe bytes.withUnsafeBytes {
          unsafe Glibc.send(socket, $0.baseAddress! + start, $0.count - start, Int32(MSG_NOSIGNAL))
        }
        if sent <= 0 {
          if errno == EINTR { continue }
          _exit(0)
        }
        start += sent
      }
    }
  }
}

/// One line on standard error, which the daemon keeps the end of.
func complain(_ text: String) {
  let bytes = Array("\(text)\n".utf8)
  unsafe bytes.withUnsafeBytes { _ = unsafe write(2, $0.baseAddress!, $0.count) }
}
