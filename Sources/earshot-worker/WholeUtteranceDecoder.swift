import CSherpaOnnx
import Glibc
import WorkerProcess

/// Models that hear an utterance as a whole, at its end.
@safe final class WholeUtteranceDecoder: UtteranceDecoder {
  // Made here and used on the main thread only.
  private let recogniser: OpaquePointer
  private var audio: UtteranceAudio?

  init(_ model: WorkerModel, _ kind: RecogniserKind) throws(WorkerError) {
    var configuration = unsafe SherpaOnnxOfflineRecognizerConfig()
    let files = ConfigurationStrings(model.files)
    let language = model.options["language"] ?? ""
    unsafe configuration.feat_config.sample_rate = 16_000
    unsafe configuration.feat_config.feature_dim = kind == .tdnn ? 23 : 80
    unsafe configuration.decoding_method = ConfigurationStrings.copy("greedy_search")
    unsafe configuration.model_config.tokens = files["tokens"]
    unsafe configuration.model_config.num_threads = Int32(model.options["threads"].flatMap { Int($0) } ?? 1)
    unsafe configuration.model_config.provider = ConfigurationStrings.copy("cpu")
    unsafe Self.describe(kind, files, language, &configuration.model_config)
    guard let made = unsafe SherpaOnnxCreateOfflineRecognizer(&configuration) else {
      throw WorkerError(.loadFailed, "load the model", "the library refuses it", remedy: "Check the model's files.")
    }
    unsafe recogniser = made
  }

  private static func describe(
    _ kind: RecogniserKind, _ files: ConfigurationStrings, _ language: String,
    _ model: inout SherpaOnnxOfflineModelConfig
  ) {
    switch kind {
    case .transducer, .nemoTransducer:
      unsafe model.transducer.encoder = files["encoder"]
      unsafe model.transducer.decoder = files["decoder"]
      unsafe model.transducer.joiner = files["joiner"]
      unsafe model.model_type = ConfigurationStrings.copy(kind == .nemoTransducer ? "nemo_transducer" : "transducer")
    case .paraformer: unsafe model.paraformer.model = files["model"]
    case .nemoCTC: unsafe model.nemo_ctc.model = files["model"]
    case .zipformerCTC: unsafe model.zipformer_ctc.model = files["model"]
    case .wenetCTC: unsafe model.wenet_ctc.model = files["model"]
    case .telespeechCTC: unsafe model.telespeech_ctc = files["model"]
    case .dolphin: unsafe model.dolphin.model = files["model"]
    case .omnilingual: unsafe model.omnilingual.model = files["model"]
    case .tdnn: unsafe model.tdnn.model = files["model"]
    case .senseVoice:
      unsafe model.sense_voice.model = files["model"]
      unsafe model.sense_voice.language = ConfigurationStrings.copy(language.isEmpty ? "auto" : language)
      unsafe model.sense_voice.use_itn = 0
    case .moonshine:
      unsafe model.moonshine.preprocessor = files["preprocessor"]
      unsafe model.moonshine.encoder = files["encoder"]
      unsafe model.moonshine.uncached_decoder = files["uncached_decoder"]
      unsafe model.moonshine.cached_decoder = files["cached_decoder"]
    case .moonshineMerged:
      unsafe model.moonshine.encoder = files["encoder"]
      unsafe model.moonshine.merged_decoder = files["merged_decoder"]
    case .whisper:
      unsafe model.whisper.encoder = files["encoder"]
      unsafe model.whisper.decoder = files["decoder"]
      unsafe model.whisper.language = ConfigurationStrings.copy(language)
      unsafe model.whisper.task = ConfigurationStrings.copy("transcribe")
      unsafe model.whisper.tail_paddings = -1
    case .canary:
      unsafe model.canary.encoder = files["encoder"]
      unsafe model.canary.decoder = files["decoder"]
      unsafe model.canary.src_lang = ConfigurationStrings.copy(language.isEmpty ? "en" : language)
      unsafe model.canary.tgt_lang = ConfigurationStrings.copy(language.isEmpty ? "en" : language)
    case .fireRed:
      unsafe model.fire_red_asr.encoder = files["encoder"]
      unsafe model.fire_red_asr.decoder = files["decoder"]
    case .streamingTransducer, .streamingParaformer, .streamingZipformer2CTC, .streamingNemoCTC, .streamingToneCTC:
      break
    }
  }

  func begin(_ id: UInt32) { audio = UtteranceAudio(id: id) }

  func accept(_ samples: [Float], of id: UInt32) -> String? {
    if audio?.id == id { audio?.append(samples) }
    return nil
  }

  func settle(_ id: UInt32) -> (text: String, confidence: Float)? {
    guard let audio, audio.id == id else { return nil }
    // Fewer samples than one window of features make some models end the process.
    guard audio.samples.count >= 1_600 else { return ("", -1) }
    guard let stream = unsafe SherpaOnnxCreateOfflineStream(recogniser) else { return ("", -1) }
    defer { unsafe SherpaOnnxDestroyOfflineStream(stream) }
    unsafe audio.samples.withUnsafeBufferPointer {
      unsafe SherpaOnnxAcceptWaveformOffline(stream, 16_000, $0.baseAddress, Int32($0.count))
    }
    unsafe SherpaOnnxDecodeOfflineStream(recogniser, stream)
    guard let result = unsafe SherpaOnnxGetOfflineStreamResult(stream) else { return ("", -1) }
    defer { unsafe SherpaOnnxDestroyOfflineRecognizerResult(result) }
    let text = unsafe result.pointee.text.map { unsafe String(cString: $0) } ?? ""
    let probabilities = unsafe result.pointee.ys_log_probs.map {
      unsafe UnsafeBufferPointer(start: $0, count: Int(max(0, result.pointee.count)))
    }
    return (text, unsafe probabilities.map { unsafe confidence(ofLogProbabilities: $0) } ?? -1)
  }

  func end(_ id: UInt32) {
    if audio?.id == id { audio = nil }
  }
}
