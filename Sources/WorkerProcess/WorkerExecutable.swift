import Glibc
import OperatingSystem

/// Where the worker program lies.
public enum WorkerExecutable {
  public static let name = "earshot-worker"

  /// The worker of this installation: beside the running program (a build folder), in `../libexec/earshot` or in
  /// `../lib/earshot`. Throws ``WorkerError/Code/executableMissing`` with the places looked at.
  public static func find() throws(WorkerError) -> String {
    let places = ProgramFolder.places(of: name)
    for place in places where unsafe access(place, X_OK) == 0 { return place }
    throw WorkerError(
      .executableMissing, "find \(name)", "it is not at \(places.joined(separator: ", nor at "))",
      remedy: "Install earshot completely with `make install`, or build it with `make build`.")
  }
}
