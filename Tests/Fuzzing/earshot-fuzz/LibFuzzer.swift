import FuzzTargets
import Glibc

// libFuzzer's `main` calls these two by name. Source: LLVM, compiler-rt/lib/fuzzer/FuzzerInterface.h.

/// What `EARSHOT_FUZZ_TARGET` names; the process ends where that is no target.
private let target: FuzzTarget = {
  let name = unsafe getenv("EARSHOT_FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
  if let target = FuzzTarget.named(name) { return target }
  let names = FuzzTarget.all.map(\.name).joined(separator: " ")
  let message = Array("earshot-fuzz: set EARSHOT_FUZZ_TARGET to one of: \(names)\n".utf8)
  unsafe write(STDERR_FILENO, message, message.count)
  exit(64)
}()

@_cdecl("LLVMFuzzerInitialize")
func initialize(
  _ count: UnsafeMutablePointer<CInt>?, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  _ = target
  return 0
}

/// Called for every input, by one thread.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  target.check(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}
