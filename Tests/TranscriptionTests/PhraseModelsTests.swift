import Glibc
import Testing

@testable import Transcription

@Suite(.serialized) struct PhraseModelsTests {
  @Test func filesAreMadeOnceAndFoundAgain() throws {
    let folder = try TemporaryFolder()
    let first = try PhraseModels(
      sentences: ["turn on the light"], cacheFolder: folder.path, englishFolder: englishFolder)
    let names = folder.names
    #expect(names.count == 5)
    let again = try PhraseModels(
      sentences: ["turn on the light"], cacheFolder: folder.path, englishFolder: englishFolder)
    #expect(again.phraseModel == first.phraseModel)
    #expect(folder.names == names)
  }

  @Test func otherPhrasesReplaceTheFiles() throws {
    let folder = try TemporaryFolder()
    _ = try PhraseModels(sentences: ["turn on the light"], cacheFolder: folder.path, englishFolder: englishFolder)
    let old = folder.names
    // What is new may be another program's.
    _ = try PhraseModels(sentences: ["turn off the light"], cacheFolder: folder.path, englishFolder: englishFolder)
    #expect(Set(old).isSubset(of: folder.names))
    for name in folder.names {
      let times = [timeval(tv_sec: 1, tv_usec: 0), timeval(tv_sec: 1, tv_usec: 0)]
      unsafe utimes("\(folder.path)/\(name)", times)
    }
    _ = try PhraseModels(sentences: ["turn off the fan"], cacheFolder: folder.path, englishFolder: englishFolder)
    #expect(folder.names.count == 5)
    #expect(Set(old).isDisjoint(with: folder.names))
  }

  @Test func unknownWordGetsAPronunciationFromItsLetters() throws {
    let folder = try TemporaryFolder()
    let sentences = ["turn on the zorblatt lamp"]
    let models = try PhraseModels(sentences: sentences, cacheFolder: folder.path, englishFolder: englishFolder)
    #expect(models.derivedPronunciations.keys.sorted() == ["zorblatt"])
    let phones = try #require(models.derivedPronunciations["zorblatt"])
    #expect(phones.split(separator: " ").allSatisfy { PronunciationDictionary.phones.contains(String($0)) })
    #expect(phones.hasPrefix("Z"))
    #expect(
      try PhraseModels(sentences: sentences, cacheFolder: folder.path, englishFolder: englishFolder)
        .derivedPronunciations
        == models.derivedPronunciations)
  }

  @Test func wordThatCannotBeSpokenIsNamed() throws {
    let folder = try TemporaryFolder()
    for word in ["21", "20%", "(light)", "лампа"] {
      let error = #expect(throws: TranscriptionError.self) {
        try PhraseModels(sentences: ["set it to \(word)"], cacheFolder: folder.path, englishFolder: englishFolder)
      }
      #expect(error?.code == .unpronounceable)
      #expect(error?.description.contains(word) == true)
    }
  }

  @Test func missingModelSaysWhatToInstall() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: TranscriptionError.self) {
      try PhraseModels(
        sentences: ["stop"], cacheFolder: folder.path, englishFolder: englishFolder, modelFolder: "/nonexistent")
    }
    #expect(error?.code == .fileUnreadable)
    #expect(error?.description.contains("pocketsphinx-en-us") == true)
  }

  @Test func cacheThatCannotBeWrittenIsReported() throws {
    let error = #expect(throws: TranscriptionError.self) {
      try PhraseModels(sentences: ["stop"], cacheFolder: "/proc/nowhere", englishFolder: englishFolder)
    }
    #expect(error?.code == .cacheUnwritable)
  }

  @Test func dictionaryKeepsEveryPronunciation() throws {
    let text = "tomato T AH M EY T OW\ntomato(2) T AH M AA T OW\n'em AH M\n\nlight L AY T\r\n"
    let dictionary = try PronunciationDictionary(parsing: Array(text.utf8), named: "test")
    #expect(dictionary.entries["tomato"]?.count == 2)
    #expect(dictionary.entries["light"] == [["L", "AY", "T"]])
    let again = try PronunciationDictionary(parsing: Array(dictionary.text.utf8), named: "test")
    #expect(again.entries == dictionary.entries)
  }

  @Test(arguments: ["light", "light L QQ T", "light L AY T 5"]) func lineThatIsNoPronunciationIsRefused(_ line: String)
  {
    let error = #expect(throws: TranscriptionError.self) {
      try PronunciationDictionary(parsing: Array("a AH\n\(line)\n".utf8), named: "test")
    }
    #expect(error?.description.contains("line 2") == true)
  }

  @Test func mutatedDictionariesAndPhrasesNeverTrap() throws {
    let valid = Array("tomato T AH M EY T OW\ntomato(2) T AH M AA T OW\nlight L AY T\n'em AH M\n".utf8)
    #expect(exercisePronunciations(valid))
    var noise = Noise(seed: 11)
    func random(_ count: Int) -> Int { min(count - 1, Int((noise.next() / 5e-4 + 0.5) * Float(count))) }
    var refused = 0
    for _ in 0..<2_000 {
      var bytes = valid
      for _ in 0...random(4) {
        switch random(3) {
        case 0: bytes[random(bytes.count)] = UInt8(random(256))
        case 1: bytes.insert(UInt8(random(256)), at: random(bytes.count))
        default: bytes.remove(at: random(bytes.count))
        }
      }
      if !exercisePronunciations(bytes) { refused += 1 }
      exercisePhrases(bytes)
    }
    #expect(refused > 200)
  }
}
