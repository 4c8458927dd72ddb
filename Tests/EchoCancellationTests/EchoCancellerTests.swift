import Audio
import TestSupport
import Testing

@testable import EchoCancellation

@Suite struct EchoCancellerTests {
  /// Cancels frame by frame; what came out, and the powers.
  func cancel(
    _ canceller: inout EchoCanceller, _ microphone: [Float], _ far: [Float]
  ) -> (output: [Float], powers: [EchoCanceller.Powers]) {
    var output = microphone
    var powers: [EchoCanceller.Powers] = []
    for start in stride(from: 0, to: microphone.count - 255, by: 256) {
      var span = output.mutableSpan
      powers.append(canceller.cancel(&span, at: start, reference: far.span))
    }
    return (output, powers)
  }

  @Test func aFilterThatMakesItLouderIsNotUsedAndBeginsAnew() {
    var canceller = EchoCanceller(configuration: EchoConfiguration())
    let far = voice(4)
    let echo = far.indices.map { $0 < 300 ? 0 : 0.5 * far[$0 - 300] }
    _ = cancel(&canceller, echo, far)
    #expect(canceller.divergences == 0)
    // The loudspeaker is switched off: what the filter expects is not there.
    let quiet = Signal.noise(count: far.count, amplitude: 1e-3)
    let (output, powers) = cancel(&canceller, quiet, far)
    #expect(canceller.divergences >= 1)
    #expect(powers.allSatisfy { $0.linear <= 2 * $0.microphone || $0.linear < 1e-6 })
    #expect(output.allSatisfy { abs($0) < 0.02 })
  }

  @Test func outputLagsByOneFrame() {
    var canceller = EchoCanceller(configuration: EchoConfiguration())
    let near = voice(2, amplitude: 0.3)
    let output = cancel(&canceller, near, Signal.silence(near.count)).output
    // Speex takes out what is constant, and rounds.
    let late = Array(output[(256 + 8_000)...])
    let error = zip(late, near[8_000...]).map { $0 - $1 }
    #expect(level(error, 0, 1.4) < level(near, 0.5, 2) - 15)
  }

  @Test(arguments: [0, 64, 200, 500, 9_999]) func anyTailWorks(tail: Int) {
    var configuration = EchoConfiguration()
    configuration.tail = .milliseconds(tail)
    var canceller = EchoCanceller(configuration: configuration)
    let far = voice(3)
    let echo = far.indices.map { $0 < 300 ? 0 : 0.5 * far[$0 - 300] }
    let output = cancel(&canceller, echo, far).output
    #expect(level(echo, 2, 3) - level(output, 2, 3) >= 15)
  }
}
