"""Evaluation sets: JSONL in the shape of `earshot eval tools`, made from sentences that were written for them.

The held-out sets are committed under `heldout/sets` and stay as they are; the development sets are made anew each time.
"""

import argparse
import json
import random
from pathlib import Path

from . import dialogue, shipped, speech, tools, words
from .grammar import Sentence
from .tools import ToolSpec

ROOT = words.DATA.parent
# For held-out errors: what is not in the table that is trained with.
HELD_OUT_CONFUSIONS = ROOT / "heldout" / "confusions.txt"
JOINTS = ["and", "and", "and then", "and", "then", "and while you are at it", "and afterwards", "and also", "and after that", "also"]


class Sets:
    """Makes the cases of one folder of sentences, `dev` or `heldout`."""

    def __init__(self, folder: str, seed: int):
        self.rng = random.Random(seed)
        self.folder = ROOT / folder
        self.sentences = shipped.sentences(self.folder / "shipped.txt")
        self.shipped = {
            name: [tools.instantiate(spec, self.rng, plain=True) for spec in specs] for name, specs in shipped.specs().items()
        }
        self.unseen = tools.read(self.folder / "tools.txt")
        held = HELD_OUT_CONFUSIONS
        self.table = speech.read_confusions(held) if folder == "heldout" and held.exists() else speech.confusions()

    # MARK: The sets

    def phrasings(self, per_sentence: int, noisy: bool) -> list[dict]:
        out = []
        for place, offered in self.shipped.items():
            for tool in offered:
                for sentence in self.sentences[tool.name]:
                    seen = set()
                    for _ in range(per_sentence):
                        request = self._unlike(tool, sentence, seen)
                        if request:
                            text = self._misheard(request.segments) if noisy else request.text()
                            out.append(self._case(place, offered, text, [request]))
        return out

    def new_tools(self, per_sentence: int) -> list[dict]:
        out = []
        for spec in self.unseen:
            for sentence in spec.sentences:
                seen: set[str] = set()
                for _ in range(per_sentence):
                    offered = self._unseen_list(spec)
                    mine = next(tool for tool in offered if tool.spec is spec)
                    request = self._unlike(mine, sentence, seen)
                    if request:
                        out.append(self._case("unseen", offered, request.text(), [request]))
        return out

    def two_commands(self, count: int) -> list[dict]:
        rng, out = self.rng, []
        seen: set[str] = set()
        while len(out) < count:
            place = rng.choice(["kitchen", "kitchen", "car"])
            offered = self.shipped[place]
            first, second = rng.choice(offered), rng.choice(offered)
            requests = [tools.request(tool, rng, rng.choice(self.sentences[tool.name])) for tool in (first, second)]
            if first is second and requests[0].arguments == requests[1].arguments:
                continue
            text = f"{requests[0].text()} {rng.choice(JOINTS)} {requests[1].text()}"
            if text in seen or len(text.split()) > 22:
                continue
            seen.add(text)
            out.append(self._case(place, offered, text, requests))
        return out

    def unservable(self) -> list[dict]:
        out = []
        for place in ("kitchen", "car"):
            for text in words.lines(self.folder / f"none_{place}.txt"):
                out.append(self._case(place, self.shipped[place], text, []))
            for text in words.lines(self.folder / "none_any.txt"):
                out.append(self._case(place, self.shipped[place], text, []))
        for text in words.lines(self.folder / "none_any.txt"):
            out.append(self._case("unseen", self._unseen_list(self.rng.choice(self.unseen)), text, []))
        return out

    # MARK: Parts

    def _unlike(self, tool, sentence: Sentence, seen: set[str]):
        for _ in range(8):
            request = tools.request(tool, self.rng, sentence)
            if request and request.text() not in seen:
                seen.add(request.text())
                return request
        return None

    def _misheard(self, segments) -> str:
        """With at least one error."""
        clean = " ".join(" ".join(text for text, _ in segments).split())
        for _ in range(50):
            text = speech.misheard(segments, self.rng, self.rng.choice([0.12, 0.2]), self.table)
            if text.strip() and text != clean:
                return text
        return clean

    def _unseen_list(self, spec: ToolSpec):
        rng = self.rng
        others = [s for s in self.unseen if s is not spec]
        specs = [spec, *rng.sample(others, rng.randint(2, 7))]
        rng.shuffle(specs)
        return [tools.instantiate(s, rng, plain=True) for s in specs]

    def _case(self, place: str, offered, text: str, requests) -> dict:
        return {
            "id": place, "tools": [tool.definition() for tool in offered], "messages": [{"role": "user", "content": text}],
            "expected": [{"name": r.tool.name, "arguments": r.arguments} for r in requests],
        }


def made(folder: str, seed: int = 20_261) -> dict[str, list[dict]]:
    """All sets of a folder by their names."""
    sets = Sets(folder, seed)
    # Fewer for development, whose sentences are more.
    held_out = folder == "heldout"
    out = {
        "phrasings": sets.phrasings(3 if held_out else 1, False), "errors": sets.phrasings(3 if held_out else 1, True),
        "unseen": sets.new_tools(2 if held_out else 1), "two": sets.two_commands(300), "none": sets.unservable(),
    }
    for name, cases in out.items():
        for index, case in enumerate(cases, 1):
            case["id"] = f"{name}-{case['id']}-{index:03}"
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes evaluation sets.")
    parser.add_argument("folder", choices=["dev", "heldout"])
    parser.add_argument("out", type=Path)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, cases in made(arguments.folder).items():
        text = "".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) + "\n" for case in cases)
        (arguments.out / f"{name}.jsonl").write_text(text)
        print(f"{name}: {len(cases)} cases, {len(text)} bytes")


if __name__ == "__main__":
    main()
