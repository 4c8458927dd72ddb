import Phrases
import Transcription

extension FuzzTarget {
  static let phrases: [FuzzTarget] = [
    FuzzTarget("template") { bytes in PhrasesFuzzing.template(bytes.span) },
    FuzzTarget("sentence") { bytes in PhrasesFuzzing.sentence(bytes.span) },
    FuzzTarget("phrase") { bytes in PhrasesFuzzing.phrase(bytes.span) },
    FuzzTarget("reply") { bytes in PhrasesFuzzing.reply(bytes.span) },
    FuzzTarget("pronunciations") { bytes in exercisePronunciations(bytes) },
    FuzzTarget("language-model") { bytes in exercisePhrases(bytes) },
  ]
}
