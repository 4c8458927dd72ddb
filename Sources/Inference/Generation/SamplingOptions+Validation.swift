extension SamplingOptions {
  /// Refuses what is outside the ranges that the properties name.
  /// - Throws: `requestInvalid` with the option, its value and what is allowed.
  func validate(vocabulary: Int) throws(InferenceError) {
    let numbers: [(name: String, value: Float, range: ClosedRange<Float>)] = [
      ("temperature", temperature, 0...2), ("top_p", topP, 0...1), ("min_p", minP, 0...1),
      ("repetition_penalty", repetitionPenalty, 0.1...10),
    ]
    // Not a number is in no range.
    for (name, value, range) in numbers where !range.contains(value) {
      throw Self.outside(name, "\(value)", "\(range.lowerBound) to \(range.upperBound)")
    }
    guard topK >= 0 else { throw Self.outside("top_k", "\(topK)", "0 and above") }
    guard (0...65536).contains(repetitionWindow) else {
      throw Self.outside("repetition_window", "\(repetitionWindow)", "0 to 65536")
    }
    for (token, bias) in logitBias {
      guard token >= 0, Int(token) < vocabulary else {
        throw Self.outside("logit_bias of token", "\(token)", "tokens 0 to \(vocabulary - 1)")
      }
      guard (-100...100).contains(bias) else { throw Self.outside("logit_bias", "\(bias)", "-100 to 100") }
    }
  }

  private static func outside(_ name: String, _ value: String, _ allowed: String) -> InferenceError {
    InferenceError(
      .requestInvalid, "could not take \(name) \(value): allowed are \(allowed)",
      remedy: "Choose a value in that range.")
  }
}
