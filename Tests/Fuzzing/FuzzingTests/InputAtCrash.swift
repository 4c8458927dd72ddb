import Glibc

/// Says which input was being read when a trap ended the process, which no test report could.
enum InputAtCrash {
  private static let capacity = 512
  // Written by the one thread that replays, read by the signal handler in that thread; lives as long as the process.
  nonisolated(unsafe) private static let note: UnsafeMutablePointer<CChar> = {
    let note = UnsafeMutablePointer<CChar>.allocate(capacity: capacity)
    unsafe note.initialize(repeating: 0, count: capacity)
    return unsafe note
  }()
  private static let isArmed: Bool = {
    for number in [SIGILL, SIGTRAP, SIGABRT] {
      signal(number) { number in
        unsafe write(STDERR_FILENO, InputAtCrash.note, strlen(InputAtCrash.note))
        // Returning brings the same signal again, which then ends the process as it would have.
        signal(number, SIG_DFL)
      }
    }
    return true
  }()

  static func set(_ text: String) {
    var length = 0
    for byte in text.utf8.prefix(capacity - 1) {
      unsafe note[length] = CChar(bitPattern: byte)
      length += 1
    }
    unsafe note[length] = 0
    _ = isArmed
  }
}
