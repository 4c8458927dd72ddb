import Glibc
import Testing

@testable import WorkerProcess

@Suite struct ModelFolderTests {
  static let fixtures = fixtureFolder("sherpa")

  @Test(arguments: [
    ("tones-streaming", RecogniserKind.streamingNemoCTC), ("tones-offline", .nemoCTC), ("unsupported-nemo", .nemoCTC),
  ])
  func kindIsReadFromTheModelsMetadata(_ folder: String, _ kind: RecogniserKind) throws {
    let model = try ModelFolder("\(Self.fixtures)/\(folder)").recogniser()
    #expect(model.kind == kind.rawValue)
    #expect(model.files["model"]?.hasSuffix("/\(folder)/model.onnx") == true)
    #expect(model.files["tokens"]?.hasSuffix("/\(folder)/tokens.txt") == true)
  }

  @Test func voiceIsReadFromTheModelsMetadata() throws {
    #expect(try ModelFolder("\(Self.fixtures)/tones-voice").voice().kind == "vits")
  }

  @Test(arguments: [
    (["tiny.en-encoder.onnx", "tiny.en-decoder.onnx", "tiny.en-tokens.txt"], "sherpa-onnx-whisper-tiny.en", "whisper"),
    (
      ["preprocess.onnx", "encode.int8.onnx", "uncached_decode.int8.onnx", "cached_decode.int8.onnx", "tokens.txt"],
      "sherpa-onnx-moonshine-tiny-en-int8", "moonshine"
    ),
    (
      ["encoder_model.ort", "decoder_model_merged.ort", "tokens.txt"], "sherpa-onnx-moonshine-base", "moonshine-merged"
    ),
    (
      ["encoder-epoch-99-avg-1.onnx", "decoder-epoch-99-avg-1.onnx", "joiner-epoch-99-avg-1.onnx", "tokens.txt"],
      "sherpa-onnx-streaming-zipformer-en-20M", "streaming-transducer"
    ),
    (
      ["encoder.int8.onnx", "decoder.int8.onnx", "joiner.int8.onnx", "tokens.txt"],
      "sherpa-onnx-nemo-parakeet-tdt-0.6b-v2-int8", "nemo-transducer"
    ),
    (["encoder.onnx", "decoder.onnx", "joiner.onnx", "tokens.txt"], "sherpa-onnx-zipformer-gigaspeech", "transducer"),
    (["encoder.onnx", "decoder.onnx", "tokens.txt"], "sherpa-onnx-streaming-paraformer-en", "streaming-paraformer"),
    (["model.int8.onnx", "tokens.txt"], "sherpa-onnx-sense-voice-zh-en", "sense-voice"),
    (["model.onnx", "tokens.txt"], "sherpa-onnx-tdnn-yesno", "tdnn"),
    (["model.onnx", "tokens.txt"], "sherpa-onnx-streaming-zipformer-ctc-small", "streaming-zipformer2-ctc"),
  ])
  func kindIsTakenFromNamesWhereTheFilesSayNothing(_ files: [String], _ name: String, _ kind: String) throws {
    let folder = try TemporaryFolder(name)
    for file in files { try folder.write("x", to: file) }
    #expect(try ModelFolder(folder.path).recogniser().kind == kind)
  }

  @Test func quantisedFileIsPreferred() throws {
    let folder = try TemporaryFolder("sherpa-onnx-sense-voice")
    for file in ["model.onnx", "model.int8.onnx", "tokens.txt"] { try folder.write("x", to: file) }
    #expect(try ModelFolder(folder.path).recogniser().files["model"]?.hasSuffix("model.int8.onnx") == true)
  }

  @Test func explicitKindGoesBeforeWhatTheFilesSay() throws {
    #expect(try ModelFolder("\(Self.fixtures)/tones-offline").recogniser(kind: .tdnn).kind == "tdnn")
  }

