import Glibc
import OperatingSystem

/// A downloaded model as sherpa-onnx publishes it: a folder of `.onnx` files, `tokens.txt` and the like.
///
/// What it is, is told by the metadata inside the files first, by the files' names second and by the folder's name
/// last; an explicit kind goes before all of that. Everything that the kind needs is checked here, so that the error is
/// clear and nothing is started in vain.
public struct ModelFolder: Sendable {
  public let path: String
  /// Names of the files in it, sorted.
  let names: [String]

  /// Entries of a folder that are looked at.
  static let maximumEntries = 4_096

  /// Lists the folder. Throws ``WorkerError/Code/modelFolder`` when that is not possible.
  public init(_ path: String) throws(WorkerError) {
    let absolute = unsafe realpath(path, nil)
    defer { unsafe free(absolute) }
    let listing: Result<[String], SystemCallFailure>
    if let absolute = unsafe absolute {
      self.path = unsafe String(cString: absolute)
      listing = namesInFolder(self.path, limit: Self.maximumEntries)
    } else {
      self.path = path
      listing = .failure(.last)
    }
    do throws(SystemCallFailure) {
      names = try listing.get()
    } catch {
      throw WorkerError(
        .modelFolder, "read the model folder \(path)", "it cannot be listed", errno: error.number,
        remedy: "Check the path in the configuration and its permissions.")
    }
  }

  /// The recogniser in this folder. `kind` overrides what the files say; `options` are handed to the worker:
  /// `threads` (1...64), `language`, `task`.
  public func recogniser(
    kind: RecogniserKind? = nil, options: [String: String] = [:]
  ) throws(WorkerError) -> WorkerModel {
    guard let kind = kind ?? detectedRecogniser() else {
      throw unknown("recogniser", RecogniserKind.allCases.map(\.rawValue))
    }
    let files = try resolve(kind.rawValue, roles: kind.roles, optional: ["bpe_vocab"])
    return WorkerModel(task: .recogniser, kind: kind.rawValue, files: files, options: options)
  }

  /// The voice in this folder. `options`: `threads`, `language` (of eSpeak NG, for models that take phonemes).
  public func voice(kind: VoiceKind? = nil, options: [String: String] = [:]) throws(WorkerError) -> WorkerModel {
    guard let kind = kind ?? detectedVoice() else { throw unknown("voice", VoiceKind.allCases.map(\.rawValue)) }
    var files = try resolve(kind.rawValue, roles: kind.roles, optional: ["lexicon"])
    // A Piper voice says in a file beside the model which language eSpeak NG is to spell out.
    if let model = files["model"], names.contains(where: { "\(path)/\($0)" == "\(model).json" }) {
      files["settings"] = "\(model).json"
    }
    return WorkerModel(task: .voice, kind: kind.rawValue, files: files, options: options)
  }

  /// The keyword spotter in this folder, which has the keywords themselves in `keywords.txt`. `options`: `threads` (1...64),
  /// `score` (0...10, how much the search prefers keywords) and `threshold` (0.01...0.99), where `keywords.txt` says nothing
  /// else of a keyword.
  public func keywordSpotter(
    kind: KeywordKind = .transducer, options: [String: String] = [:]
  ) throws(WorkerError) -> WorkerModel {
    let files = try resolve("keyword \(kind.rawValue)", roles: kind.roles, optional: [])
    return WorkerModel(task: .keywords, kind: kind.rawValue, files: files, options: options)
  }

  /// Which recogniser this is, or nil.
  public func detectedRecogniser() -> RecogniserKind? {
    let has = { (role: String) in file(role) != nil }
    if has("preprocessor"), has("uncached_decoder") { return .moonshine }
    if has("encoder"), has("merged_decoder") { return .moonshineMerged }
    if has("encoder"), has("decoder") {
      let metadata = metadata("encoder")
      let type = metadata["model_type"] ?? ""
      if has("joiner") {
        let streams =
          metadata["decode_chunk_len"] != nil || metadata["chunk_shift"] != nil
          || (metadata["left_context_len"] ?? metadata["num_left_chunks"]) != nil || (type.isEmpty && says("streaming"))
        if streams || type == "lstm" { return .streamingTransducer }
        return type.hasPrefix("EncDec") || (type.isEmpty && says("nemo")) ? .nemoTransducer : .transducer
      }
      if type.hasPrefix("whisper") || says("whisper") { return .whisper }
      if type == "EncDecMultiTaskModel" || says("canary") { return .canary }
      if type == "paraformer" || says("paraformer") { return .streamingParaformer }
      if says("fire-red") { return .fireRed }
      return nil
    }
    guard has("model") else { return nil }
    return detectedSingleFile(metadata("model"))
  }

  private func detectedSingleFile(_ metadata: [String: String]) -> RecogniserKind? {
    switch metadata["model_type"] ?? "" {
    case "zipformer2", "zipformer": return .streamingZipformer2CTC
    case "zipformer2_ctc": return .zipformerCTC
    case let type where type.hasPrefix("EncDec"): return metadata["chunk_shift"] != nil ? .streamingNemoCTC : .nemoCTC
    case "wenet_ctc": return .wenetCTC
    case "telespeech_ctc": return .telespeechCTC
    case "sense_voice_ctc": return .senseVoice
    case "paraformer": return .paraformer
    case let type where type.hasPrefix("tdnn"): return .tdnn
    case "t-one": return .streamingToneCTC
    default: break
    }
    if metadata["window_size"] != nil, metadata["chunk_shift"] != nil { return .streamingNemoCTC }
    let byName: [(String, RecogniserKind)] = [
      ("sense-voice", .senseVoice), ("dolphin", .dolphin), ("omnilingual", .omnilingual), ("t-one", .streamingToneCTC),
      ("telespeech", .telespeechCTC), ("wenet", .wenetCTC), ("paraformer", .paraformer), ("tdnn", .tdnn),
      ("nemo", .nemoCTC), ("zipformer", says("streaming") ? .streamingZipformer2CTC : .zipformerCTC),
    ]
    return byName.first { says($0.0) }?.1
  }

