/// Finds the known name that a mistyped one most likely means.
public enum NearestName {
  /// The name within an edit distance of a third of its length (at least 1), or nil. Takes time in the product of
  /// the lengths; names longer than 64 characters have no neighbour.
  public static func of(_ name: String, in known: [String]) -> String? {
    let typed = Array(name.lowercased().unicodeScalars)
    guard typed.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in known where candidate.utf8.count <= 64 {
      let letters = Array(candidate.lowercased().unicodeScalars)
      let distance = Self.distance(typed, letters)
      guard distance <= max(1, letters.count / 3), distance < (best?.distance ?? .max) else { continue }
      best = (candidate, distance)
    }
    return best?.name
  }

  /// Damerau's distance with adjacent transpositions (optimal string alignment).
  private static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      for column in 0..<right.count {
        var value = min(
          last[column] + (left[row] == right[column] ? 0 : 1), last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          value = min(value, beforeLast[column - 1] + 1)
        }
        current.append(value)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}
