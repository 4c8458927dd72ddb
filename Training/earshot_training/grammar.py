"""Sentences with choices: `(a|b)` one of, `[a]` or nothing, `{p}` a value, `{p:yes|no}` a word for true or false.

Behind the sentence `@p=value` sets a parameter that is not spoken.
"""

import re
from dataclasses import dataclass

_SLOT = re.compile(r"\{(\w+)(?::([^|{}]*)\|([^{}]*))?\}")


@dataclass(frozen=True)
class Slot:
    name: str
    yes: str | None = None
    no: str | None = None


class Sentence:
    """One template: `parts(rng)` picks among its choices and gives words and slots in order."""

    def __init__(self, text: str):
        self.text = text
        body, *fixed = [part.strip() for part in text.split(" @")]
        self.fixed = dict(part.split("=", 1) for part in fixed)
        self.tree, rest = _sequence(body, 0)
        if rest != len(body):
            raise ValueError(f"unbalanced brackets in {text!r}")

    def parts(self, rng) -> list:
        out: list = []
        _walk(self.tree, rng, out)
        return _joined(out)


def _joined(parts: list) -> list:
    """Parts of one word, "light" and "s", made one."""
    out: list = []
    for part in parts:
        before = out[-1] if out else None
        if isinstance(part, str) and isinstance(before, str) and before and part and not before[-1].isspace() and not part[0].isspace():
            out[-1] = before + part
        else:
            out.append(part)
    return out


def _sequence(text: str, at: int):
    """A list of alternatives, each a list of nodes: str, Slot, ("optional", alternatives), ("choice", alternatives)."""
    alternatives, nodes, start = [], [], at

    def flush(end):
        if end > start:
            nodes.append(text[start:end])

    while at < len(text):
        c = text[at]
        if c in "([":
            flush(at)
            inner, at = _sequence(text, at + 1)
            if at >= len(text) or text[at] != {"(": ")", "[": "]"}[c]:
                raise ValueError(f"unbalanced brackets in {text!r}")
            nodes.append(("choice" if c == "(" else "optional", inner))
            at += 1
            start = at
        elif c in ")]":
            break
        elif c == "|":
            flush(at)
            alternatives.append(nodes)
            nodes = []
            at += 1
            start = at
        elif c == "{":
            flush(at)
            match = _SLOT.match(text, at)
            if not match:
                raise ValueError(f"not a slot in {text!r}")
            nodes.append(Slot(*match.groups()))
            at = match.end()
            start = at
        else:
            at += 1
    flush(at)
    alternatives.append(nodes)
    return alternatives, at


def _walk(alternatives, rng, out):
    for node in alternatives[0] if len(alternatives) == 1 else rng.choice(alternatives):
        if isinstance(node, tuple):
            kind, inner = node
            if kind == "optional" and rng.random() < 0.6:
                continue
            _walk(inner, rng, out)
        else:
            out.append(node)
