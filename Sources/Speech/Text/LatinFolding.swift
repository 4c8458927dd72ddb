/// Latin letters with marks as the ASCII letters that an English voice can say.
enum LatinFolding {
  /// The letters for U+00C0...U+017F, in order, `-` where there is none. Source: the decompositions of Unicode 15.1,
  /// with ß, æ, œ, þ, ð, ø, ł, đ, ħ, ŋ and ı as English writes them.
  private static let table: [[UInt8]] =
    ("A A A A A A AE C E E E E I I I I D N O O O O O - O U U U U Y Th ss "
    + "a a a a a a ae c e e e e i i i i d n o o o o o - o u u u u y th y "
    + "A a A a A a C c C c C c C c D d D d E e E e E e E e E e G g G g G g G g H h H h I i I i I i I i I i IJ ij "
    + "J j K k k L l L l L l L l L l N n N n N n n N n O o O o O o OE oe R r R r R r S s S s S s S s T t T t T t "
    + "U u U u U u U u U u U u W w Y y Y Z z Z z Z z s").split(separator: " ").map { Array($0.utf8) }

  /// nil for a scalar that is not such a letter.
  static func ascii(_ scalar: Unicode.Scalar) -> [UInt8]? {
    guard (0xC0...0x17F).contains(scalar.value) else { return nil }
    let folded = table[Int(scalar.value) - 0xC0]
    return folded == [UInt8(ascii: "-")] ? nil : folded
  }
}
