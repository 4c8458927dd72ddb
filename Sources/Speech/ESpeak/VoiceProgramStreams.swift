import Glibc

extension VoiceProgram {
  /// The daemon's ends of the program's standard streams, and the program's ends until it is started. -1: closed.
  struct Streams {
    var input: Int32 = -1
    var output: Int32 = -1
    var error: Int32 = -1
    /// For standard input, output and error, in this order.
    private(set) var far: [Int32] = []

    struct Ready: OptionSet {
      let rawValue: Int
      static let input = Ready(rawValue: 1)
      static let output = Ready(rawValue: 2)
      static let error = Ready(rawValue: 4)
    }

    init(program: String) throws(SpeechError) {
      for stream in [\Streams.input, \.output, \.error] {
        var pair: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &pair) == 0 else {
          let number = errno
          closeAll()
          throw SpeechError(
            .startFailed, "cannot make the streams of \(program)", errorNumber: number,
            remedy: "Raise the limit of open files (ulimit -n).")
        }
        self[keyPath: stream] = pair[0]
        far.append(pair[1])
      }
    }

    mutating func closeFar() {
      for descriptor in far { _ = Glibc.close(descriptor) }
      far = []
    }

    mutating func closeAll() {
      closeFar()
      for stream in [\Streams.input, \.output, \.error] { close(stream) }
    }

    mutating func close(_ stream: WritableKeyPath<Streams, Int32>) {
      guard self[keyPath: stream] >= 0 else { return }
      _ = Glibc.close(self[keyPath: stream])
      self[keyPath: stream] = -1
    }

    /// Waits until a stream can be used. A closed one has descriptor -1, which poll(2) ignores.
    mutating func poll(wantsToSend: Bool, for timeout: Duration) -> Ready {
      if !wantsToSend { close(\.input) }
      var entries = [
        pollfd(fd: input, events: Int16(POLLOUT), revents: 0), pollfd(fd: output, events: Int16(POLLIN), revents: 0),
        pollfd(fd: error, events: Int16(POLLIN), revents: 0),
      ]
      let milliseconds = Int32(timeout.components.attoseconds / 1_000_000_000_000_000)
      guard unsafe Glibc.poll(&entries, 3, milliseconds) > 0 else { return [] }
      var ready = Ready()
      for (entry, flag) in zip(entries, [Ready.input, .output, .error]) where entry.revents != 0 { ready.insert(flag) }
      return ready
    }

    /// Sends what the socket takes now; a program that does not read any more has its input closed, which is its affair.
    mutating func send(_ bytes: [UInt8], from sent: inout Int) {
      let count = unsafe bytes.withUnsafeBytes {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: $0[sent...])
        return unsafe Glibc.send(input, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      if count > 0 {
        sent += count
      } else if count < 0, ![EAGAIN, EINTR].contains(errno) {
        sent = bytes.count
      }
    }

    /// Reads what has come. nil when there was nothing, or when the stream has ended and has been closed.
    mutating func receive(from stream: WritableKeyPath<Streams, Int32>, into buffer: inout [UInt8]) -> Int? {
      let descriptor = self[keyPath: stream]
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
      }
      if count > 0 { return count }
      if count == 0 || ![EAGAIN, EINTR].contains(errno) { close(stream) }
      return nil
    }
  }
}
