import Glibc

/// The names in a folder, sorted, without `.` and `..`; of the first `limit` that the system gives.
package func namesInFolder(_ path: String, limit: Int = .max) -> Result<[String], SystemCallFailure> {
  guard let folder = unsafe opendir(path) else { return .failure(.last) }
  defer { unsafe closedir(folder) }
  var names: [String] = []
  while names.count < limit, let entry = unsafe readdir(folder) {
    // d_name is NUL-terminated inside the entry, which stays until the next readdir.
    let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return .success(names.sorted())
}