  /// Which voice this is, or nil.
  public func detectedVoice() -> VoiceKind? {
    if file("acoustic_model") != nil { return .matcha }
    guard file("model") != nil else { return nil }
    if file("voices") != nil {
      return says("kitten") || metadata("model")["model_type"] == "kitten-tts" ? .kitten : .kokoro
    }
    let metadata = metadata("model")
    return metadata["n_speakers"] != nil || metadata["sample_rate"] != nil || says("vits") ? .vits : nil
  }

  /// Whether the folder's own name has this word.
  private func says(_ word: String) -> Bool {
    let name = path.split(separator: "/").last.map(String.init) ?? ""
    return name.lowercased().replacing("_", with: "-").contains(word)
  }

  private func metadata(_ role: String) -> [String: String] {
    file(role).flatMap { OnnxMetadata(path: $0)?.values } ?? [:]
  }

  private func resolve(_ kind: String, roles: [String], optional: [String]) throws(WorkerError) -> [String: String] {
    var files: [String: String] = [:]
    var missing: [String] = []
    for role in roles {
      if let path = file(role) { files[role] = path } else { missing.append(Self.example(role)) }
    }
    guard missing.isEmpty else {
      throw WorkerError(
        .modelFolder, "use the model folder \(path)",
        "a \(kind) model needs \(missing.joined(separator: " and ")) there",
        remedy: "Download the model completely, or name another type.")
    }
    for (role, path) in files.sorted(by: { $0.key < $1.key }) {
      var status = stat()
      guard unsafe stat(path, &status) == 0, unsafe access(path, R_OK) == 0 else {
        throw WorkerError(
          .modelFolder, "read \(path)", "the \(role) of the \(kind) model cannot be opened", errno: errno,
          remedy: "Give the service's user permission to read it.")
      }
      guard status.st_mode & S_IFMT == S_IFREG, status.st_size > 0 else {
        throw WorkerError(
          .modelFolder, "read \(path)", "the \(role) of the \(kind) model is empty or not a file",
          remedy: "Download the model again.")
      }
    }
    for role in optional { files[role] = file(role) }
    return files
  }

  private func unknown(_ what: String, _ kinds: [String]) -> WorkerError {
    let onnx = names.filter { $0.hasSuffix(".onnx") || $0.hasSuffix(".ort") }
    return WorkerError(
      .modelFolder, "use the model folder \(path)",
      onnx.isEmpty
        ? "there is no .onnx file in it" : "no \(what) is recognised in \(onnx.prefix(6).joined(separator: ", "))",
      remedy: onnx.isEmpty
        ? "Unpack the model there." : "Name its type: \(kinds.joined(separator: ", ")).")
  }

  /// The file for a role: the quantised one where there are two, because it is faster on every board.
  private func file(_ role: String) -> String? {
    let matches = names.filter { Self.matches(role, $0.lowercased()) }
    return (matches.first { $0.contains("int8") } ?? matches.first).map { "\(path)/\($0)" }
  }

  private static func matches(_ role: String, _ name: String) -> Bool {
    let isModel = name.hasSuffix(".onnx") || name.hasSuffix(".ort")
    switch role {
    case "keywords": return name == "keywords.txt" || name.hasSuffix("-keywords.txt")
    case "tokens": return name == "tokens.txt" || name.hasSuffix("-tokens.txt")
    case "voices": return name == "voices.bin"
    case "lexicon": return name == "lexicon.txt" || name.hasPrefix("lexicon-us-en")
    case "bpe_vocab": return name == "bpe.vocab"
    case "preprocessor": return isModel && name.hasPrefix("preprocess")
    case "uncached_decoder": return isModel && name.hasPrefix("uncached_decode")
    case "cached_decoder": return isModel && name.hasPrefix("cached_decode")
    case "merged_decoder": return isModel && name.contains("decoder_model_merged")
    case "encoder": return isModel && name.contains("encode")
    case "decoder": return isModel && name.contains("decoder") && !name.contains("merged")
    case "joiner": return isModel && name.contains("joiner")
    case "vocoder": return isModel && (name.contains("vocos") || name.contains("hifigan") || name.contains("vocoder"))
    case "acoustic_model": return isModel && (name.hasPrefix("model-steps") || name.contains("acoustic"))
    case "model":
      let parts = ["encode", "decode", "joiner", "preprocess", "vocos", "hifigan", "vocoder"]
      return isModel && !parts.contains { name.contains($0) }
    default: return false
    }
  }

  private static func example(_ role: String) -> String {
    switch role {
    case "tokens": "tokens.txt"
    case "keywords": "keywords.txt"
    case "voices": "voices.bin"
    case "preprocessor": "preprocess.onnx"
    case "acoustic_model": "model-steps-3.onnx"
    case "merged_decoder": "decoder_model_merged.ort"
    default: "\(role).onnx"
    }
  }
}
