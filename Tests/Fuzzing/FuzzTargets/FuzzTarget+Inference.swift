import Inference

extension FuzzTarget {
  static let inference: [FuzzTarget] = [
    FuzzTarget("gguf") { bytes in GGUFFuzzing.fuzz(bytes.span) },
    FuzzTarget("language-model-file") { bytes in ModelFuzzing.model(bytes.span) },
    FuzzTarget("prompt-snapshot") { bytes in ModelFuzzing.snapshot(bytes.span) },
    FuzzTarget("vocabulary") { bytes in TokenizerFuzzing.vocabulary(bytes.span) },
    FuzzTarget("answer") { bytes in ChatFormatFuzzing.answer(bytes.span) },
    FuzzTarget("chat-messages") { bytes in OpenAIFuzzing.messages(bytes.span) },
    FuzzTarget("server-answer") { bytes in OpenAIFuzzing.stream(bytes.span) },
    FuzzTarget("constraint") { bytes in ConstraintFuzzing.schema(bytes.span) },
  ]
}
