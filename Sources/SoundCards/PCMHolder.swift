import Glibc

/// Who holds a hardware PCM open, from the kernel's `/proc/asound`.
enum PCMHolder {
  /// `PROGRAM (process N)` for a device named `hw:`, `plughw:`… with a card's id or number; nil where it cannot be told.
  static func describe(device: String, direction: PCMDirection, root: String = "/proc") -> String? {
    guard let (card, number, substream) = address(of: device) else { return nil }
    let folder = card.allSatisfy(\.isNumber) ? "card\(card)" : card
    let stream = direction == .capture ? "c" : "p"
    // Without a number ALSA takes the first that is free: any of them may be in the way.
    for substream in substream.map({ $0...$0 }) ?? 0...7 {
      let path = "\(root)/asound/\(folder)/pcm\(number)\(stream)/sub\(substream)/status"
      guard let status = smallFile(path) else { break }
      guard let owner = ownerProcess(inStatus: status) else { continue }
      // The kernel names the thread that opened it.
      let process = smallFile("\(root)/\(owner)/status").flatMap(processOfThread) ?? owner
      let program = smallFile("\(root)/\(process)/comm")?.split(whereSeparator: \.isNewline).first.map(String.init)
      return program.map { "\($0) (process \(process))" } ?? "Process \(process)"
    }
    return nil
  }

  /// Card, device and, where it is named, substream of `hw:CARD=Headset,DEV=1`, `plughw:1,0`, `hw:Loopback,1,2`; nil for
  /// names that are no card's.
  static func address(of name: String) -> (card: String, device: Int, substream: Int?)? {
    guard let colon = name.firstIndex(of: ":") else { return nil }
    var card: String?
    var device = 0
    var substream: Int?
    for (index, part) in name[name.index(after: colon)...].split(separator: ",").enumerated() {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = sides.last.map(String.init) ?? ""
      let key = sides.count == 2 ? String(sides[0]) : ["CARD", "DEV", "SUBDEV"].dropFirst(index).first ?? ""
      if key == "CARD" { card = value }
      if key == "DEV" { device = Int(value) ?? 0 }
      if key == "SUBDEV" { substream = Int(value).flatMap { (0..<256).contains($0) ? $0 : nil } }
    }
    // The card becomes part of a path.
    guard let card, !card.isEmpty, card.utf8.count < 32, !card.contains("/"), !card.hasPrefix("."),
      (0..<256).contains(device)
    else { return nil }
    return (card, device, substream)
  }

  /// The number after `Tgid:` of a thread's status.
  static func processOfThread(inStatus status: String) -> Int? {
    for line in status.split(whereSeparator: \.isNewline) where line.hasPrefix("Tgid:") {
      return Int(line.dropFirst(5).filter { !$0.isWhitespace }).flatMap { $0 > 0 ? $0 : nil }
    }
    return nil
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
