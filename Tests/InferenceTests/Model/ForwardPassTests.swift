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
    for count in [20, 20, 1, 1] {
      cache.willWrite(count)
      unsafe pass.job = .tokens(count: count, logits: nil, ofAll: false)
      threads.run()
      cache.advance(count)
    }
    #expect(counted.load(ordering: .relaxed) == 0)
  }
}
