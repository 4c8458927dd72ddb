import Glibc

/// Finds what is shipped beside the executable: weights, example configurations, the worker, the virtual sound card.
enum ResourceFiles {
  /// The folder of the running executable, links resolved.
  static let executableFolder: String = {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1)
    guard count > 0 else { return "." }
    let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
  }()

  /// The first of the places where `name` may lie that has it: the folder that EARSHOT_SHARE names, then an
  /// installation (`bin/../share/earshot`), then a checkout (`.build/<triple>/release` below the repository).
  static func locate(_ name: String) -> String? {
    var folders: [String] = []
    if let share = unsafe getenv("EARSHOT_SHARE") { folders.append(unsafe String(cString: share)) }
    folders.append(executableFolder + "/../share/earshot")
    for up in ["/../..", "/../../.."] {
      folders.append(executableFolder + up)
      folders.append(executableFolder + up + "/.prefix/share/earshot")
    }
    return folders.map { $0 + "/" + name }.first { unsafe access($0, R_OK) == 0 }
  }

  /// A program or library that belongs to this executable: beside it in a build, below `libexec` or `lib` when installed.
  static func locateBinary(_ name: String) -> String? {
    ["", "/../libexec/earshot", "/../lib/earshot"]
      .map { executableFolder + $0 + "/" + name }
      .first { unsafe access($0, R_OK) == 0 }
  }
}
