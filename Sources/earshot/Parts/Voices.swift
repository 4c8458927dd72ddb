import Audio
import Configuration
import Speech
import WorkerProcess

/// Chooses the synthesiser that the configuration names.
enum Voices {
  static func make(_ speech: Configuration.Speech) throws -> any Synthesiser {
    do {
      switch speech.engine {
      case .flite: return try FliteSynthesiser(named: speech.voice ?? "slt", speed: speech.speed)
      case .eSpeakNG:
        var configuration = ESpeakSynthesiser.Configuration(voice: speech.voice ?? "en")
        configuration.wordsPerMinute = Int((170 * speech.speed).rounded())
        return try ESpeakSynthesiser(configuration)
      case .sherpaOnnx: return try worker(speech)
      }
    } catch {
      throw CommandFailure(making: error)
    }
  }

  private static func worker(_ speech: Configuration.Speech) throws -> any Synthesiser {
    let voice = try WorkerVoice(model: try ModelFolder(speech.modelFolder ?? "").voice())
    try voice.start()
    var configuration = WorkerSynthesiser.Configuration()
    configuration.speaker = speech.speaker
    configuration.speed = speech.speed
    return WorkerSynthesiser(
      name: "sherpa-onnx", voice: voice, fallback: try FliteSynthesiser(), configuration: configuration)
  }
}
