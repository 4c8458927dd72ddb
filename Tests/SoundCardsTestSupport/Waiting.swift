import Glibc
public import SoundCards

/// True as soon as `condition` holds; false where it does not within a time that only a hung program needs. Not for
/// claims about time.
public func eventually(_ condition: () -> Bool) -> Bool {
  let pause = EventDescriptor()
  for _ in 0..<30_000 {
    if condition() { return true }
    pause.wait(milliseconds: 1)
  }
  return condition()
}

/// A folder for one test, removed with its files when the value ends.
public final class TemporaryFolder: Sendable {
  public let path: String

  public init() {
    var template = Array("/tmp/earshot-test-XXXXXX".utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { unsafe mkdtemp($0.baseAddress!) != nil }
    precondition(made, "no temporary folder can be made")
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in ["card", "asound.conf"] { unsafe _ = unlink(path + "/" + name) }
    unsafe _ = rmdir(path)
  }
}

/// Deterministic noise of 16 bits, never silent: xorshift.
public func noise(_ count: Int, seed: UInt64 = 0x9E37_79B9_7F4A_7C15) -> [Int16] {
  var state = seed
  return (0..<count).map { _ in
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    let value = Int16(truncatingIfNeeded: state >> 20)
    return value == 0 ? 1 : value
  }
}

/// Where `needle` begins in `samples`, or nil.
public func position(of needle: [Int16], in samples: [Int16]) -> Int? {
  guard !needle.isEmpty, samples.count >= needle.count else { return nil }
  return (0...(samples.count - needle.count)).first { start in
    samples[start] == needle[0] && samples[start..<start + needle.count].elementsEqual(needle)
  }
}

extension PCMDevice {
  /// Queues all of `samples` (they fit into the device's buffer) and starts: nothing can run dry meanwhile.
  public func speak(_ samples: [Int16]) -> Bool {
    let bytes = samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
    return unsafe write(bytes.span.bytes, frames: samples.count) == samples.count && start() == 0
  }

  /// Reads S16 mono frames until there are `count`, or the device fails.
  public func record(_ count: Int, wake: EventDescriptor = EventDescriptor()) -> [Int16] {
    var heard: [Int16] = []
    var bytes = [UInt8](repeating: 0, count: format.periodFrames * 2)
    while heard.count < count {
      guard wait(milliseconds: 1000, wake: wake) == 1 else { break }
      var span = bytes.mutableSpan
      var raw = unsafe span.mutableBytes
      let frames = read(into: &raw, frames: format.periodFrames)
      guard frames > 0 else { break }
      for frame in 0..<frames {
        heard.append(Int16(bytes[2 * frame]) | Int16(bitPattern: UInt16(bytes[2 * frame + 1]) << 8))
      }
    }
    return heard
  }
}
