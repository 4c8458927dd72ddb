import CLinux
import Glibc

/// Why a sound card could not be used: what was tried, on which device, ALSA's reason and what to do about it.
public struct SoundCardError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: String, Hashable, Sendable {
    case deviceNotFound, busy, notPermitted, formatNotOffered, disconnected, badConfiguration, failed
  }

  public var code: Code
  /// What was tried: `capture from`, `play to`.
  public var operation: String
  /// The device as the user named it.
  public var device: String
  /// A positive errno, or 0 where none applies.
  public var errorNumber: Int32
  /// ALSA's text.
  public var reason: String
  /// What the user can do; one or two sentences.
  public var remedy: String

  public init(
    code: Code, operation: String, device: String, errorNumber: Int32, reason: String, remedy: String
  ) {
    self.code = code
    self.operation = operation
    self.device = device
    self.errorNumber = errorNumber
    self.reason = reason
    self.remedy = remedy
  }

  public var description: String {
    let number = errorNumber == 0 ? "" : " (errno \(errorNumber))"
    return "cannot \(operation) \(device): \(reason)\(number). \(remedy)"
  }
}

extension SoundCardError {
  /// The error behind a negative result of an ALSA call. `message` is what ALSA said beside it; `names` are the devices
  /// there are, for the nearest ones; `holder` says who has a busy device.
  init(
    alsaResult: Int32, operation: String, device: String, message: String = "", names: @autoclosure () -> [String] = [],
    holder: @autoclosure () -> String? = nil
  ) {
    let number = -alsaResult
    let text = ALSALibrary.text(of: alsaResult)
    let reason = message.isEmpty || message == text ? text : "\(text), \(message)"
    let code: Code
    let remedy: String
    switch number {
    case ENOENT, ENODEV, ENXIO, ENOTDIR:
      code = .deviceNotFound
      let known = names()
      let near = nearest(to: device, among: known).filter { $0 != device }.prefix(3).joined(separator: ", ")
      remedy =
        if known.contains(device) {
          "The name is known, but no such device is there now. List what there is with: earshot devices."
        } else {
          (near.isEmpty ? "" : "Did you mean \(near)? ") + "List what there is with: earshot devices."
        }
    case EBUSY, EAGAIN:
      code = .busy
      remedy =
        "\(holder() ?? "Another program") is using it. Stop that program, or name a shared device such as default."
    case EACCES, EPERM:
      code = .notPermitted
      remedy = "Add the user to the group audio (usermod -aG audio USER) and log in again."
    case EINVAL:
      code = .formatNotOffered
      remedy = "Try the same device with conversion: plughw: in place of hw:, or default."
    case ECONNREFUSED, EHOSTDOWN:
      code = .failed
      remedy = "Start the sound server that this device belongs to, or name a device that needs none (hw:CARD=…)."
    default:
      code = .failed
      remedy = "Look at the kernel's log (dmesg) and at: earshot devices."
    }
    self.init(
      code: code, operation: operation, device: device, errorNumber: number, reason: reason, remedy: remedy)
  }
}

/// The candidates closest to `name` by edit distance, nearest first; those that share less than half of it are left out.
func nearest(to name: String, among candidates: [String]) -> [String] {
  let wanted = Array(name.lowercased().utf8.prefix(64))
  let scored = candidates.map { candidate in
    (candidate, editDistance(wanted, Array(candidate.lowercased().utf8.prefix(64))))
  }
  return scored.filter { $0.1 * 2 <= max(wanted.count, $0.0.utf8.count) }
    .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
}

/// Levenshtein's distance: insertions, deletions and replacements that turn `a` into `b`.
func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
  var row = Array(0...b.count)
  for (i, byte) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in b.enumerated() {
      let replaced = diagonal + (byte == other ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(replaced, min(row[j], diagonal) + 1)
    }
  }
  return row[b.count]
}
