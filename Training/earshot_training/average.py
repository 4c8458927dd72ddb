"""The weighted mean of models that began as one: often better than each of them, at no cost when it runs.

`python -m earshot_training.average OUT.pt A.pt=0.5 B.pt=0.25 C.gguf=0.25`; shape and step are those of the first, a checkpoint.
"""

import argparse
from pathlib import Path

import torch

from . import convert


def weights(path: Path) -> dict:
    if path.suffix == ".gguf":
        return convert.read(path)
    return torch.load(path, weights_only=False, map_location="cpu")["model"]


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes the weighted mean of models of one shape as a checkpoint.")
    parser.add_argument("out", type=Path)
    parser.add_argument("models", nargs="+", help="FILE=SHARE; a checkpoint or a .gguf, the first a checkpoint; shares add up to 1")
    arguments = parser.parse_args()
    parts = [(Path(file), float(share)) for file, share in (model.rsplit("=", 1) for model in arguments.models)]
    if abs(sum(share for _, share in parts) - 1) > 1e-6:
        parser.error("the shares do not add up to 1")
    mean: dict[str, torch.Tensor] = {}
    for file, share in parts:
        for name, tensor in weights(file).items():
            mean[name] = mean.get(name, 0) + share * tensor.float()
    state = torch.load(parts[0][0], weights_only=False, map_location="cpu")
    state["model"] = mean
    # Where the rate began to fall belongs to the first model alone.
    state["cool_from"] = None
    torch.save(state, arguments.out)


if __name__ == "__main__":
    main()
