"""The lists of `data/words.txt`, and pseudo-words, with which names are copied that no list has."""

from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data"


@cache
def lists() -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """list → [(value as written, how it is said)]; the first way of saying it is the written one with spaces."""
    out = {}
    for line in (DATA / "words.txt").read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, values = line.split(":", 1)
        entries = []
        for entry in values.split(","):
            written, *said = entry.strip().split("=")
            entries.append((written, (written.replace("_", " "), *said)))
        out[name.strip()] = entries
    return out


@cache
def lines(path: Path) -> list[str]:
    """Of a file, without comments and empty ones."""
    return [line.strip() for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]


def values(expression: str) -> list[tuple[str, tuple[str, ...]]]:
    """Of `rooms`, of `tasks+labels`, or of `slow=low/fast` written out."""
    if "/" in expression:
        out = []
        for entry in expression.split("/"):
            written, *said = entry.split("=")
            out.append((written, (written.replace("_", " "), *said)))
        return out
    return [entry for name in expression.split("+") for entry in lists()[name]]


@cache
def plain() -> list[str]:
    """Those of them that are letters alone."""
    return [word for word in common() if word.isalpha()]


_STARTS = "b br c ch d dr f fl g gr h j k kl l m n p pr qu r s sh st t tr v w z".split()
_VOWELS = "a e i o u ai ea oo ee ou".split()
_ENDS = ["", "", "n", "r", "l", "s", "m", "t", "x", "nd", "ck", "rt", "ll"]


def pseudo(rng, syllables: int | None = None) -> str:
    count = syllables or rng.choice([1, 2, 2, 2, 3])
    word = "".join(rng.choice(_STARTS) + rng.choice(_VOWELS) for _ in range(count)) + rng.choice(_ENDS)
    return word if len(word) > 2 else word + "no"


@cache
def common() -> list[str]:
    """All words of all lists, for free texts of any words."""
    out = set()
    for entries in lists().values():
        for written, _ in entries:
            out.update(word for word in written.replace("_", " ").split() if len(word) > 2)
    return sorted(out)


def free_text(rng, expression: str) -> str:
    """Mostly from the list; else any words, or words that no list has: those can only be copied."""
    draw = rng.random()
    if draw < 0.55:
        return rng.choice(values(expression))[1][0]
    if draw < 0.8:
        return " ".join(rng.choice(common()) for _ in range(rng.choice([1, 1, 2, 2, 3, 4])))
    if draw < 0.9:
        return pseudo(rng)
    return rng.choice([f"{pseudo(rng)} {rng.choice(common())}", f"the {rng.choice(common())} {pseudo(rng)}"])
