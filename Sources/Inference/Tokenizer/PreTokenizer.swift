/// Splits text into the pieces inside which a byte-level vocabulary merges, as the regular expression of the
/// vocabulary does; each is written out here as a scanner.
///
/// - `llama-bpe`: `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
/// - `qwen2`: the same with `\p{N}` for numbers
/// - `tekken`: `[^\r\n\p{L}\p{N}]?U*L+|[^\r\n\p{L}\p{N}]?U+L*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+` with
///   U = `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]` and L = `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
/// - `gpt-4o`: as tekken, words end with `(?i:'s|'t|'re|'ve|'m|'ll|'d)?`, numbers are `\p{N}{1,3}`
/// - `gpt-2`: `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
enum PreTokenizer: String, Hashable, Sendable, CaseIterable {
  case llama = "llama-bpe"
  case qwen2
  case tekken
  case gpt4o = "gpt-4o"
  case gpt2 = "gpt-2"

  /// - Parameter name: `tokenizer.ggml.pre`; llama.cpp's other names for the same expressions are known too.
  init?(name: String) {
    switch name {
    case "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2": self = .llama
    case "qwen2", "deepseek-r1-qwen", "kormo", "megrez": self = .qwen2
    case "tekken": self = .tekken
    case "gpt-4o", "llama4", "kanana2": self = .gpt4o
    case "gpt-2", "phi-2": self = .gpt2
    default: return nil
    }
  }

  /// Whether a piece that is a token as a whole is taken as it is, without merging.
  var ignoresMerges: Bool { self == .llama || self == .tekken }

  /// Whether a prompt begins with `bos` where the file does not say.
  var addsBOSByDefault: Bool { self == .llama || self == .tekken }

  var digitsTogether: Int {
    switch self {
    case .llama, .gpt4o: 3
    case .qwen2, .tekken: 1
    case .gpt2: .max
    }
  }
}
