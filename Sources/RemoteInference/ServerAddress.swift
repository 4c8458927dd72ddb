public import Inference

/// Where an OpenAI-compatible server answers.
public struct ServerAddress: Hashable, Sendable, CustomStringConvertible {
  /// Of the written address, in bytes.
  static let maximumBytes = 2048

  public let isEncrypted: Bool
  /// A name, or an address; IPv6 without its brackets.
  public let host: String
  /// 1 to 65535.
  public let port: Int
  /// What stands before the names of the interface, without a slash at its end, for example `/v1`.
  public let basePath: String

  /// Reads `http://host:8080`, `https://host/path/v1` and the like; `/v1` is added where there is no path, and
  /// `/chat/completions` at the end is not needed.
  /// - Throws: `requestInvalid`. The text does not repeat the address, which may hold a password.
  public init(_ text: String) throws(InferenceError) {
    func refuse(_ reason: String) -> InferenceError {
      InferenceError(
        .requestInvalid, "could not take the server's address: \(reason)",
        remedy: "Write it like http://192.168.1.10:8080 or https://host/v1.")
    }
    guard text.utf8.count <= Self.maximumBytes else { throw refuse("it is longer than \(Self.maximumBytes) bytes") }
    guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw refuse("it holds a space or a character that is not ASCII")
    }
    let rest: Substring
    let lowered = text.lowercased()
    if lowered.hasPrefix("https://") {
      (isEncrypted, rest) = (true, text.dropFirst(8))
    } else if lowered.hasPrefix("http://") {
      (isEncrypted, rest) = (false, text.dropFirst(7))
    } else {
      throw refuse("it begins neither with http:// nor with https://")
    }
    guard !rest.contains(where: { "?#\\\"<>^`{|}%".contains($0) }) else {
      throw refuse("it holds a query, a fragment or a character that no address has")
    }
    let authority = rest.prefix { $0 != "/" }
    guard !authority.contains("@") else { throw refuse("it holds a user's name; a key comes from a file") }
    let afterHost: Substring
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { throw refuse("a bracket is not closed") }
      host = String(authority[authority.index(after: authority.startIndex)..<end])
      afterHost = authority[authority.index(after: end)...]
      guard !host.isEmpty, host.utf8.allSatisfy(Self.isAddressByte) else {
        throw refuse("what is in brackets is no address")
      }
    } else {
      host = String(authority.prefix { $0 != ":" })
      afterHost = authority.dropFirst(host.count)
      guard !host.isEmpty, host.utf8.allSatisfy(Self.isNameByte) else {
        throw refuse("its host is missing or has other characters than letters, digits, - and .")
      }
    }
    if afterHost.isEmpty {
      port = isEncrypted ? 443 : 80
    } else {
      let digits = afterHost.dropFirst()
      guard afterHost.first == ":", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
        (1...65535).contains(number)
      else { throw refuse("its port is not 1 to 65535") }
      port = number
    }
    var path = rest.dropFirst(authority.count)
    while path.hasSuffix("/") { path.removeLast() }
    if path.hasSuffix("/chat/completions") { path.removeLast("/chat/completions".count) }
    guard
      !path.split(separator: "/", omittingEmptySubsequences: false).dropFirst().contains(where: {
        $0.isEmpty || $0 == "." || $0 == ".."
      })
    else { throw refuse("its path has an empty part, . or ..") }
    basePath = path.isEmpty ? "/v1" : String(path)
  }

  /// Where answers are asked for.
  public var chatCompletions: String { description + "/chat/completions" }
  /// Where the server lists its models.
  public var models: String { description + "/models" }

  /// Without a key: it is never part of an address.
  public var description: String {
    let host = host.contains(":") ? "[\(host)]" : host
    let isUsual = port == (isEncrypted ? 443 : 80)
    return (isEncrypted ? "https://" : "http://") + host + (isUsual ? "" : ":\(port)") + basePath
  }

  /// Host and port, for messages.
  var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
  }

  private static func isAddressByte(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
