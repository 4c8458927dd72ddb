/// A grammar as an automaton over the bytes of one vocabulary; made once for a set of tools and used by many generations.
public struct CompiledGrammar: Sendable {
  let automaton: ByteAutomaton
  let entry: Int32
  let vocabulary: ConstraintVocabulary

  /// - Throws: `InferenceError` with `schemaUnsupported` for a schema that cannot be held to, with the JSON pointer of
  ///   its keyword, `requestInvalid` for a grammar that cannot be walked, `unsupported` for a vocabulary that lacks the
  ///   bytes to write it.
  public init(_ grammar: Grammar, vocabulary: ConstraintVocabulary) throws(InferenceError) {
    var compiler = GrammarCompiler(spellable: vocabulary.spellable)
    entry = try compiler.compile(grammar, next: ByteAutomaton.exit)
    automaton = compiler.schemas.automaton
    self.vocabulary = vocabulary
    guard automaton.isReachable(entry) else {
      if let byte = automaton.unspellable.min() {
        throw InferenceError(
          .unsupported,
          "could not hold the model to its grammar: its vocabulary has no token for byte 0x\(String(byte, radix: 16)) alone",
          remedy: "Use a model whose vocabulary has a token for each byte.")
      }
      throw InferenceError(
        .requestInvalid, "could not hold the model to its grammar: nothing can be written that fits it",
        remedy: "Report this with the tools that were on offer.")
    }
  }
}
