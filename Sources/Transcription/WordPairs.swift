import CPocketSphinx
import Glibc

/// Which words follow which in everyday English: those pairs of the large model's frequent words that tell more than the
/// words alone do. With them the general model hears sentences, and not only sounds.
///
/// Looks into a model that its owner keeps loaded meanwhile.
@safe struct WordPairs {
  struct Pair: Hashable, Sendable {
    /// Numbers of the large model.
    var first: Int32
    var second: Int32
    /// log10 of the probability that the second word follows the first.
    var logarithm: Float
  }

  struct Word: Sendable {
    var id: Int32
    /// log10 of its probability.
    var logarithm: Double
  }

  /// Of the large model's most frequent words, so many have pairs.
  static let vocabulary = 4_000
  /// Pairs that are left: those without which the model would be worse by this, in nats a word. Stolcke's pruning (1998)
  /// with the backed-off probability in place of the one renormalised.
  static let threshold = 1e-6
  /// How often a sentence begins, for the weight of pairs with its beginning.
  private static let startWeight = 0.05

  private let model: OpaquePointer
  /// log10 of the model's base.
  private let decimal: Double

  init(_ model: OpaquePointer, decimal: Double) {
    unsafe self.model = model
    self.decimal = decimal
  }

  /// The pairs of these first and second words that are worth their place. A first word whose probability is above 0 (log10)
  /// is the beginning of a sentence. Takes 0.4 us a pair.
  func find(_ firsts: [Word], _ seconds: [Word]) -> [Pair] {
    var pairs: [Pair] = []
    var known = [Float](repeating: 0, count: seconds.count)
    for first in firsts {
      var history = first.id
      var used: Int32 = 0
      // What a word loses behind this one where the model has no pair of them.
      var backoff: Double?
      for (index, second) in seconds.enumerated() {
        let logarithm = Double(unsafe ngram_ng_score(model, second.id, &history, 1, &used)) * decimal
        known[index] = used == 2 ? Float(logarithm) : .nan
        if used != 2, backoff == nil { backoff = logarithm - second.logarithm }
      }
      let weight = first.logarithm > 0 ? Self.startWeight : pow(10, first.logarithm)
      for (index, second) in seconds.enumerated() where !known[index].isNaN {
        let logarithm = Double(known[index])
        let gain = logarithm - (backoff ?? 0) - second.logarithm
        if weight * pow(10, logarithm) * gain * log(10) >= Self.threshold {
          pairs.append(Pair(first: first.id, second: second.id, logarithm: known[index]))
        }
      }
    }
    return pairs
  }
}

extension WordPairs {
  /// The pairs as bytes for a cache: three little-endian words of 32 bits each.
  static func bytes(of pairs: [Pair]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(pairs.count * 12)
    for pair in pairs {
      for word in [UInt32(bitPattern: pair.first), UInt32(bitPattern: pair.second), pair.logarithm.bitPattern] {
        for shift in [0, 8, 16, 24] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
      }
    }
    return bytes
  }

  /// What ``bytes(of:)`` wrote, or nil where it is none of that: word numbers below `count`, probabilities up to 1.
  static func pairs(in bytes: [UInt8], below count: Int32) -> [Pair]? {
    guard bytes.count.isMultiple(of: 12), !bytes.isEmpty else { return nil }
    var pairs: [Pair] = []
    pairs.reserveCapacity(bytes.count / 12)
    func word(_ place: Int) -> UInt32 {
      UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8 | UInt32(bytes[place + 2]) << 16
        | UInt32(bytes[place + 3]) << 24
    }
    for place in stride(from: 0, to: bytes.count, by: 12) {
      let pair = Pair(
        first: Int32(bitPattern: word(place)), second: Int32(bitPattern: word(place + 4)),
        logarithm: Float(bitPattern: word(place + 8)))
      guard (0..<count).contains(pair.first), (0..<count).contains(pair.second), (-20...0).contains(pair.logarithm)
      else { return nil }
      pairs.append(pair)
    }
    return pairs
  }
}
