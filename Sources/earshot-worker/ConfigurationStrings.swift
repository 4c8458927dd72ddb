import CSherpaOnnx
import Glibc

/// C strings for the library's configuration structs, alive as long as the process.
///
/// A worker loads one model and ends, so what the library may keep a pointer to is simply never freed.
@safe struct ConfigurationStrings {
  private let files: [String: String]

  init(_ files: [String: String]) { self.files = files }

  /// The file for a role, or nil.
  subscript(role: String) -> UnsafePointer<CChar>? { unsafe files[role].map { unsafe Self.copy($0) } }

  static func copy(_ text: String) -> UnsafePointer<CChar> { unsafe UnsafePointer(strdup(text)) }
}

/// The library and its version, for status pages.
var libraryName: String { unsafe "sherpa-onnx \(String(cString: SherpaOnnxGetVersionStr()))" }
