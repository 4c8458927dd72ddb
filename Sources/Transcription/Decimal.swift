import Glibc

func decimalLogarithm(_ value: Double) -> Double { value > 0 ? log10(value) : -99 }

/// Four places after the point, as ARPA files have.
func fixed(_ value: Double) -> String {
  let scaled = Int((value * 10_000).rounded())
  let digits = String(abs(scaled) % 10_000)
  return "\(scaled < 0 ? "-" : "")\(abs(scaled) / 10_000).\(String(repeating: "0", count: 4 - digits.count))\(digits)"
}

func decimalPower(_ logarithm: Double) -> Double { pow(10, logarithm) }
