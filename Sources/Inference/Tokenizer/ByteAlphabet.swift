/// GPT-2's way to write any byte as one printable character: the printable ones of Latin-1 stand for themselves, the
/// other 68 bytes are written as U+0100, U+0101 and so on, in their order.
///
/// Source: `bytes_to_unicode` of GPT-2's `encoder.py`; used by every byte-level vocabulary in GGUF files.
enum ByteAlphabet {
  /// The byte that each of the first 324 code points stands for; nil where it stands for none.
  static let bytes: [UInt8?] = {
    var bytes: [UInt8?] = Array(repeating: nil, count: 256 + 68)
    var next = 256
    for byte in 0...255 {
      switch byte {
      case 33...126, 161...172, 174...255: bytes[byte] = UInt8(byte)
      default:
        bytes[next] = UInt8(byte)
        next += 1
      }
    }
    return bytes
  }()

  /// Appends the bytes that `text` stands for, or nothing and `false` where a character stands for no byte.
  static func decode(_ text: ArraySlice<UInt8>, into output: inout [UInt8]) -> Bool {
    let start = output.count
    var index = text.startIndex
    while index < text.endIndex {
      let lead = text[index]
      var value = Int(lead)
      index += 1
      if lead >= 0x80 {
        // All 324 code points are below U+0800: two bytes each.
        guard lead >= 0xC2, lead < 0xE0, index < text.endIndex, text[index] & 0xC0 == 0x80 else {
          output.removeSubrange(start...)
          return false
        }
        value = Int(lead & 0x1F) << 6 | Int(text[index] & 0x3F)
        index += 1
      }
      guard value < bytes.count, let byte = bytes[value] else {
        output.removeSubrange(start...)
        return false
      }
      output.append(byte)
    }
    return true
  }
}
