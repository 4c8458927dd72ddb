import CAllocationCounter
import Synchronization
import TestSupport
import Testing

@testable import Inference

@Suite struct ForwardPassTests {
  @Test(.enabled(if: canCountAllocations), arguments: TinyModel.architectures)
  func aComputeThreadAllocatesNothing(_ name: String) throws {
    let file = try GGUFFile(bytes: TinyModel.named(name).file(.q8_0).bytes.span, name: "tiny.gguf")
    let options = TransformerOptions.tiny(threads: 1)
    let parameters = try HyperParameters(file)
    let weights = try TransformerWeights(file, parameters, context: options.context)
    let cache = try KeyValueCache(parameters, options: options)
    let pass = try ForwardPass(parameters, weights, cache, options: options)
    let counted = Atomic<UInt64>(0)
    let threads = try ComputeThreads(count: 1, niceness: 0) { lane in
      alc_start()
      pass.run(lane)
      counted.add(alc_stop(), ordering: .relaxed)
    }
    for (round, count) in [20, 1, 20, 1, 1].enumerated() {
      // Swift's runtime makes a generic type's description when it is first used: that is what the warm-up is for.
      if round == 2 { counted.store(0, ordering: .relaxed) }
      cache.willWrite(count)
      unsafe pass.job = .tokens(count: count, logits: nil, ofAll: false)
      threads.run()
      cache.advance(count)
    }
    #expect(counted.load(ordering: .relaxed) == 0)
  }
}
