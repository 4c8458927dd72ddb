"""Dialogues as tokens on disk: shards of flat arrays that the trainer maps."""

import argparse
from pathlib import Path

import numpy as np

from . import chat, vocabulary
from .dialogue import Source

# Tokens of the longest dialogue: of more the model learns nothing.
LONGEST = 1024


def write_vocabulary(path: Path, seed: int, dialogues: int, size: int) -> None:
    source = Source(seed, renamed=0.15)
    texts = []
    for _ in range(dialogues):
        messages, tools = source.dialogue()
        texts += [piece.text for piece in chat.render(messages, tools, answer=False) if not piece.control]
    vocabulary.Vocabulary(*vocabulary.learn(texts, size)).save(path)


def write_shard(path: Path, words: vocabulary.Vocabulary, source: Source, dialogues: int, longest: int, **options) -> int:
    """One shard: `.tokens` (uint16), `.learned` (uint8), `.starts` (int64, one more than dialogues). Returns the tokens."""
    tokens, learned, starts = [], [], [0]
    while len(starts) <= dialogues:
        messages, tools = source.dialogue(**options)
        ids, marks = words.encode(chat.render(messages, tools, answer=False))
        if len(ids) > longest or not any(marks):
            continue
        tokens += ids
        learned += marks
        starts.append(len(tokens))
    path.parent.mkdir(parents=True, exist_ok=True)
    np.asarray(tokens, dtype=np.uint16).tofile(path.with_suffix(".tokens"))
    np.asarray(learned, dtype=np.uint8).tofile(path.with_suffix(".learned"))
    # Last, so that a shard with this file is whole.
    np.asarray(starts, dtype=np.int64).tofile(path.with_suffix(".starts"))
    return len(tokens)


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the vocabulary and the shards of dialogues.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shards", type=int, default=9)
    parser.add_argument("--dialogues", type=int, default=10_000, help="of each shard")
    parser.add_argument("--vocabulary", type=int, default=3072)
    parser.add_argument("--vocabulary-of", type=Path, help="a model's .gguf: its vocabulary, so that its training can go on")
    parser.add_argument("--longest", type=int, default=LONGEST, help="tokens of a dialogue")
    parser.add_argument(
        "--easy", type=int, default=2,
        help="shards at the beginning with few tools, most of them known by their descriptions alone, and clear speech: what a description is for is learned there")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    file = arguments.folder / "vocabulary.json"
    if not file.exists() and arguments.vocabulary_of:
        from . import convert  # brings torch, which nothing else here needs

        convert.vocabulary(arguments.vocabulary_of).save(file)
    elif not file.exists():
        write_vocabulary(file, arguments.seed * 1_000_003, 6_000, arguments.vocabulary)
    words = vocabulary.Vocabulary.load(file)
    for index in range(arguments.shards):
        path = arguments.folder / f"shard{index:03}"
        if path.with_suffix(".starts").exists():
            continue
        seed = arguments.seed * 1_000_003 + 1 + index
        options = {}
        source = Source(seed)
        dialogues = arguments.dialogues
        if index < arguments.easy:
            source = Source(seed, with_all=False, renamed=0.9)
            dialogues //= 2
            options = {"most_tools": 3, "noise": 0} if index == 0 else {"most_tools": 5, "noise": 0.1}
        count = write_shard(path, words, source, dialogues, arguments.longest, **options)
        print(f"{path.name}: {dialogues} dialogues, {count} tokens", flush=True)


if __name__ == "__main__":
    main()
