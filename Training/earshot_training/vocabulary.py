"""The byte-level BPE vocabulary, learned from the dialogues.

Merges are learned inside words only, without the space in front, so that a word has the same tokens after a space, after a
quotation mark and after an underscore: what is copied from a sentence into a call keeps its tokens. The most frequent
words are joined with their space at the end of the list. Digits stay alone. The pre-tokenizer that the file names is
`qwen2`; it never cuts where these merges join.
"""

import json
from collections import Counter
from pathlib import Path

import regex
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

from . import chat

QWEN2 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_LEARNING = r"\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*| |[\r\n]+|\s"
SPACE = "Ġ"


def learn(texts, size: int = 3072, joined: int = 480) -> tuple[list[str], list[tuple[str, str]]]:
    """(tokens in the order of their ids, merges)"""
    texts = list(texts)
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(_LEARNING), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(chat.CONTROL) - joined, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False,
        min_frequency=2,
    )
    tokenizer.train_from_iterator(texts, trainer)
    state = json.loads(tokenizer.to_str())["model"]
    merges = [tuple(merge) if isinstance(merge, list) else tuple(merge.split(" ")) for merge in state["merges"]]
    tokens = chat.CONTROL + sorted(pre_tokenizers.ByteLevel.alphabet()) + ["".join(merge) for merge in merges]
    known = set(tokens)
    frequent: Counter = Counter()
    for text in texts:
        frequent.update(regex.findall(r"(?<= )\p{L}+", text))
    for word, _ in sorted(frequent.items(), key=lambda entry: (-entry[1], entry[0])):
        if len(tokens) == size:
            break
        if word.isascii() and word in known and SPACE + word not in known:
            merges.append((SPACE, word))
            tokens.append(SPACE + word)
            known.add(SPACE + word)
    assert len(tokens) == len(set(tokens)) == size, f"{len(tokens)} tokens for {size} places"
    return tokens, merges


class Vocabulary:
    """Text to ids and back, as the model file's readers do it."""

    def __init__(self, tokens: list[str], merges: list[tuple[str, str]]):
        self.tokens, self.merges = tokens, merges
        self.ids = {token: index for index, token in enumerate(tokens)}
        self.tokenizer = Tokenizer(models.BPE(vocab=self.ids, merges=merges))
        self.tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(QWEN2), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ])
        self._bytes = {character: byte for byte, character in _byte_alphabet().items()}

    @classmethod
    def load(cls, path: Path) -> "Vocabulary":
        state = json.loads(Path(path).read_text())
        return cls(state["tokens"], [tuple(merge) for merge in state["merges"]])

    def save(self, path: Path) -> None:
        Path(path).write_text(json.dumps({"tokens": self.tokens, "merges": self.merges}, ensure_ascii=False))

    def encode_text(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids if text else []

    def encode(self, pieces: list[chat.Piece]) -> tuple[list[int], list[int]]:
        """(ids, 1 where the model is to learn the token)"""
        ids, learned = [], []
        for piece in pieces:
            new = [self.ids[piece.text]] if piece.control else self.encode_text(piece.text)
            ids += new
            learned += [int(piece.learned)] * len(new)
        return ids, learned

    def decode(self, ids) -> str:
        out = bytearray()
        for index in ids:
            token = self.tokens[index]
            out += token.encode() if index < len(chat.CONTROL) else bytes(self._bytes[c] for c in token)
        return out.decode(errors="replace")


def _byte_alphabet() -> dict[int, str]:
    """Of byte-level BPE: printable bytes stand for themselves, the others for characters from 256 on."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    out = {byte: chr(byte) for byte in printable}
    for byte in range(256):
        if byte not in out:
            out[byte] = chr(256 + len(out) - len(printable))
    return out
