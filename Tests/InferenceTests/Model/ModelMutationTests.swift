import Glibc
import TestSupport
import Testing

@testable import Inference

/// Damaged model files and snapshots: none crashes, hangs or takes memory; ModelFuzzing says what is checked.
@Suite struct ModelMutationTests {
  /// Metadata and the table of tensors are most of what is changed, because that is what shapes the graph.
  @Test(arguments: TinyModel.architectures) func damagedModelsAreRefusedOrComputed(_ name: String) {
    let file = TinyModel.named(name).file(.q4_0)
    let bytes = file.bytes
    let header = bytes.count - file.tensors.reduce(0) { $0 + ($1.bytes.count + 31) / 32 * 32 }
    var generator = SeededGenerator(seed: 11)
    for round in 0..<Self.rounds {
      var damaged = round % 10 == 0 ? bytes : Array(bytes[..<header])
      for _ in 0..<Int.random(in: 1...3, using: &generator) { damaged.mutate(using: &generator) }
      if round % 10 != 0 { damaged.append(contentsOf: bytes[header...]) }
      ModelFuzzing.model(damaged.span)
    }
  }

  /// Values at the edges, in every key and every dimension.
  @Test(arguments: TinyModel.architectures) func extremeValuesAreRefusedOrComputed(_ name: String) {
    let file = TinyModel.named(name).file(.q4_0)
    let numbers: [UInt32] = [0, 1, 2, 3, 31, 255, 256, 257, 65_536, 0x7FFF_FFFF, 0x8000_0000, .max]
    let floats: [Float] = [0, -1, 1e-30, 1e30, .nan, .infinity]
    for index in file.keys.indices {
      for value in numbers.map({ TinyFile.Value.u32($0) }) + floats.map({ .f32($0) }) + [.flags([]), .u32s([])] {
        var changed = file
        changed.keys[index].1 = value
        ModelFuzzing.model(changed.bytes.span)
      }
    }
    for index in file.tensors.indices {
      for dimensions in [[], [0], [1], [256], [256, 1], [1, 256], [Int.max, Int.max], [256, 96, 1], [32, 1 << 40]] {
        var changed = file
        changed.tensors[index].dimensions = dimensions
        ModelFuzzing.model(changed.bytes.span)
      }
    }
  }

  @Test func damagedSnapshotHeadersAreRefused() {
    let header = SnapshotHeader(
      model: 1, payloadBytes: 2, keyValueType: 0, longRope: true, window: 3, tokens: [1, 2, 3, 4])
    ModelFuzzing.snapshot(header.bytes.span)
    var generator = SeededGenerator(seed: 12)
    for _ in 0..<Self.rounds * 10 {
      var bytes = header.bytes
      bytes.mutate(using: &generator)
      if bytes != header.bytes, bytes.count <= header.bytes.count {
        #expect(throws: SnapshotFlaw.self) { try SnapshotHeader(bytes, atMost: 4096) }
      }
      ModelFuzzing.snapshot(bytes.span)
    }
  }

  @Test func damagedSnapshotsAreRefusedAndHarmNothing() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/prefix.kv"
      let prefix = Array(TinyModel.tokens[..<5])
      try withTransformer("gemma3") { model in
        try model.evaluate(prefix)
        try model.saveSnapshot(of: prefix.count, to: path)
        let bytes = try read(path)
        var generator = SeededGenerator(seed: 13)
        for _ in 0..<Self.rounds {
          var damaged = bytes
          damaged.mutate(using: &generator)
          try write(damaged, to: path)
          if damaged == bytes {
            try model.restoreSnapshot(of: prefix, from: path)
          } else {
            #expect(throws: InferenceError.self) { try model.restoreSnapshot(of: prefix, from: path) }
          }
        }
        try write(bytes, to: path)
        try model.restoreSnapshot(of: prefix, from: path)
        #expect(model.position == prefix.count)
      }
    }
  }

  /// Of each test; the environment variable asks for more.
  static let rounds = unsafe getenv("EARSHOT_MUTATIONS").flatMap { unsafe Int(String(cString: $0)) } ?? 300
}
