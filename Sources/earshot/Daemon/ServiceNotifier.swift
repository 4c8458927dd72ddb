import Glibc

/// Tells systemd how the service is doing: sd_notify(3)'s protocol, one datagram per message, without its library.
/// Does nothing where nobody listens (NOTIFY_SOCKET unset). Any thread.
struct ServiceNotifier: Sendable {
  private let path: String?
  /// How often the watchdog wants to hear something; nil where there is none.
  let watchdogInterval: Duration?

  init(environment: [String: String]) {
    path = environment["NOTIFY_SOCKET"].flatMap { $0.isEmpty || $0.utf8.count > 107 ? nil : $0 }
    // Half the limit, as sd_watchdog_enabled(3) advises.
    watchdogInterval = environment["WATCHDOG_USEC"].flatMap(Int64.init).map { .microseconds(max(1, $0 / 2)) }
  }

  func ready(status: String) { send("READY=1\nSTATUS=\(status)") }
  func status(_ status: String) { send("STATUS=\(status)") }
  func watchdog() { send("WATCHDOG=1") }
  func stopping() { send("STOPPING=1") }

  private func send(_ message: String) {
    guard let path else { return }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(path.utf8)
    // A leading @ means the abstract namespace, whose names start with a zero byte.
    if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    let text = Array(message.utf8)
    unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
        _ = unsafe sendto(descriptor, text, text.count, Int32(MSG_NOSIGNAL), target, length)
      }
    }
  }
}
