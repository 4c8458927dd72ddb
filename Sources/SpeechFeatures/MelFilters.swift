import Glibc

/// Triangular filters whose peaks are evenly spaced on Slaney's mel scale, each of the same area.
///
/// Source: M. Slaney, Auditory Toolbox, technical report 1998-010; librosa's `filters.mel` with `htk=False`,
/// `norm="slaney"`.
struct MelFilters: Sendable {
  private struct Filter {
    var firstBin: Int
    var weights: [Double]
  }

  private let filters: [Filter]

  /// `bands` filters over `bins` that lie evenly between 0 Hz and `highestHertz`.
  init(bands: Int, bins: Int, highestHertz: Double) {
    let top = Self.mel(highestHertz)
    let edges = (0..<bands + 2).map { Self.hertz(top * Double($0) / Double(bands + 1)) }
    let spacing = highestHertz / Double(bins - 1)
    filters = (0..<bands).map { band in
      let (low, peak, high) = (edges[band], edges[band + 1], edges[band + 2])
      let weights = (0..<bins).map { bin in
        let hertz = Double(bin) * spacing
        return max(0, min((hertz - low) / (peak - low), (high - hertz) / (high - peak))) * 2 / (high - low)
      }
      let first = weights.firstIndex { $0 > 0 } ?? 0
      let last = weights.lastIndex { $0 > 0 } ?? 0
      return Filter(firstBin: first, weights: Array(weights[first...last]))
    }
  }

  /// What the filter of `band` lets through of `power`, which has as many bins as the filters.
  func sum(_ band: Int, of power: [Double]) -> Double {
    let filter = filters[band]
    var sum = 0.0
    for index in filter.weights.indices { sum += filter.weights[index] * power[filter.firstBin + index] }
    return sum
  }

  private static func mel(_ hertz: Double) -> Double {
    hertz < 1_000 ? 3 * hertz / 200 : 15 + log(hertz / 1_000) * 27 / log(6.4)
  }

  private static func hertz(_ mel: Double) -> Double {
    mel < 15 ? 200 * mel / 3 : 1_000 * exp(log(6.4) / 27 * (mel - 15))
  }
}
