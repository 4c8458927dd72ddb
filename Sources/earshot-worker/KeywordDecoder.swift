import CSherpaOnnx
import Glibc
import WorkerProcess

/// One loaded keyword spotter: a stream of samples in, keywords out. Main thread only.
@safe final class KeywordDecoder {
  private let spotter: OpaquePointer
  private var stream: OpaquePointer?
  private var id: UInt32?
  /// Samples taken of the stream.
  private var position: Int64 = 0

  init(_ model: WorkerModel) throws(WorkerError) {
    guard KeywordKind(rawValue: model.kind) == .transducer else {
      throw WorkerError(
        .loadFailed, "load a keyword spotter", "the kind \(model.kind) is not known to this worker",
        remedy: "Install earshot and earshot-worker of the same version.")
    }
    var configuration = unsafe SherpaOnnxKeywordSpotterConfig()
    let files = ConfigurationStrings(model.files)
    func number(_ option: String, _ range: ClosedRange<Float>, _ usual: Float) -> Float {
      min(range.upperBound, max(range.lowerBound, model.options[option].flatMap { Float($0) } ?? usual))
    }
    unsafe configuration.feat_config.sample_rate = 16_000
    unsafe configuration.feat_config.feature_dim = 80
    unsafe configuration.model_config.transducer.encoder = files["encoder"]
    unsafe configuration.model_config.transducer.decoder = files["decoder"]
    unsafe configuration.model_config.transducer.joiner = files["joiner"]
    unsafe configuration.model_config.tokens = files["tokens"]
    unsafe configuration.model_config.num_threads = Int32(model.options["threads"].flatMap { Int($0) } ?? 1)
    unsafe configuration.model_config.provider = ConfigurationStrings.copy("cpu")
    unsafe configuration.keywords_file = files["keywords"]
    // The library's own values, where the keywords file says nothing else of a keyword.
    unsafe configuration.max_active_paths = 4
    unsafe configuration.num_trailing_blanks = 1
    unsafe configuration.keywords_score = number("score", 0...10, 1)
    unsafe configuration.keywords_threshold = number("threshold", 0.01...0.99, 0.25)
    guard let made = unsafe SherpaOnnxCreateKeywordSpotter(&configuration) else {
      throw WorkerError(
        .loadFailed, "load the keyword spotter", "the library refuses it", remedy: "Check the model's files.")
    }
    unsafe spotter = made
  }

  /// Starts a stream; the one before it is dropped.
  func begin(_ id: UInt32) {
    end()
    self.id = id
    position = 0
    unsafe stream = SherpaOnnxCreateKeywordStream(spotter)
  }

  /// Takes samples of the stream and returns the keywords that were completed in them.
  func accept(_ samples: [Float], of id: UInt32) -> [(text: String, position: Int64)] {
    guard self.id == id, let stream = unsafe stream else { return [] }
    unsafe samples.withUnsafeBufferPointer {
      unsafe SherpaOnnxOnlineStreamAcceptWaveform(stream, 16_000, $0.baseAddress, Int32($0.count))
    }
    position += Int64(samples.count)
    var keywords: [(text: String, position: Int64)] = []
    while unsafe SherpaOnnxIsKeywordStreamReady(spotter, stream) != 0 {
      unsafe SherpaOnnxDecodeKeywordStream(spotter, stream)
      guard let result = unsafe SherpaOnnxGetKeywordResult(spotter, stream) else { continue }
      let keyword = unsafe result.pointee.keyword.map { unsafe String(cString: $0) } ?? ""
      unsafe SherpaOnnxDestroyKeywordResult(result)
      if keyword.isEmpty { continue }
      keywords.append((keyword, position))
      // Or the same one is told with every chunk that follows.
      unsafe SherpaOnnxResetKeywordStream(spotter, stream)
    }
    return keywords
  }

  func end(_ id: UInt32) {
    if self.id == id { end() }
  }

  private func end() {
    if let stream = unsafe stream { unsafe SherpaOnnxDestroyOnlineStream(stream) }
    unsafe stream = nil
    id = nil
  }
}
