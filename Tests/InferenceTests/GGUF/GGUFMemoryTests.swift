import Glibc
import Inference
import TestModels
import TestSupport
import Testing

/// What opening and reading a file takes, enforced by the kernel in a process of its own. It ends with `_exit`: OpenBLAS
/// starts a thread when it is loaded, which asks for its buffer again and again where it gets none, and `exit` waits.
@Suite struct GGUFMemoryTests {
  /// Path of a file that lives as long as the test.
  private func withFile(_ writer: GGUFWriter, _ body: (String) async throws -> Void) async throws {
    let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    let path = "\(base)/earshot-gguf-\(getpid())-\(UInt64.random(in: 0 ... .max)).gguf"
    try writer.write(to: path)
    defer { unsafe _ = unlink(path) }
    try await body(path)
  }

  /// From now on this process gets at most `bytes` more of memory that it can write to.
  private static func allow(_ bytes: Int) {
    let status = (try? GoldenFile.bytes(absolute: "/proc/self/status")) ?? []
    let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("VmData:") }),
      let kilobytes = line.split(whereSeparator: { !$0.isNumber }).first.flatMap({ UInt($0) })
    else { _exit(3) }
    let limit = kilobytes * 1_024 + UInt(bytes)
    var limits = rlimit(rlim_cur: limit, rlim_max: limit)
    guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limits) == 0 else { _exit(4) }
  }

  @Test(.enabled(if: canCountAllocations, "sanitizers take memory of their own")) func theLimitIsFelt() async {
    await #expect(processExitsWith: .failure) {
      GGUFMemoryTests.allow(4 << 20)
      let bytes = [UInt8](repeating: 1, count: 64 << 20)
      _exit(bytes.last == 1 ? EXIT_SUCCESS : EXIT_FAILURE)
    }
  }

  /// All keys and tensors that are allowed, each as small as it can be: the index is at its largest beside the file.
  @Test(.enabled(if: canCountAllocations, "sanitizers take memory of their own"))
  func theLargestIndexFitsIntoTwoMegabytes() async throws {
    var writer = GGUFWriter()
    writer.alignment = 8
    writer.add("general.alignment", .uint32(8))
    for key in 1..<1_024 { writer.add(String(key, radix: 36), .bool(true)) }
    // Longer than the names that Swift keeps in place.
    for tensor in 0..<4_096 { writer.add("blk.\(100_000 + tensor).weight", [1], .f16, [0, 0]) }
    try await withFile(writer) { path in
      await #expect(processExitsWith: .success) { [path = path as String] in
        GGUFMemoryTests.allow(2 << 20)
        let file = try GGUFFile(path: path)
        _exit(file.tensors.count == 4_096 && file.metadata.keys.count == 1_024 ? EXIT_SUCCESS : EXIT_FAILURE)
      }
    }
  }

  /// Half a million strings and bytes that nobody asks for stay in the file; what is asked for takes its own length.
  @Test(.enabled(if: canCountAllocations, "sanitizers take memory of their own"))
  func arraysTakeMemoryOnlyWhenTheyAreRead() async throws {
    var writer = GGUFWriter()
    writer.add("tokens", Self.array(8, of: GGUFWriter.string(Array("token".utf8)), count: 500_000))
    writer.add("bytes", Self.array(0, of: [1], count: 1 << 20))
    try await withFile(writer) { path in
      await #expect(processExitsWith: .success) { [path = path as String] in
        GGUFMemoryTests.allow(1 << 20)
        let file = try GGUFFile(path: path)
        // Eight times as long as the array.
        guard file.metadata.integers("bytes") == nil else { _exit(EXIT_FAILURE) }
        _exit(file.metadata.count("tokens") == 500_000 ? EXIT_SUCCESS : EXIT_FAILURE)
      }
      await #expect(processExitsWith: .success) { [path = path as String] in
        GGUFMemoryTests.allow(7 << 20)
        // 6.5 million bytes in the file, as many in memory.
        let tokens = try GGUFFile(path: path).metadata.strings("tokens")
        _exit(tokens?.count == 500_000 ? EXIT_SUCCESS : EXIT_FAILURE)
      }
    }
  }

  /// An array of the same element again and again.
  private static func array(_ type: UInt32, of element: [UInt8], count: Int) -> GGUFWriter.Value {
    var bytes = GGUFWriter.bytes(of: type) + GGUFWriter.bytes(of: UInt64(count))
    bytes.reserveCapacity(bytes.count + element.count * count)
    for _ in 0..<count { bytes.append(contentsOf: element) }
    return .raw(type: 9, bytes)
  }

  /// Counts and lengths that promise more than there is are refused before memory is taken for them.
  @Test(.enabled(if: canCountAllocations, "sanitizers take memory of their own"))
  func hostileCountsTakeNothing() async throws {
    let length: [UInt8] = GGUFWriter.bytes(of: UInt64.max / 2)
    var writers: [GGUFWriter] = []
    for type in 0...12 as ClosedRange<UInt32> {
      var writer = GGUFWriter()
      let number: [UInt8] = GGUFWriter.bytes(of: UInt64(1 << 20))
      writer.add("k", .raw(type: 9, GGUFWriter.bytes(of: type) + number))
      writers.append(writer)
    }
    var long = GGUFWriter()
    long.add("k", .raw(type: 8, length))
    var tensor = GGUFWriter()
    tensor.tensors = [GGUFWriter.Tensor(name: "t", dimensions: [1 << 40], type: 1, bytes: [], offset: 0)]
    let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    let prefix = "\(base)/earshot-gguf-\(getpid())-hostile-"
    let all = writers + [long, tensor]
    for (index, writer) in all.enumerated() { try writer.write(to: "\(prefix)\(index)") }
    defer { for index in all.indices { unsafe _ = unlink("\(prefix)\(index)") } }
    await #expect(processExitsWith: .success) { [prefix = prefix as String, count = all.count as Int] in
      GGUFMemoryTests.allow(256 << 10)
      for index in 0..<count {
        do throws(InferenceError) {
          _ = try GGUFFile(path: "\(prefix)\(index)")
          _exit(EXIT_FAILURE)
        } catch {
          guard error.code == .fileInvalid || error.code == .unsupported else { _exit(EXIT_FAILURE) }
        }
      }
      _exit(EXIT_SUCCESS)
    }
  }
}
