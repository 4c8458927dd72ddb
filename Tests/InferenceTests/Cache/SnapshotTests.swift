import Glibc
import TestSupport
import Testing

@testable import Inference

@Suite struct SnapshotTests {
  static let prefix = Array(TinyModel.tokens[..<40])
  static let rest = Array(TinyModel.tokens[40...])

  @Test(arguments: TinyModel.architectures, KeyValueType.allCases)
  func aRestoredPrefixIsAsGoodAsAnEvaluatedOne(_ name: String, _ type: KeyValueType) throws {
    let options = TransformerOptions.tiny(type)
    try withTemporaryFolder { folder in
      let path = folder + "/prefix.kv"
      let fresh = try withTransformer(name, options: options) { model in
        try model.evaluate(Self.prefix)
        try model.saveSnapshot(of: 40, to: path)
        return try TransformerTests.logits(model, [Self.rest])
      }
      let restored = try withTransformer(name, options: options) { model in
        // What was there before goes.
        try model.evaluate([9, 9, 9])
        try model.restoreSnapshot(of: Self.prefix, from: path)
        #expect(model.tokens == Self.prefix)
        return try TransformerTests.logits(model, [Self.rest])
      }
      #expect(difference(restored, fresh) < roundingNoise)
    }
  }

  @Test func aPrefixOfWhatWasEvaluatedCanBeSaved() throws {
    try withTransformer("gemma3", options: .tiny(batch: 8, rewind: 8)) { model in
      try withTemporaryFolder { folder in
        try model.evaluate(TinyModel.tokens)
        try model.saveSnapshot(of: 40, to: folder + "/prefix.kv")
        let direct = try TransformerTests.logits(model, [])
        try model.restoreSnapshot(of: Self.prefix, from: folder + "/prefix.kv")
        #expect(difference(try TransformerTests.logits(model, [Self.rest]), direct) < roundingNoise)
        // The snapshot holds no more than the window, so nothing before it is left.
        #expect(model.truncate(to: 20) == 0)
      }
    }
  }

  @Test func whatAWindowHasLostCannotBeSaved() throws {
    try withTransformer("gemma3", options: .tiny(batch: 8)) { model in
      try withTemporaryFolder { folder in
        try model.evaluate(TinyModel.tokens)
        for count in [0, 10, 38, 49] {
          #expect(throws: InferenceError.self) { try model.saveSnapshot(of: count, to: folder + "/prefix.kv") }
        }
        #expect(unsafe access(folder + "/prefix.kv", F_OK) != 0)
      }
    }
  }

  /// Saves a snapshot of the prefix, changes its bytes, and tells why it cannot be used.
  static func reason(options: TransformerOptions = .tiny(), _ change: (inout [UInt8]) -> Void) throws -> String? {
    try withTransformer("llama", options: options) { model in
      try withTemporaryFolder { folder in
        let path = folder + "/prefix.kv"
        try model.evaluate(prefix)
        try model.saveSnapshot(of: 40, to: path)
        var bytes = try read(path)
        change(&bytes)
        try write(bytes, to: path)
        do { try model.restoreSnapshot(of: prefix, from: path) } catch let error as InferenceError {
          #expect(error.code == .fileInvalid)
          return error.message
        }
        return nil
      }
    }
  }