  @Test func missingFileIsNamed() throws {
    let folder = try TemporaryFolder("sherpa-onnx-whisper-base")
    try folder.write("x", to: "base-encoder.onnx")
    try folder.write("x", to: "base-decoder.onnx")
    let error = #expect(throws: WorkerError.self) { try ModelFolder(folder.path).recogniser() }
    #expect(error?.code == .modelFolder)
    #expect(error?.description.contains("tokens.txt") == true)
  }

  @Test func emptyFileIsRefusedBeforeAnythingStarts() throws {
    let folder = try TemporaryFolder("sherpa-onnx-tdnn-yesno")
    try folder.write("", to: "model.onnx")
    try folder.write("x", to: "tokens.txt")
    let error = #expect(throws: WorkerError.self) { try ModelFolder(folder.path).recogniser() }
    #expect(error?.description.contains("model.onnx") == true)
  }

  @Test func folderWithoutModelsSaysSo() throws {
    let folder = try TemporaryFolder("empty")
    let error = #expect(throws: WorkerError.self) { try ModelFolder(folder.path).recogniser() }
    #expect(error?.description.contains("no .onnx file") == true)
    #expect(throws: WorkerError.self) { try ModelFolder(folder.path + "/nowhere") }
  }

  @Test(arguments: [
    (["model-steps-3.onnx", "vocos-22khz-univ.onnx", "tokens.txt"], "matcha-icefall-en", "matcha"),
    (["model.onnx", "voices.bin", "tokens.txt"], "kokoro-en-v0_19", "kokoro"),
    (["model.fp16.onnx", "voices.bin", "tokens.txt"], "kitten-nano-en", "kitten"),
    (["en_US-amy-low.onnx", "tokens.txt"], "vits-piper-en_US-amy-low", "vits"),
  ])
  func voicesAreToldByTheirFiles(_ files: [String], _ name: String, _ kind: String) throws {
    let folder = try TemporaryFolder(name)
    for file in files { try folder.write("x", to: file) }
    #expect(try ModelFolder(folder.path).voice().kind == kind)
  }

  @Test func keywordSpotterNeedsItsKeywords() throws {
    let model = try ModelFolder("\(Self.fixtures)/tones-keywords").keywordSpotter(options: ["threshold": "0.5"])
    #expect(model.task == .keywords && model.kind == "transducer")
    #expect(model.files["keywords"]?.hasSuffix("/tones-keywords/keywords.txt") == true)
    let folder = try TemporaryFolder("sherpa-onnx-kws-zipformer")
    for file in ["encoder-chunk-16.int8.onnx", "decoder.onnx", "joiner.onnx", "tokens.txt"] {
      try folder.write("x", to: file)
    }
    let error = #expect(throws: WorkerError.self) { try ModelFolder(folder.path).keywordSpotter() }
    #expect(error?.description.contains("keywords.txt") == true)
  }

  @Test func metadataIsReadWithoutTheGraph() throws {
    let values = try #require(OnnxMetadata(path: "\(Self.fixtures)/tones-streaming/model.onnx")).values
    #expect(values["model_type"] == "EncDecCTCModelBPE")
    #expect(values["chunk_shift"] == "8")
  }

  @Test func mutatedModelFilesNeverTrap() throws {
    let valid = try readFile("\(Self.fixtures)/tones-streaming/model.onnx")
    #expect(exerciseOnnxMetadata(valid))
    var random = SeededGenerator(seed: 7)
    var refused = 0
    for _ in 0..<3_000 {
      var bytes = valid
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        // Half of the changes at the ends, where the fields' headers are.
        let range = Bool.random(using: &random) ? 0..<bytes.count : max(0, bytes.count - 200)..<bytes.count
        bytes[Int.random(in: range, using: &random)] = .random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random)) }
      if !exerciseOnnxMetadata(bytes) { refused += 1 }
    }
    #expect(refused > 500)
  }
}
