import FuzzTargets
import Testing

/// What fuzzing has found stays mended: every input of the corpus goes through its target again. A target ends the
/// process where a promise is broken, after the input's name was written to standard error.
@Suite(.serialized) struct CorpusTests {
  /// A seed is to be read by people and kept in the repository; a found input is cut to its cause.
  static let maximumBytes = 4_096

  @Test func everyTargetHasAFolderAndEveryFolderATarget() {
    #expect(Corpus.names(in: Corpus.root) == FuzzTarget.all.map(\.name).sorted())
  }

  @Test(arguments: FuzzTarget.all) func corpusIsReplayed(through target: FuzzTarget) throws {
    let folder = Corpus.root + "/" + target.name
    let names = try #require(Corpus.names(in: folder), "no folder \(folder)")
    #expect(!names.isEmpty, "\(folder) is empty")
    for name in names {
      let bytes = try #require(Corpus.bytes(folder + "/" + name), "cannot read \(folder)/\(name)")
      #expect(bytes.count <= Self.maximumBytes, "\(target.name)/\(name) has \(bytes.count) bytes")
      replay(bytes, through: target, name)
    }
  }

  /// An input of one reader is a stranger to all others, which have to bear it as well.
  @Test(arguments: FuzzTarget.all) func strangersAreBorne(by target: FuzzTarget) throws {
    for folder in FuzzTarget.all where folder.name != target.name {
      // One of each is enough here: the ways into a reader are its own corpus.
      guard let name = Corpus.names(in: Corpus.root + "/" + folder.name)?.first else { continue }
      let bytes = try #require(Corpus.bytes(Corpus.root + "/" + folder.name + "/" + name))
      replay(bytes, through: target, folder.name + "/" + name)
    }
  }

  @Test(arguments: FuzzTarget.all) func nothingAndOneByteAreBorne(by target: FuzzTarget) {
    target.check([])
    // The ends of the range and what opens something in one of the formats.
    for byte in [0x00, 0x0A, 0x22, 0x26, 0x28, 0x2D, 0x5B, 0x7B, 0x80, 0xFF] as [UInt8] { target.check([byte]) }
  }

  private func replay(_ bytes: [UInt8], through target: FuzzTarget, _ name: String) {
    InputAtCrash.set("\(target.name) was reading \(name)\n")
    target.check(bytes)
    InputAtCrash.set("")
  }
}
