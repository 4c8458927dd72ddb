import Glibc
import Testing

/// Files of the repository that tests read and, where `EARSHOT_UPDATE_GOLDEN` is set, write anew.
enum Repository {
  static let root = String(#filePath.dropLast("Tests/ConfigurationTests/Repository.swift".utf8.count))

  static let updatesGolden = unsafe getenv("EARSHOT_UPDATE_GOLDEN") != nil

  static func bytes(_ path: String) throws -> [UInt8] {
    let file = unsafe try #require(fopen(root + path, "rb"), "no \(path)")
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe fread($0.baseAddress!, 1, $0.count, file) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }

  static func text(_ path: String) throws -> String { String(decoding: try bytes(path), as: UTF8.self) }

  /// Compares with a golden file, or writes it.
  static func expectGolden(_ text: String, _ path: String) throws {
    if updatesGolden {
      let file = unsafe try #require(fopen(root + path, "wb"), "cannot write \(path)")
      let bytes = Array(text.utf8)
      #expect(unsafe bytes.withUnsafeBytes { unsafe fwrite($0.baseAddress!, 1, $0.count, file) } == bytes.count)
      unsafe fclose(file)
    }
    let expected = (try? Self.text(path)) ?? ""
    #expect(text == expected, "\(path) differs; EARSHOT_UPDATE_GOLDEN=1 writes it anew, then read the difference")
  }
}
