"""Writes a checkpoint as a GGUF file that Earshot and llama.cpp load."""

import argparse
from pathlib import Path

import gguf
import numpy as np
import torch

from . import chat, dataset
from .vocabulary import Vocabulary

NAME = "Earshot Small"


def names(layers: int):
    """(name in GGUF, name in the trainer's model) in the order of the graph. Architecture `llama` turns neighbouring pairs,
    and so does the trainer's model: rows of queries and keys stay where they are."""
    yield "token_embd.weight", "embedding.weight"
    for index in range(layers):
        for theirs, ours in [
            ("attn_norm", "attention_norm"), ("attn_q", "query"), ("attn_k", "key"), ("attn_v", "value"), ("attn_output", "attention_output"),
            ("ffn_norm", "feed_forward_norm"), ("ffn_gate", "gate"), ("ffn_up", "up"), ("ffn_down", "down"),
        ]:
            yield f"blk.{index}.{theirs}.weight", f"layers.{index}.{ours}.weight"
    yield "output_norm.weight", "output_norm.weight"


def read(path: Path) -> dict:
    """The weights of a file that ``write`` has written, in 32 bits: what a training can go on from."""
    found = {t.name: gguf.quants.dequantize(t.data, t.tensor_type) for t in gguf.GGUFReader(path).tensors}
    layers = sum(name.endswith("attn_q.weight") for name in found)
    return {ours: torch.tensor(np.array(found[theirs])) for theirs, ours in names(layers)}


def vocabulary(path: Path) -> Vocabulary:
    """The vocabulary of such a file."""
    fields = gguf.GGUFReader(path).fields
    tokens, merges = (fields[f"tokenizer.ggml.{name}"].contents() for name in ("tokens", "merges"))
    return Vocabulary(tokens, [tuple(merge.split(" ", 1)) for merge in merges])


def write(state: dict, words: Vocabulary, path: Path, kind: str) -> None:
    shape = state["shape"]
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(NAME)
    writer.add_description("A small model for spoken commands; calls tools, chats little. Not a substitute for a large one.")
    writer.add_license("apache-2.0")
    writer.add_languages(["en"])
    # Positions that were never trained are of no use: beyond them it calls the wrong tool every other time.
    writer.add_context_length(min(shape["context"], dataset.LONGEST))
    writer.add_embedding_length(shape["width"])
    writer.add_block_count(shape["layers"])
    writer.add_feed_forward_length(shape["feed_forward"])
    writer.add_head_count(shape["heads"])
    writer.add_head_count_kv(shape["key_value_heads"])
    writer.add_rope_dimension_count(shape["width"] // shape["heads"])
    writer.add_rope_freq_base(shape["rope_base"])
    writer.add_layer_norm_rms_eps(shape["epsilon"])
    writer.add_vocab_size(shape["vocabulary"])
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0 if kind == "q8_0" else gguf.LlamaFileType.MOSTLY_F16)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(words.tokens)
    controls = len(chat.CONTROL)
    writer.add_token_types([gguf.TokenType.CONTROL] * controls + [gguf.TokenType.NORMAL] * (len(words.tokens) - controls))
    writer.add_token_merges([" ".join(merge) for merge in words.merges])
    writer.add_bos_token_id(words.ids["<|bos|>"])
    writer.add_eos_token_id(words.ids["<|end|>"])
    writer.add_pad_token_id(words.ids["<|pad|>"])
    writer.add_add_bos_token(True)
    writer.add_chat_template(chat.TEMPLATE)
    quantised = gguf.GGMLQuantizationType.Q8_0 if kind == "q8_0" else gguf.GGMLQuantizationType.F16
    for name, ours in names(shape["layers"]):
        array = state["model"][ours].detach().to(torch.float32).numpy()
        if array.ndim == 1:
            writer.add_tensor(name, array.astype(np.float32))
        else:
            writer.add_tensor(name, gguf.quants.quantize(array, quantised), raw_dtype=quantised)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes a checkpoint as GGUF.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("vocabulary", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--type", choices=["q8_0", "f16"], default="q8_0")
    arguments = parser.parse_args()
    state = torch.load(arguments.checkpoint, weights_only=False, map_location="cpu")
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    write(state, Vocabulary.load(arguments.vocabulary), arguments.out, arguments.type)
    print(f"{arguments.out}: {arguments.out.stat().st_size} bytes, step {state['step']}, {state['seen']['tokens']} tokens seen")


if __name__ == "__main__":
    main()
