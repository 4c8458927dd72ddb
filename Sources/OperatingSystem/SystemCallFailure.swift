import Glibc

/// The errno of a system call that failed. What was to be done, and what to do about it, the caller's own error says.
package struct SystemCallFailure: Error, Hashable, Sendable {
  package var number: Int32

  package init(_ number: Int32) { self.number = number }

  /// The last call's errno on this thread; read it before anything else is called.
  package static var last: SystemCallFailure { SystemCallFailure(errno) }

  /// The C library's words for it, such as "permission denied", begun with a small letter.
  package var text: String { Self.text(of: number) }

  package static func text(of number: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 128)
    guard unsafe strerror_r(number, &buffer, buffer.count) == 0 else { return "unknown error" }
    let text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
