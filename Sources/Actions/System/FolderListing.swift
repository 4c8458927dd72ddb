internal import Glibc

/// The names in a folder, sorted, without `.` and `..`.
func namesInFolder(_ path: String) -> Result<[String], SystemCallFailure> {
  guard let folder = unsafe opendir(path) else { return .failure(.last) }
  defer { unsafe closedir(folder) }
  var names: [String] = []
  while let entry = unsafe readdir(folder) {
    // d_name is NUL-terminated inside the entry, which stays until the next readdir.
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
      unsafe field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee)) {
        unsafe String(cString: $0)
      }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return .success(names.sorted())
}
