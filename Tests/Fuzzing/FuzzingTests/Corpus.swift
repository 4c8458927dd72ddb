import Glibc

/// The committed inputs: `Tests/Fuzzing/Corpus/TARGET/FILE`.
enum Corpus {
  static let root = String(#filePath.dropLast("FuzzingTests/Corpus.swift".utf8.count)) + "Corpus"

  /// Names in a folder in order, without hidden ones; nil where there is no such folder.
  static func names(in folder: String) -> [String]? {
    guard let directory = unsafe opendir(folder) else { return nil }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted()
  }

  /// A file's bytes, nil where it cannot be read.
  static func bytes(_ path: String) -> [UInt8]? {
    guard let file = unsafe fopen(path, "rb") else { return nil }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = unsafe chunk.withUnsafeMutableBytes { unsafe fread($0.baseAddress!, 1, $0.count, file) }
      if count == 0 { return unsafe ferror(file) == 0 ? bytes : nil }
      bytes += chunk[..<count]
    }
  }
}
