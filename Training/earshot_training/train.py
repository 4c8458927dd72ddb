"""Trains the model; can be stopped at any time and goes on where its last checkpoint was.

The rate rises, stays, and falls to nothing only in a cool-down: `--cool STEPS` takes the last checkpoint of a run and
finishes it into a folder of its own, so that the run itself can go on.
"""

import argparse
import json
import os
import signal
import time
from pathlib import Path

import torch
from torch.nn import functional as F

from . import batches, convert
from .model import Model, Shape
from .muon import Muon


def optimizers(model: Model, rate: float, decay: float):
    """Muon for the matrices inside the layers, AdamW for the embedding and the norms."""
    matrices = [p for name, p in model.named_parameters() if p.dim() == 2 and "embedding" not in name]
    others = [p for name, p in model.named_parameters() if p.dim() != 2 or "embedding" in name]
    return [
        Muon(matrices, lr=rate, weight_decay=decay),
        torch.optim.AdamW(others, lr=rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True),
    ]


class Run:
    def __init__(self, arguments):
        self.arguments = arguments
        self.folder: Path = arguments.folder
        self.folder.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(arguments.seed)
        # Made on the CPU, so that a seed gives the same weights everywhere.
        self.model = Model(Shape(**json.loads(arguments.shape))).to(arguments.device)
        self.optimizers = optimizers(self.model, arguments.rate, arguments.decay)
        self.step = 0
        self.seen = {"tokens": 0, "learned": 0, "wall_s": 0.0, "cpu_s": 0.0}
        # Of the next batch: shard, and its place in the shard's order.
        self.shard, self.place = 0, 0
        self.cool_from = None

    # MARK: Checkpoints

    @property
    def file(self) -> Path:
        return self.folder / "checkpoint.pt"

    def save(self) -> None:
        state = {
            "shape": self.model.shape.as_dict(), "model": self.model.state_dict(), "optimizers": [o.state_dict() for o in self.optimizers],
            "step": self.step, "seen": self.seen, "shard": self.shard, "place": self.place, "cool_from": self.cool_from,
        }
        part = self.file.with_suffix(".part")
        torch.save(state, part)
        os.replace(part, self.file)

    def load(self, file: Path) -> None:
        if file.suffix == ".gguf":
            self.model.load_state_dict(convert.read(file))
            return
        state = torch.load(file, weights_only=False, map_location=self.arguments.device)
        self.model.load_state_dict(state["model"])
        # A model that was grown has no optimizers' state yet.
        for optimizer, saved in zip(self.optimizers, state["optimizers"] or []):
            optimizer.load_state_dict(saved)
        self.step, self.seen = state["step"], state["seen"]
        self.shard, self.place, self.cool_from = state["shard"], state["place"], state["cool_from"]

    # MARK: Steps

    def rate(self) -> float:
        """The share of the full rate at this step."""
        warm = min(1.0, (self.step + 1) / self.arguments.warm)
        if self.cool_from is None:
            return warm
        return warm * max(0.0, 1 - (self.step - self.cool_from) / self.arguments.cool)

    def following(self):
        """The next batch; shards that are not written yet are waited for by going on from the first again."""
        files = sorted(self.arguments.data.glob("shard*.starts"))
        while True:
            index = self.shard % len(files)
            if getattr(self, "_open", None) != self.shard:
                self._data = batches.Shard(files[index])
                self._order = batches.order(self._data, self.arguments.seed * 7919 + self.shard, self.arguments.batch)
                self._open = self.shard
            if self.place < len(self._order):
                self.place += 1
                return batches.tensors(self._data, self._order[self.place - 1], self.arguments.focus, self.arguments.restraint)
            self.shard, self.place = self.shard + 1, 0

    def loss(self, inputs, places, targets, weights):
        """(mean loss of the tokens, what is minimised)"""
        # A GPU computes products in bfloat16; weights, norms' sums and the optimizers stay in 32 bits.
        with torch.autocast("cuda", torch.bfloat16, enabled=self.arguments.device == "cuda"):
            hidden = self.model.hidden(inputs).flatten(0, 1)
            losses = F.cross_entropy(self.model.logits(hidden[places]).float(), targets, reduction="none")
        return losses.mean(), (losses * weights).sum() / weights.sum()

    def go(self) -> None:
        arguments = self.arguments
        if arguments.compile:
            for layer in self.model.layers:
                layer.compile(dynamic=True)
        started = saved = time.time()
        cpu = time.process_time()
        ending = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ending.append(True))
        losses, counted = [], 0
        last = (started, cpu, self.seen["tokens"])
        while not ending and (arguments.steps is None or self.step < arguments.steps):
            if self.cool_from is not None and self.step >= self.cool_from + arguments.cool:
                break
            tensors = self.following()
            for optimizer in self.optimizers:
                for group in optimizer.param_groups:
                    group["lr"] = arguments.rate * self.rate()
            loss, minimised = self.loss(*(t.to(arguments.device, non_blocking=True) for t in tensors))
            minimised.backward()
            norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            for optimizer in self.optimizers:
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            self.step += 1
            self.seen["tokens"] += tensors[0].numel()
            count = len(tensors[2])
            self.seen["learned"] += count
            losses.append(loss.item() * count)
            counted += count
            now = time.time()
            if self.step % arguments.report == 0:
                used = time.process_time()
                self.seen["wall_s"] += now - last[0]
                self.seen["cpu_s"] += used - last[1]
                line = {
                    "step": self.step, "loss": round(sum(losses) / counted, 4), "tokens": self.seen["tokens"], "learned": self.seen["learned"],
                    "norm": round(norm.item(), 3), "rate": round(self.rate(), 4), "wall_s": round(self.seen["wall_s"]), "cpu_s": round(self.seen["cpu_s"]),
                    "tokens_per_s": round((self.seen["tokens"] - last[2]) / (now - last[0])),
                }
                print(json.dumps(line), flush=True)
                with open(self.folder / "log.jsonl", "a") as log:
                    log.write(json.dumps(line) + "\n")
                losses, counted = [], 0
                last = (now, used, self.seen["tokens"])
            if now - saved > arguments.save_every:
                self.save()
                saved = now
        self.save()


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains the model, or goes on from the folder's checkpoint.")
    parser.add_argument("folder", type=Path, help="checkpoint and log")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--shape", default='{"vocabulary": 3072}', help="JSON of the sizes that differ from the usual")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--decay", type=float, default=0.05)
    parser.add_argument("--focus", type=float, default=6, help="weight of the tokens that decide a call")
    parser.add_argument(
        "--restraint", type=float, default=1, help="how much more the decision against a call weighs than the one for it")
    parser.add_argument("--batch", type=int, default=4096, help="tokens of a step, with padding")
    parser.add_argument("--warm", type=int, default=60, help="steps")
    parser.add_argument("--steps", type=int, help="end after so many steps; else only by a signal")
    parser.add_argument("--cool", type=int, help="finish a run: let the rate fall to nothing in so many steps")
    parser.add_argument("--start", type=Path, help="a run's checkpoint: to finish with --cool, or to go on from with other data; or a model's .gguf to go on from")
    parser.add_argument("--shard", type=int, default=0, help="where to begin in the data, with --start")
    parser.add_argument("--report", type=int, default=20, help="steps")
    parser.add_argument("--save-every", type=float, default=150, help="seconds")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--compile", action="store_true", help="with torch.compile: faster after a minute of compiling")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    run = Run(arguments)
    if run.file.exists():
        run.load(run.file)
    elif arguments.start:
        run.load(arguments.start)
        if not arguments.cool:
            run.shard, run.place = arguments.shard, 0
    if arguments.cool and run.cool_from is None:
        run.cool_from = run.step
    run.go()


if __name__ == "__main__":
    main()