  @Test func anUnchangedFileIsUsed() throws { #expect(try Self.reason { _ in } == nil) }

  @Test(arguments: [0, 9, 17, 25, 29, 33, 37, 41, 199, 201]) func aDamagedHeaderIsFound(_ at: Int) throws {
    #expect(try Self.reason { $0[at] ^= 0x10 } != nil)
  }

  @Test(arguments: [208, 1000, 40_000]) func aDamagedPayloadIsFound(_ at: Int) throws {
    #expect(try Self.reason { $0[at] ^= 1 }?.contains("checksum") == true)
  }

  @Test(arguments: [0, 7, 40, 207, 208, 30_000]) func aCutFileIsFound(_ count: Int) throws {
    #expect(try Self.reason { $0.removeSubrange(count...) } != nil)
  }

  @Test func whatComesAfterTheEndIsFound() throws {
    #expect(try Self.reason { $0.append(0) }?.contains("long") == true)
  }

  @Test func aDamagedPayloadLeavesAnEmptyCache() throws {
    try withTransformer("llama") { model in
      try withTemporaryFolder { folder in
        let path = folder + "/prefix.kv"
        try model.evaluate(Self.prefix)
        try model.saveSnapshot(of: 40, to: path)
        var bytes = try read(path)
        bytes[bytes.count - 1] ^= 1
        try write(bytes, to: path)
        #expect(throws: InferenceError.self) { try model.restoreSnapshot(of: Self.prefix, from: path) }
        #expect(model.position == 0)
        let logits = try TransformerTests.logits(model, [TinyModel.tokens])
        let fresh = try withTransformer("llama") { try TransformerTests.logits($0, [TinyModel.tokens]) }
        #expect(difference(logits, fresh) < roundingNoise)
      }
    }
  }

  @Test func aStaleSnapshotIsFoundWithItsReasonAndChangesNothing() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/prefix.kv"
      try withTransformer("phi3") { model in
        try model.evaluate(Self.prefix)
        try model.saveSnapshot(of: 40, to: path)
      }
      func reason(_ name: String, _ type: TinyModel.Quantisation, _ options: TransformerOptions, _ tokens: [TokenID])
        throws -> String
      {
        try withTransformer(name, type, options: options) { model in
          try model.evaluate([1, 2])
          let error = #expect(throws: InferenceError.self) { try model.restoreSnapshot(of: tokens, from: path) }
          #expect(model.tokens == [1, 2])
          return error?.message ?? ""
        }
      }
      let prefix = Self.prefix
      #expect(try reason("phi3", .f16, .tiny(), prefix).contains("another model"))
      #expect(try reason("llama", .f32, .tiny(), prefix).contains("another model"))
      #expect(try reason("phi3", .f32, .tiny(.q8_0), prefix).contains("another type"))
      #expect(try reason("phi3", .f32, .tiny(context: 48), prefix).contains("original"))
      #expect(try reason("phi3", .f32, .tiny(), prefix.reversed()).contains("other tokens"))
      #expect(try reason("phi3", .f32, .tiny(), Array(prefix[..<39])).contains("40 tokens"))
    }
  }

  @Test func oneWeightMakesAnotherModel() throws {
    func identity(_ change: (inout TinyFile) -> Void) throws -> UInt64 {
      var file = TinyModel.named("llama").file()
      change(&file)
      return try withTransformer(file.bytes) { $0.identity }
    }
    let original = try identity { _ in }
    #expect(try identity { _ in } == original)
    #expect(try identity { $0.tensors[3].bytes[0] ^= 1 } != original)
    #expect(try identity { $0.set("llama.rope.freq_base", .f32(20_000)) } != original)
  }

  @Test func aMissingFileAndAFolderAreErrors() throws {
    try withTransformer("llama") { model in
      try withTemporaryFolder { folder in
        let missing = #expect(throws: InferenceError.self) {
          try model.restoreSnapshot(of: [1], from: folder + "/none.kv")
        }
        #expect(missing?.code == .fileUnreadable)
        #expect(missing?.errorNumber == ENOENT)
        #expect(throws: InferenceError.self) { try model.restoreSnapshot(of: [1], from: folder) }
        try model.evaluate([1])
        #expect(throws: InferenceError.self) { try model.saveSnapshot(of: 1, to: folder + "/no/prefix.kv") }
      }
    }
  }

  @Test func aFailedSaveLeavesTheOldFile() throws {
    try withTransformer("llama") { model in
      try withTemporaryFolder { folder in
        let path = folder + "/prefix.kv"
        try model.evaluate(Self.prefix)
        try model.saveSnapshot(of: 40, to: path)
        let before = try read(path)
        // A folder in the unfinished file's place.
        unsafe mkdir(path + ".part", 0o700)
        #expect(throws: InferenceError.self) { try model.saveSnapshot(of: 30, to: path) }
        unsafe rmdir(path + ".part")
        #expect(try read(path) == before)
        try model.saveSnapshot(of: 30, to: path)
        #expect(unsafe access(path + ".part", F_OK) != 0)
        var status = stat()
        unsafe stat(path, &status)
        #expect(status.st_mode & 0o777 == 0o600)
      }
    }
  }

  @Test func namesTellModelsSettingsAndTokensApart() throws {
    var names: Set<String> = []
    for name in ["llama", "phi3"] {
      for options in [TransformerOptions.tiny(), .tiny(.q8_0)] {
        try withTransformer(name, options: options) { model in
          for tokens in [[1, 2], [2, 1], [1, 2, 3]] as [[TokenID]] { names.insert(model.snapshotName(for: tokens)) }
        }
      }
    }
    #expect(names.count == 12)
    #expect(names.allSatisfy { $0.count == 16 })
  }
}
