import Glibc
import Inference

/// The vocabularies that mistral-common carries; `make setup` for tests puts them into the share folder.
enum RealVocabularies {
  static let folder: String? = unsafe getenv("EARSHOT_SHARE").map { unsafe String(cString: $0) + "/tokenizers" }

  static func isThere(_ name: String) -> Bool {
    guard let folder else { return false }
    return unsafe access(folder + "/" + name, R_OK) == 0
  }

  // Two suites use the large one.
  private static let tekken = Result { try Tokenizer(data("tekken_240911.json")) }

  static func tokenizer(_ name: String) throws -> Tokenizer {
    name == "tekken_240911.json" ? try tekken.get() : try Tokenizer(data(name))
  }

  static func data(_ name: String) throws -> TokenizerData {
    let bytes = try TokenGolden.bytes((folder ?? ".") + "/" + name)
    return name.hasSuffix(".json") ? tekken(bytes) : sentencePiece(bytes)
  }

  // MARK: SentencePiece's protocol buffer

  /// `ModelProto`: field 1 is a piece with text (1), score (2) and type (3, GGUF's numbers).
  private static func sentencePiece(_ bytes: [UInt8]) -> TokenizerData {
    var tokens = ByteStrings()
    var scores: [Float] = []
    var types: [TokenizerData.TokenType] = []
    var reader = ProtocolBufferReader(bytes: bytes, range: bytes.indices)
    while let field = reader.next() {
      guard field.number == 1 else { continue }
      var piece = ProtocolBufferReader(bytes: bytes, range: field.range)
      var type = TokenizerData.TokenType.normal
      var score: Float = 0
      while let part = piece.next() {
        switch part.number {
        case 1: tokens.append(bytes[part.range])
        case 2: score = Float(bitPattern: UInt32(part.value))
        case 3: type = TokenizerData.TokenType(rawValue: UInt8(part.value)) ?? .normal
        default: break
        }
      }
      scores.append(score)
      types.append(type)
    }
    return TokenizerData(
      model: .spm, tokens: tokens, scores: scores, types: types, bos: 1, eos: 2, unknown: 0, addBOS: true,
      addSpacePrefix: true)
  }

  // MARK: Tekken

  private static let named = [
    "<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_RESULTS]",
    "[/TOOL_RESULTS]", "[TOOL_CALLS]", "[IMG]", "<pad>", "[IMG_BREAK]", "[IMG_END]", "[PREFIX]", "[MIDDLE]",
    "[SUFFIX]", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CONTENT]",
  ]

  /// 1,000 control tokens, then the vocabulary by rank, cut to 131,072. Any two tokens that make a third may merge, with
  /// the rank of the third, as in files that transformers converts. Beyond the named ones the special tokens that the
  /// golden conversations use take the places that make_mistral_chat.py gives them.
  private static func tekken(_ bytes: [UInt8]) -> TokenizerData {
    var vocabulary = ByteStrings()
    let key = Array("\"token_bytes\": \"".utf8)
    var index = 0
    while index + key.count < bytes.count {
      // The lines of other keys are skipped whole.
      var start = index
      while start < bytes.count, bytes[start] == UInt8(ascii: " ") { start += 1 }
      var end = start
      while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
      if end - start > key.count, bytes[start] == key[0], bytes[start..<(start + key.count)].elementsEqual(key) {
        let text = bytes[(start + key.count)..<end]
        vocabulary.append(TokenGolden.base64(text.prefix { $0 != UInt8(ascii: "\"") }))
      }
      index = end + 1
      if vocabulary.count == 130_072 { break }
    }
    var tokens = ByteStrings()
    var types: [TokenizerData.TokenType] = []
    for id in 0..<1000 {
      let extra = [32: "[ARGS]", 33: "[CALL_ID]", 34: "[THINK]", 35: "[/THINK]"][id]
      tokens.append((id < named.count ? named[id] : extra ?? "<SPECIAL_\(id)>").utf8)
      types.append(id == 0 ? .unknown : .control)
    }
    var merges = ByteStrings()
    let known = Set(vocabulary.indices.map { Array(vocabulary[$0]) })
    for index in vocabulary.indices {
      let text = Array(vocabulary[index])
      tokens.append(ByteLevelText.encoded(text))
      types.append(.normal)
      guard text.count > 1 else { continue }
      for cut in 1..<text.count where known.contains(Array(text[..<cut])) && known.contains(Array(text[cut...])) {
        merges.append(ByteLevelText.encoded(text[..<cut]) + [UInt8(ascii: " ")] + ByteLevelText.encoded(text[cut...]))
      }
    }
    return TokenizerData(
      model: .bytePair, preTokenizer: "tekken", tokens: tokens, types: types, merges: merges, bos: 1, eos: 2,
      unknown: 0, padding: 11, addBOS: true)
  }
}

/// Reads fields of a protocol buffer; enough for trusted files.
private struct ProtocolBufferReader {
  let bytes: [UInt8]
  var range: Range<Int>

  /// A field's number, and its value or where its bytes are.
  mutating func next() -> (number: Int, value: UInt64, range: Range<Int>)? {
    guard !range.isEmpty else { return nil }
    let tag = varint()
    let number = Int(tag >> 3)
    switch tag & 7 {
    case 0: return (number, varint(), 0..<0)
    case 1: return (number, fixed(8), 0..<0)
    case 5: return (number, fixed(4), 0..<0)
    default:
      let length = Int(varint())
      let content = range.lowerBound..<(range.lowerBound + length)
      range = content.upperBound..<range.upperBound
      return (number, 0, content)
    }
  }

  private mutating func varint() -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while let byte = range.first.map({ bytes[$0] }) {
      range = (range.lowerBound + 1)..<range.upperBound
      value |= UInt64(byte & 0x7F) << shift
      shift += 7
      if byte < 0x80 { break }
    }
    return value
  }

  private mutating func fixed(_ count: Int) -> UInt64 {
    let value = (0..<count).reduce(UInt64(0)) { $0 | UInt64(bytes[range.lowerBound + $1]) << UInt64(8 * $1) }
    range = (range.lowerBound + count)..<range.upperBound
    return value
  }
}

/// GPT-2's printable characters for bytes, written down again for the tests: what `ByteAlphabet` undoes.
enum ByteLevelText {
  private static let characters: [[UInt8]] = {
    var next: UInt32 = 256
    return (0...255).map { byte -> [UInt8] in
      switch byte {
      case 33...126, 161...172, 174...255: return Array(String(Unicode.Scalar(UInt32(byte))!).utf8)
      default:
        defer { next += 1 }
        return Array(String(Unicode.Scalar(next)!).utf8)
      }
    }
  }()

  static func encoded(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    for byte in bytes { output += characters[Int(byte)] }
    return output
  }
}
