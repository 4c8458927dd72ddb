/// Seeded texts that tokenizers get wrong: the same bytes as `Golden/tokens/generated_text.py` makes.
struct GeneratedText {
  private let pools: [String: [[UInt8]]]

  init() throws {
    var pools: [String: [[UInt8]]] = [:]
    for line in try TokenGolden.lines("tokens/generated_text.txt") {
      let parts = line.split(separator: UInt8(ascii: " "))
      pools[String(decoding: parts[0], as: UTF8.self)] = parts.dropFirst().map(Self.unescaped)
    }
    self.pools = pools
  }

  var words: [String] { pools["words"]!.map { String(decoding: $0, as: UTF8.self) } }

  /// `\xXX` is a byte.
  private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == UInt8(ascii: "\\") {
        output.append(UInt8(String(decoding: text[(index + 2)..<(index + 4)], as: UTF8.self), radix: 16)!)
        index += 4
      } else {
        output.append(text[index])
        index += 1
      }
    }
    return output
  }

  private static let blocks: [(UInt32, UInt32)] = [
    (0x00C0, 0x024F), (0x0370, 0x0373), (0x0391, 0x03A1), (0x03B1, 0x03FF), (0x0400, 0x052F), (0x0561, 0x0586),
    (0x05D0, 0x05EA), (0x0620, 0x066F), (0x0904, 0x0963), (0x0E01, 0x0E3A), (0x0E40, 0x0E5B), (0x10D0, 0x10FA),
    (0x1E00, 0x1EFF), (0x2010, 0x2064), (0x2070, 0x2071), (0x2150, 0x2188), (0x2190, 0x23FF), (0x2460, 0x24FF),
    (0x3041, 0x3096), (0x30A0, 0x30FF), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0xFF01, 0xFFBE), (0x0300, 0x036F),
    (0x1D400, 0x1D454), (0x1F300, 0x1F64F), (0x20000, 0x2A6D6), (0x12000, 0x12399), (0xFE00, 0xFE0F),
  ]

  /// The bytes of text number `seed`.
  func text(_ seed: UInt64) -> [UInt8] {
    var r = Random(state: seed)
    var out: [UInt8] = []
    for _ in 0..<r.below(24) {
      switch r.below(16) {
      case 0..<3:
        let style = r.below(4)
        for place in 0..<(1 + r.below(10)) {
          let letter = UInt8(97 + r.below(26))
          let isUpper = style == 1 || (style == 2 && place == 0) || (style == 3 && r.below(3) == 0)
          out.append(isUpper ? letter - 32 : letter)
        }
      case 3..<7:
        out += [[UInt8(ascii: " ")], [], [UInt8(ascii: " ")], [UInt8(ascii: "-")]][r.below(4)]
        out += piece("words", &r)
      case 7: for _ in 0..<(1 + r.below(8)) { out.append(UInt8(48 + r.below(10))) }
      case 8:
        let space = piece("spaces", &r)
        for _ in 0..<(1 + r.below(5)) { out += space }
      case 9: for _ in 0..<(1 + r.below(4)) { out += piece("spaces", &r) }
      case 10: for _ in 0..<(1 + r.below(5)) { out += piece("symbols", &r) }
      case 11: out += piece("emoji", &r)
      case 12:
        let (first, last) = Self.blocks[r.below(Self.blocks.count)]
        for _ in 0..<(1 + r.below(6)) {
          out += String(Unicode.Scalar(first + UInt32(r.below(Int(last - first) + 1)))!).utf8
        }
      case 13: out += piece("markers", &r)
      case 14: out += piece("contractions", &r)
      default:
        switch r.below(3) {
        case 0: for _ in 0..<(1 + r.below(4)) { out.append(UInt8(r.below(256))) }
        case 1:
          let whole = piece("emoji", &r)
          out += whole.prefix(1 + r.below(whole.count))
        default: out.append(UInt8(r.below(32)))
        }
      }
    }
    return out
  }

  private func piece(_ pool: String, _ r: inout Random) -> [UInt8] {
    let pieces = pools[pool]!
    return pieces[r.below(pieces.count)]
  }

  /// FNV-1a of the ids as little-endian 32-bit words, 64 bits folded to 32.
  static func hash(_ ids: [Int32]) -> UInt32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for id in ids {
      for shift in [0, 8, 16, 24] as [UInt32] {
        hash = (hash ^ UInt64(UInt8(truncatingIfNeeded: id >> shift))) &* 0x100_0000_01B3
      }
    }
    return UInt32(truncatingIfNeeded: hash ^ (hash >> 32))
  }
}

extension GeneratedText {
  /// SplitMix64, Sebastiano Vigna's generator (public domain).
  struct Random: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  }
}
