"""A larger model that answers as a smaller one does, to train on from.

`python -m earshot_training.grow SMALL.gguf OUT.pt --shape '{"width": 256, "layers": 9, …}'`. Training from the start would first have to
learn again what the small one knows already.

- More layers (as in LLaMA Pro; Wu and others, 2024): some layers are followed by a copy whose outputs are nothing at first.
- A larger width: nothing writes to the new channels at first; what reads them is random, so that they learn. Norms divide by the
  mean over more channels, which their weights make good.
- More heads, a larger feed-forward: new ones have random inputs and outputs of nothing; a group of heads stays with its keys.
"""

import argparse
import json
from pathlib import Path

import torch

from . import average
from .model import Model, Shape


def sources(small: int, large: int) -> list[tuple[int, bool]]:
    """(layer that it begins as, whether it is an addition) of each layer of the large one; additions are evenly spread."""
    found = []
    for layer in range(small):
        copies = (layer + 1) * large // small - layer * large // small
        found += [(layer, copy > 0) for copy in range(copies)]
    return found


def by_head(matrix: torch.Tensor, head: int) -> torch.Tensor:
    return matrix.view(-1, head, matrix.shape[-1])


def place(small: torch.Tensor, large: torch.Tensor, groups: int, head: int) -> torch.Tensor:
    """Rows of heads [heads * head, width]: those of each group go to the front of the large one's group."""
    mine, theirs = (by_head(x, head).unflatten(0, (groups, -1)) for x in (small, large))
    theirs[:, : mine.shape[1], :, : mine.shape[3]] = mine
    return large


def grown(small: dict, before: Shape, after: Shape, seed: int) -> dict:
    """The weights of the larger one, by the names of ``Model``."""
    assert before.head == after.head and before.key_value_heads == after.key_value_heads and before.vocabulary == after.vocabulary
    torch.manual_seed(seed)
    large = {name: tensor.detach().clone() for name, tensor in Model(after).state_dict().items()}
    width, groups, head = before.width, before.key_value_heads, before.head
    evening = (width / after.width) ** 0.5

    large["embedding.weight"][:, :width] = small["embedding.weight"]
    large["embedding.weight"][:, width:] = 0

    def norm(large, small):
        large[:width], large[width:] = small * evening, small.mean() * evening

    norm(large["output_norm.weight"], small["output_norm.weight"])
    for index, (source, added) in enumerate(sources(before.layers, after.layers)):
        def theirs(name):
            return large[f"layers.{index}.{name}.weight"]

        def mine(name):
            return small[f"layers.{source}.{name}.weight"]

        for name in ("attention_norm", "feed_forward_norm"):
            norm(theirs(name), mine(name))
        place(mine("query"), theirs("query"), groups, head)
        for name in ("key", "value"):
            theirs(name)[:, :width] = mine(name)
        for name in ("gate", "up"):
            theirs(name)[: before.feed_forward, :width] = mine(name)
        for name in ("attention_output", "down"):
            theirs(name).zero_()
        if not added:
            output = theirs("attention_output").T.contiguous()
            theirs("attention_output").copy_(place(mine("attention_output").T.contiguous(), output, groups, head).T)
            theirs("down")[:width, : before.feed_forward] = mine("down")
    return large


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes a larger model that answers as a smaller one, as a checkpoint to go on from.")
    parser.add_argument("small", type=Path, help="a .gguf of the usual shape")
    parser.add_argument("out", type=Path)
    parser.add_argument("--shape", required=True, help="JSON of the sizes that differ from the usual")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    small = average.weights(arguments.small)
    before = Shape(vocabulary=small["embedding.weight"].shape[0])
    after = Shape(**{"vocabulary": before.vocabulary, **json.loads(arguments.shape)})
    model = grown(small, before, after, arguments.seed)
    seen = {"tokens": 0, "learned": 0, "wall_s": 0.0, "cpu_s": 0.0}
    state = {"shape": after.as_dict(), "model": model, "optimizers": None, "step": 0, "seen": seen, "shard": 0, "place": 0, "cool_from": None}
    torch.save(state, arguments.out)
    print(f"{arguments.out}: {sum(x.numel() for x in model.values()) / 1e6:.1f} million parameters")


if __name__ == "__main__":
    main()
