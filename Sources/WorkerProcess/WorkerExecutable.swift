import Glibc

/// Where the worker program lies.
public enum WorkerExecutable {
  public static let name = "earshot-worker"

  /// The worker of this installation: beside the running program (a build folder), in `../libexec/earshot` or in
  /// `../lib/earshot`. Throws ``WorkerError/Code/executableMissing`` with the places looked at.
  public static func find() throws(WorkerError) -> String {
    let folder = runningProgramFolder()
    let places = ["\(folder)/\(name)", "\(folder)/../libexec/earshot/\(name)", "\(folder)/../lib/earshot/\(name)"]
    for place in places where unsafe access(place, X_OK) == 0 { return place }
    throw WorkerError(
      .executableMissing, "find \(name)", "it is not at \(places.joined(separator: ", nor at "))",
      remedy: "Install earshot completely with `make install`, or build it with `make build`.")
  }

  private static func runningProgramFolder() -> String {
    let path = unsafe [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
      count = unsafe max(0, readlink("/proc/self/exe", buffer.baseAddress!, buffer.count))
    }
    let folder = path.prefix(upTo: path.lastIndex(of: UInt8(ascii: "/")) ?? 0)
    return String(decoding: folder, as: UTF8.self)
  }
}
