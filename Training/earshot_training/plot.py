"""Draws the loss over the tokens seen."""

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description="Draws one or more logs as SVG or PNG.")
    parser.add_argument("logs", type=Path, nargs="+", help="log.jsonl of runs, one behind the other")
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    # Fixed, so that the same log gives the same file.
    matplotlib.rcParams["svg.hashsalt"] = "earshot"
    figure, axes = pyplot.subplots(figsize=(7, 3.6))
    for log in arguments.logs:
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        axes.plot([line["tokens"] / 1e6 for line in lines], [line["loss"] for line in lines], linewidth=1, label=log.parent.name)
    axes.set_yscale("log")
    axes.set_xlabel("tokens seen, millions (with padding)")
    axes.set_ylabel("loss of the assistant's tokens, nats")
    axes.grid(True, which="both", linewidth=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(arguments.out, metadata={"Date": None} if arguments.out.suffix == ".svg" else None)


if __name__ == "__main__":
    main()
