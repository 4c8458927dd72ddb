import Glibc

/// Who holds a hardware PCM open, from the kernel's `/proc/asound`.
enum PCMHolder {
  /// `PROGRAM (process N)` for a device named `hw:`, `plughw:`… with a card's id or number; nil where it cannot be told.
  static func describe(device: String, direction: PCMDirection, root: String = "/proc") -> String? {
    guard let (card, number) = cardAndDevice(of: device) else { return nil }
    let folder = card.allSatisfy(\.isNumber) ? "card\(card)" : card
    let stream = direction == .capture ? "c" : "p"
    for substream in 0..<8 {
      let path = "\(root)/asound/\(folder)/pcm\(number)\(stream)/sub\(substream)/status"
      guard let status = smallFile(path) else { break }
      guard let owner = ownerProcess(inStatus: status) else { continue }
      let program = smallFile("\(root)/\(owner)/comm")?.split(whereSeparator: \.isNewline).first.map(String.init)
      return program.map { "\($0) (process \(owner))" } ?? "Process \(owner)"
    }
    return nil
  }

  /// Card and device of `hw:CARD=Headset,DEV=1`, `plughw:1,0`, `hw:Loopback`; nil for names that are no card's.
  static func cardAndDevice(of name: String) -> (card: String, device: Int)? {
    guard let colon = name.firstIndex(of: ":") else { return nil }
    var card: String?
    var device = 0
    for (index, part) in name[name.index(after: colon)...].split(separator: ",").enumerated() {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = sides.last.map(String.init) ?? ""
      let key = sides.count == 2 ? String(sides[0]) : ["CARD", "DEV"].dropFirst(index).first ?? ""
      if key == "CARD" { card = value }
      if key == "DEV" { device = Int(value) ?? 0 }
    }
    // The card becomes part of a path.
    guard let card, !card.isEmpty, card.utf8.count < 32, !card.contains("/"), !card.hasPrefix("."),
      (0..<256).contains(device)
    else { return nil }
    return (card, device)
  }

  /// The number after `owner_pid   :`, the thread that opened the stream.
  static func ownerProcess(inStatus status: String) -> Int? {
    for line in status.split(whereSeparator: \.isNewline) where line.hasPrefix("owner_pid") {
      guard let value = line.split(separator: ":").last else { return nil }
      return Int(value.filter { $0 != " " }).flatMap { $0 > 0 ? $0 : nil }
    }
    return nil
  }
}

/// The first 4 KiB of a file as text; nil where it cannot be read.
func smallFile(_ path: String) -> String? {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return nil }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: 4096)
  let count = unsafe read(descriptor, &bytes, bytes.count)
  guard count >= 0 else { return nil }
  return String(decoding: bytes[..<count], as: UTF8.self)
}
