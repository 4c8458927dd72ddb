"""Dialogues of the shards in a fixed order, in batches of similar length."""

from pathlib import Path

import numpy as np
import torch

from . import chat


class Shard:
    def __init__(self, path: Path):
        self.tokens = np.memmap(path.with_suffix(".tokens"), dtype=np.uint16, mode="r")
        self.learned = np.memmap(path.with_suffix(".learned"), dtype=np.uint8, mode="r")
        self.starts = np.fromfile(path.with_suffix(".starts"), dtype=np.int64)

    def __len__(self) -> int:
        return len(self.starts) - 1


def order(shard: Shard, seed: int, tokens: int, window: int = 512) -> list[list[int]]:
    """The batches of a shard, each of about so many tokens with its padding: sorted by length inside windows, then mixed."""
    rng = np.random.default_rng(seed)
    lengths = np.diff(shard.starts)
    mixed = rng.permutation(len(shard))
    out = []
    for start in range(0, len(mixed), window):
        part = sorted(mixed[start : start + window].tolist(), key=lambda index: int(lengths[index]))
        batches, batch = [], []
        for index in part:
            if batch and (len(batch) + 1) * padded(int(lengths[index])) > tokens:
                batches.append(batch)
                batch = []
            batch.append(index)
        batches.append(batch)
        rng.shuffle(batches)
        out += batches
    return out


def padded(length: int) -> int:
    return (length + 31) // 32 * 32


# What decides a call: the name's first token, and whether there is a call at all. They are few among the tokens of an answer.
_CALL, _ANSWER = chat.CONTROL.index("<|tool_call|>"), chat.CONTROL.index("<|assistant|>")
_DECISIONS = {_CALL: 1.0, _ANSWER: 0.5}


def tensors(shard: Shard, batch: list[int], focus: float = 1, restraint: float = 1):
    """(inputs [rows, positions], flat positions whose next token is learned, these next tokens, the weight of each)

    - Parameters:
      - focus: weight of the tokens that decide a call.
      - restraint: how much more the decision against a call weighs than the one for it.
    """
    longest = padded(max(int(shard.starts[i + 1] - shard.starts[i]) for i in batch) - 1)
    inputs = np.zeros((len(batch), longest), dtype=np.int64)
    places, targets, weights = [], [], []
    for row, index in enumerate(batch):
        begin, end = int(shard.starts[index]), int(shard.starts[index + 1])
        tokens = shard.tokens[begin:end].astype(np.int64)
        inputs[row, : len(tokens) - 1] = tokens[:-1]
        found = np.flatnonzero(shard.learned[begin + 1 : end])
        weight = np.ones(len(found), dtype=np.float32)
        for token, share in _DECISIONS.items():
            weight[tokens[:-1][found] == token] = 1 + (focus - 1) * share
        weight[(tokens[:-1][found] == _ANSWER) & (tokens[1:][found] != _CALL)] *= restraint
        places.append(found + row * longest)
        targets.append(tokens[1:][found])
        weights.append(weight)
    return torch.from_numpy(inputs), *(torch.from_numpy(np.concatenate(part)) for part in (places, targets, weights))
