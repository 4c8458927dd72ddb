import Glibc

/// Where the running program lies, and what belongs to it.
package enum ProgramFolder {
  /// The folder of the running executable, links resolved, without a slash at its end; empty (the root) where the
  /// system does not say.
  package static let path: String = {
    let path = unsafe [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
      count = unsafe max(0, readlink("/proc/self/exe", buffer.baseAddress!, buffer.count))
    }
    return String(decoding: path.prefix(upTo: path.lastIndex(of: UInt8(ascii: "/")) ?? 0), as: UTF8.self)
  }()

  /// Where a program or library called `name` that belongs to the running one may lie: beside it (a build folder), in
  /// `../libexec/earshot` or in `../lib/earshot`.
  package static func places(of name: String) -> [String] {
    ["", "/../libexec/earshot", "/../lib/earshot"].map { path + $0 + "/" + name }
  }
}
