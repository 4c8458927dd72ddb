import Glibc
import WorkerProcess

/// Samples of one utterance at a time to words.
protocol UtteranceDecoder: AnyObject {
  /// Starts an utterance; what is open of another one is dropped.
  func begin(_ id: UInt32)
  /// Takes samples and returns the words so far when they have changed.
  func accept(_ samples: [Float], of id: UInt32) -> String?
  /// The words of all that was accepted; nil when that utterance is not open. More may be accepted afterwards.
  func settle(_ id: UInt32) -> (text: String, confidence: Float)?
  func end(_ id: UInt32)
}

/// Samples of one utterance kept in the worker: a minute of them, so that a microphone left open costs no memory.
struct UtteranceAudio {
  static let maximumSamples = 60 * 16_000
  let id: UInt32
  private(set) var samples: [Float] = []

  init(id: UInt32) { self.id = id }

  mutating func append(_ more: [Float]) {
    samples.append(contentsOf: more.prefix(Self.maximumSamples - samples.count))
  }
}

/// Geometric mean of token probabilities, from their logarithms; -1 where there are none.
func confidence(ofLogProbabilities values: UnsafeBufferPointer<Float>) -> Float {
  guard !values.isEmpty else { return -1 }
  var sum: Float = 0
  for index in values.indices { unsafe sum += values[index] }
  let mean = sum / Float(values.count)
  return mean.isFinite ? min(1, max(0, exp(mean))) : -1
}
