import Assistant
import Audio
import Configuration
import Phrases
import Transcription
import TurnDetection

/// Makes what the listen loop listens with.
enum Ears {
  static let weights = "silero_vad_16k_op15.onnx"

  static func make(_ configuration: Configuration, phrases: PhraseSet) throws -> ListenLoop.Ears {
    guard let path = ResourceFiles.locate(weights) else {
      throw CommandFailure(
        status: .unavailable,
        description: """
          could not find the voice activity weights (\(weights)). Run `make setup`, or set EARSHOT_SHARE to the folder \
          that has them.
          """)
    }
    do {
      return ListenLoop.Ears(
        detector: try SileroVAD(weights: path), turns: try TurnDetector(turns(configuration.turns)),
        recogniser: try Recognisers.make(configuration, phrases: phrases))
    } catch {
      throw CommandFailure(making: error)
    }
  }

  static func turns(_ turns: Configuration.Turns) -> TurnConfiguration {
    var result = TurnConfiguration()
    result.onsetThreshold = Float(turns.onsetProbability)
    result.offsetThreshold = Float(turns.offsetProbability)
    result.minimumSpeech = turns.minimumSpeech
    result.pause = turns.pause
    result.hangover = turns.silence
    result.completeHangover = turns.completeSilence
    result.minimumTurn = turns.minimumTurn
    result.preRoll = turns.preRoll
    result.maximumTurn = turns.maximumTurn
    return result
  }
}
