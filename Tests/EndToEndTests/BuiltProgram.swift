import Glibc
import Subprocess
import SystemPackage
import Tools

/// The program as it was built beside the tests, run as a user runs it.
enum BuiltProgram {
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String

    var json: JSONValue? { try? JSONValue(parsing: Array(output.utf8)) }
  }

  /// Runs it to its end.
  static func run(_ arguments: String..., input: String = "") async throws -> Outcome {
    try await run(arguments, input: input)
  }

  static func run(_ arguments: [String], input: String = "") async throws -> Outcome {
    let tests = linked("/proc/self/exe") ?? CommandLine.arguments[0]
    let folder = tests.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    let result = try await Subprocess.run(
      .path(FilePath("\(folder)/earshot")), arguments: Arguments(arguments),
      input: .string(input), output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    let status: Int32 =
      switch result.terminationStatus {
      case .exited(let code): code
      case .signaled(let signal): -signal
      }
    return Outcome(status: status, output: result.standardOutput, errors: result.standardError)
  }

  /// What a symbolic link names.
  private static func linked(_ path: String) -> String? {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
    }
    return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
  }
}
