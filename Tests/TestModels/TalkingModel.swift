import TestSupport
package import Tools

/// A tiny model of random weights with a vocabulary in Mistral's first tool format: it wants to write nonsense, and the
/// engine has to make calls of it.
package enum TalkingModel {
  package static let tools: [ToolDefinition] = [
    ToolDefinition(
      name: "set_light", description: "Switch a light",
      parameters: [
        "type": "object",
        "properties": [
          "room": ["type": "string", "enum": ["kitchen", "hall"]], "on": ["type": "boolean"],
          "level": ["type": "integer", "minimum": 0, "maximum": 100],
        ],
        "required": ["room", "on"],
      ]),
    ToolDefinition(
      name: "say", description: "Say something",
      parameters: [
        "type": "object", "properties": ["text": ["type": "string", "maxLength": 20]], "required": ["text"],
      ]),
  ]

  private static let controls = [
    "<unk>", "<s>", "</s>", "[INST]", "[/INST]", "[TOOL_CALLS]", "[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]",
    "[TOOL_RESULTS]", "[/TOOL_RESULTS]",
  ]
  private static let pieces =
    (UInt8(ascii: "!")...UInt8(ascii: "~")).map { String(Unicode.Scalar($0)) }
    + [
      "▁", "▁t", "he", "▁the", "in", "▁light", "oo", "room", "kit", "chen", "\":", "▁\"", "\",", "\"}", "tr", "ue", "é",
    ]

  /// Writes the model's file into a folder.
  /// - Returns: its path.
  package static func write(into folder: String, width: Int = 64) throws -> String {
    var writer = GGUFWriter()
    let bytes = (0..<256).map { "<0x" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) + ">" }
    let tokens = controls + bytes + pieces
    writer.add("general.architecture", .string("llama"))
    writer.add("general.name", .string("talking"))
    for (key, value) in [
      ("context_length", 2048), ("embedding_length", width), ("block_count", 2), ("feed_forward_length", 2 * width),
      ("attention.head_count", 2), ("attention.head_count_kv", 1),
    ] {
      writer.add("llama." + key, .uint32(UInt32(value)))
    }
    writer.add("llama.attention.layer_norm_rms_epsilon", .float32(1e-5))
    writer.add("tokenizer.ggml.model", .string("llama"))
    writer.add("tokenizer.ggml.tokens", .strings(tokens))
    writer.add("tokenizer.ggml.scores", .float32s(tokens.indices.map { Float(-$0) }))
    let types = [Int32(2)] + Array(repeating: 3, count: controls.count - 1) + Array(repeating: 6, count: 256)
    writer.add("tokenizer.ggml.token_type", .int32s(types + Array(repeating: 1, count: pieces.count)))
    writer.add("tokenizer.ggml.bos_token_id", .uint32(1))
    writer.add("tokenizer.ggml.eos_token_id", .uint32(2))
    var generator = SeededGenerator(seed: 11)
    func matrix(_ name: String, _ columns: Int, _ rows: Int, scale: Float = 0.2) {
      writer.add(
        name, [columns, rows], (0..<columns * rows).map { _ in Float.random(in: -scale...scale, using: &generator) })
    }
    func ones(_ name: String) { writer.add(name, [width], Array(repeating: 1, count: width)) }
    matrix("token_embd.weight", width, tokens.count, scale: 1)
    ones("output_norm.weight")
    matrix("output.weight", width, tokens.count, scale: 0.4)
    for layer in 0..<2 {
      let stem = "blk.\(layer)."
      ones(stem + "attn_norm.weight")
      matrix(stem + "attn_q.weight", width, width)
      matrix(stem + "attn_k.weight", width, width / 2)
      matrix(stem + "attn_v.weight", width, width / 2)
      matrix(stem + "attn_output.weight", width, width)
      ones(stem + "ffn_norm.weight")
      matrix(stem + "ffn_gate.weight", width, 2 * width)
      matrix(stem + "ffn_up.weight", width, 2 * width)
      matrix(stem + "ffn_down.weight", 2 * width, width)
    }
    let path = folder + "/talking.gguf"
    try writer.write(to: path)
    return path
  }
}
