/// Tells pictures and invisible characters from text.
enum Pictographs {
  enum Kind { case none, picture, invisible }

  static func kind(of scalar: Unicode.Scalar) -> Kind {
    switch scalar.value {
    case 0x20...0x7E: return .none
    case 0...0x1F, 0x7F...0x9F: return .picture
    // Miscellaneous technical, enclosed, box drawing to dingbats, arrows of the supplement, CJK symbols used as emoji.
    case 0x2300...0x23FF, 0x2400...0x27BF, 0x2B00...0x2BFF, 0x3030, 0x303D, 0x3297, 0x3299: return .picture
    // Mahjong to symbols for legacy computing: all of the emoji blocks.
    case 0x1F000...0x1FBFF: return .picture
    // Zero-width, direction and variation marks, tags, the combining keycap, the byte order mark.
    case 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0x20E3, 0xFE00...0xFE0F, 0xFEFF, 0xE0000...0xE0FFF:
      return .invisible
    default:
      switch scalar.properties.generalCategory {
      case .privateUse, .unassigned, .surrogate, .control: return .picture
      case .format: return .invisible
      default: return .none
      }
    }
  }
}
