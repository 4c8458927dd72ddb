import CSherpaOnnx
import Glibc
import WorkerProcess

/// Streaming models: words come while the person speaks.
///
/// The library cannot go on with a stream whose input was finished, and cannot copy one. So the utterance's samples are
/// kept, and when somebody goes on speaking after a tentative end, a new stream hears them again.
@safe final class StreamingDecoder: UtteranceDecoder {
  // Both are made here and used on the main thread only.
  private let recogniser: OpaquePointer
  private var stream: OpaquePointer?
  private var audio: UtteranceAudio?
  private var isFinished = false
  private var lastText = ""

  /// Silence after the last sample, so that the last chunk of a model that looks ahead is complete.
  private static let tail = [Float](repeating: 0, count: 16_000 / 2)

  init(_ model: WorkerModel, _ kind: RecogniserKind) throws(WorkerError) {
    var configuration = unsafe SherpaOnnxOnlineRecognizerConfig()
    let files = ConfigurationStrings(model.files)
    unsafe configuration.feat_config.sample_rate = kind == .streamingToneCTC ? 8_000 : 16_000
    unsafe configuration.feat_config.feature_dim = 80
    unsafe configuration.model_config.tokens = files["tokens"]
    unsafe configuration.model_config.num_threads = Int32(model.options["threads"].flatMap { Int($0) } ?? 1)
    unsafe configuration.model_config.provider = ConfigurationStrings.copy("cpu")
    unsafe configuration.decoding_method = ConfigurationStrings.copy("greedy_search")
    switch kind {
    case .streamingTransducer:
      unsafe configuration.model_config.transducer.encoder = files["encoder"]
      unsafe configuration.model_config.transducer.decoder = files["decoder"]
      unsafe configuration.model_config.transducer.joiner = files["joiner"]
    case .streamingParaformer:
      unsafe configuration.model_config.paraformer.encoder = files["encoder"]
      unsafe configuration.model_config.paraformer.decoder = files["decoder"]
    case .streamingZipformer2CTC: unsafe configuration.model_config.zipformer2_ctc.model = files["model"]
    case .streamingNemoCTC: unsafe configuration.model_config.nemo_ctc.model = files["model"]
    case .streamingToneCTC: unsafe configuration.model_config.t_one_ctc.model = files["model"]
    default: break
    }
    guard let made = unsafe SherpaOnnxCreateOnlineRecognizer(&configuration) else {
      throw WorkerError(.loadFailed, "load the model", "the library refuses it", remedy: "Check the model's files.")
    }
    unsafe recogniser = made
  }

  func begin(_ id: UInt32) {
    drop()
    audio = UtteranceAudio(id: id)
    unsafe stream = SherpaOnnxCreateOnlineStream(recogniser)
  }

  func accept(_ samples: [Float], of id: UInt32) -> String? {
    guard audio?.id == id else { return nil }
    audio?.append(samples)
    if isFinished {
      dropStream()
      unsafe stream = SherpaOnnxCreateOnlineStream(recogniser)
      feed(audio?.samples ?? [])
    } else {
      feed(samples)
    }
    let text = text()
    defer { lastText = text }
    return text == lastText ? nil : text
  }

  func settle(_ id: UInt32) -> (text: String, confidence: Float)? {
    guard audio?.id == id, let stream = unsafe stream else { return nil }
    if !isFinished {
      isFinished = true
      feed(Self.tail, decode: false)
      unsafe SherpaOnnxOnlineStreamInputFinished(stream)
      decode()
    }
    return (text(), -1)
  }

  func end(_ id: UInt32) {
    if audio?.id == id { drop() }
  }

  private func feed(_ samples: [Float], decode: Bool = true) {
    guard let stream = unsafe stream else { return }
    unsafe samples.withUnsafeBufferPointer {
      unsafe SherpaOnnxOnlineStreamAcceptWaveform(stream, 16_000, $0.baseAddress, Int32($0.count))
    }
    if decode { self.decode() }
  }

  private func decode() {
    guard let stream = unsafe stream else { return }
    while unsafe SherpaOnnxIsOnlineStreamReady(recogniser, stream) != 0 {
      unsafe SherpaOnnxDecodeOnlineStream(recogniser, stream)
    }
  }

  private func text() -> String {
    guard let stream = unsafe stream, let result = unsafe SherpaOnnxGetOnlineStreamResult(recogniser, stream) else {
      return ""
    }
    defer { unsafe SherpaOnnxDestroyOnlineRecognizerResult(result) }
    return unsafe result.pointee.text.map { unsafe String(cString: $0) } ?? ""
  }

  private func dropStream() {
    if let stream = unsafe stream { unsafe SherpaOnnxDestroyOnlineStream(stream) }
    unsafe stream = nil
    isFinished = false
  }

  private func drop() {
    dropStream()
    audio = nil
    lastText = ""
  }
}
