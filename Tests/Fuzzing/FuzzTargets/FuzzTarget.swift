/// One reader of bytes from outside, as a fuzzer calls it.
///
/// Its corpus lies in `Tests/Fuzzing/Corpus/` in the folder of its name; `make fuzz TARGET=name` lets libFuzzer loose on
/// it, and `make test` replays the corpus.
public struct FuzzTarget: Sendable, CustomStringConvertible {
  /// Lower case with hyphens: a folder's name and an argument of `make fuzz`.
  public let name: String
  /// Returns for every input. It ends the process where a promise of the reader is broken.
  public let check: @Sendable ([UInt8]) -> Void

  public var description: String { name }

  init(_ name: String, _ check: @escaping @Sendable ([UInt8]) -> Void) {
    self.name = name
    self.check = check
  }

  /// Every target there is.
  public static let all: [FuzzTarget] =
    audio + tools + phrases + configuration + models + inference + speech
    + wakeWord

  /// The target of that name.
  public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// Ends the process with `promise` where it is broken. `precondition` says nothing in an optimised build.
func require(_ isKept: Bool, _ promise: @autoclosure () -> String) {
  if !isKept { fatalError("broken promise: \(promise())") }
}
