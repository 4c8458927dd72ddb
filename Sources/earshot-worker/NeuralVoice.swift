import CSherpaOnnx
import Glibc
import WorkerProcess

/// One loaded voice: text in, samples out, chunk by chunk. Main thread only.
@safe final class NeuralVoice {
  let sampleRate: Int
  let speakers: Int
  private let voice: OpaquePointer
  /// Nil for models that bring their own lexicon.
  private let phonemiser: Phonemiser?

  init(_ model: WorkerModel) throws(WorkerError) {
    guard let kind = VoiceKind(rawValue: model.kind) else {
      throw WorkerError(
        .loadFailed, "load a voice", "the kind \(model.kind) is not known to this worker",
        remedy: "Install earshot and earshot-worker of the same version.")
    }
    var configuration = unsafe SherpaOnnxOfflineTtsConfig()
    let files = ConfigurationStrings(model.files)
    unsafe configuration.model.num_threads = Int32(model.options["threads"].flatMap { Int($0) } ?? 1)
    unsafe configuration.model.provider = ConfigurationStrings.copy("cpu")
    // One sentence a chunk, so that the first is heard while the next is computed.
    unsafe configuration.max_num_sentences = 1
    unsafe configuration.silence_scale = 0.2
    switch kind {
    case .vits:
      unsafe configuration.model.vits.model = files["model"]
      unsafe configuration.model.vits.tokens = files["tokens"]
      unsafe configuration.model.vits.lexicon = files["lexicon"]
      // The values that VITS' authors publish with it.
      unsafe configuration.model.vits.noise_scale = 0.667
      unsafe configuration.model.vits.noise_scale_w = 0.8
      unsafe configuration.model.vits.length_scale = 1
    case .matcha:
      unsafe configuration.model.matcha.acoustic_model = files["acoustic_model"]
      unsafe configuration.model.matcha.vocoder = files["vocoder"]
      unsafe configuration.model.matcha.tokens = files["tokens"]
      unsafe configuration.model.matcha.lexicon = files["lexicon"]
      unsafe configuration.model.matcha.noise_scale = 0.667
      unsafe configuration.model.matcha.length_scale = 1
    case .kokoro:
      unsafe configuration.model.kokoro.model = files["model"]
      unsafe configuration.model.kokoro.voices = files["voices"]
      unsafe configuration.model.kokoro.tokens = files["tokens"]
      unsafe configuration.model.kokoro.lexicon = files["lexicon"]
      unsafe configuration.model.kokoro.length_scale = 1
    case .kitten:
      unsafe configuration.model.kitten.model = files["model"]
      unsafe configuration.model.kitten.voices = files["voices"]
      unsafe configuration.model.kitten.tokens = files["tokens"]
      unsafe configuration.model.kitten.lexicon = files["lexicon"]
      unsafe configuration.model.kitten.length_scale = 1
    }
    guard let made = unsafe SherpaOnnxCreateOfflineTts(&configuration) else {
      throw WorkerError(.loadFailed, "load the voice", "the library refuses it", remedy: "Check the model's files.")
    }
    unsafe voice = made
    sampleRate = Int(unsafe SherpaOnnxOfflineTtsSampleRate(made))
    speakers = max(1, Int(unsafe SherpaOnnxOfflineTtsNumSpeakers(made)))
    if model.files["lexicon"] == nil {
      let metadata = model.files["model"].flatMap { OnnxMetadata(path: $0)?.values["voice"] }
      phonemiser = Phonemiser(
        language: model.options["language"] ?? metadata.flatMap { $0.isEmpty ? nil : $0 } ?? "en-us")
    } else {
      phonemiser = nil
    }
  }

  /// What the library's callback needs, for the length of one call.
  private struct Delivery {
    let isCancelled: () -> Bool
    let deliver: (Span<Float>) -> Void
  }

  /// Speaks one text and hands the samples over as they come. Returns why it failed, or nil.
  func speak(
    _ text: String, speaker: Int, speed: Float, isCancelled: @escaping () -> Bool,
    deliver: @escaping (Span<Float>) -> Void
  ) -> String? {
    guard speaker < speakers else { return "speaker \(speaker) is outside 0..<\(speakers)" }
    guard speed.isFinite, speed > 0 else { return "the speed \(speed) is not a positive number" }
    var sentences: [[Int32]] = []
    if let phonemiser {
      switch phonemiser.phonemes(of: text) {
      case .success(let phonemes): sentences = phonemes
      case .failure(let failure): return failure.reason
      }
      if sentences.isEmpty { return nil }
    }
    let codepoints = sentences.flatMap { $0 }
    let lengths = sentences.map { Int32($0.count) }
    var delivery = Delivery(isCancelled: isCancelled, deliver: deliver)
    let audio = unsafe codepoints.withUnsafeBufferPointer { codepoints in
      unsafe lengths.withUnsafeBufferPointer { lengths in
        unsafe withUnsafeMutablePointer(to: &delivery) { delivery in
          var configuration = unsafe SherpaOnnxGenerationConfig()
          unsafe configuration.sid = Int32(speaker)
          unsafe configuration.speed = speed
          unsafe configuration.silence_scale = 0.2
          if !lengths.isEmpty {
            unsafe configuration.phoneme_codepoints = codepoints.baseAddress
            unsafe configuration.phoneme_codepoints_lens = lengths.baseAddress
            unsafe configuration.phoneme_codepoints_num_sentences = Int32(lengths.count)
          }
          return unsafe SherpaOnnxOfflineTtsGenerateWithConfig(
            voice, text, &configuration,
            { samples, count, _, argument in
              guard let argument = unsafe argument, let samples = unsafe samples, count > 0 else { return 1 }
              let delivery = unsafe argument.assumingMemoryBound(to: Delivery.self).pointee
              if delivery.isCancelled() { return 0 }
              let buffer = unsafe UnsafeBufferPointer(start: samples, count: Int(count))
              delivery.deliver(unsafe buffer.span)
              return 1
            }, delivery)
        }
      }
    }
    guard let audio = unsafe audio else { return isCancelled() ? nil : "the model made no sound of this text" }
    unsafe SherpaOnnxDestroyOfflineTtsGeneratedAudio(audio)
    return nil
  }
}
