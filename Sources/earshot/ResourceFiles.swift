import Glibc
import OperatingSystem

/// Finds what is shipped with the executable to be read: weights, example configurations.
enum ResourceFiles {
  /// The first of the places where `name` may lie that has it: the folder that EARSHOT_SHARE names, then an
  /// installation (`bin/../share/earshot`), then a checkout (`.build/<triple>/release` below the repository).
  static func locate(_ name: String) -> String? {
    var folders: [String] = []
    if let share = unsafe getenv("EARSHOT_SHARE") { folders.append(unsafe String(cString: share)) }
    folders.append(ProgramFolder.path + "/../share/earshot")
    for up in ["/../..", "/../../.."] {
      folders.append(ProgramFolder.path + up)
      folders.append(ProgramFolder.path + up + "/.prefix/share/earshot")
    }
    return folders.map { $0 + "/" + name }.first { unsafe access($0, R_OK) == 0 }
  }
}
