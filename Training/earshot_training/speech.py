"""What happens to a sentence between a mouth and a transcript: fillers, corrections, and a recogniser's errors.

Words that decide (numbers, listed values, on and off) are damaged seldom or never, so that what was meant can still be
known; free texts never, because the call repeats what the transcript says.
"""

import re
from functools import cache

from . import words

BEFORE = (
    "please|please|hey|uh|um|okay|ok|so|well|can you|could you|could you please|can you please|would you|would you please|i think|"
    "alright|now|hey can you|oh|listen|computer|yes|er|right|do me a favour and|be so kind and|quick|uh please|"
    "go ahead and|go and|i'd like you to|you should|just|hello|and"
).split("|")
AFTER = (
    "please|please|thanks|thank you|now|right now|for me|will you|would you|if you can|okay|quickly|at once|immediately|"
    "um|uh|when you have a moment|again please|for us|if possible|right away|darling|would be great|too"
).split("|")
INSIDE = "uh|um|er|uhm|like|the|please|you know".split("|")
INSTEAD = "no|no wait|i mean|sorry|no sorry|no i mean|or rather|rather|wait no|actually|make that|no make that|no not that".split("|")
FUNCTION = set("the a an to of in on at for please can you is it my me and i do with from up that some".split())
KEPT = set("on off open close up down not no all left right stop start lock unlock in out".split())


def decorate(segments, rng):
    """Fillers in front, behind and between; sentences that begin with "i" or a question keep their beginning."""
    out = list(segments)
    first = next((text.split()[0] for text, _ in out if text.split()), "")
    question = first in set("i what is how when who where which did do am are will was has it we there why the".split())
    if rng.random() < 0.28:
        before = rng.choice(BEFORE)
        if question:
            before = rng.choice("hey|uh|um|okay|so|well|oh|listen|computer|tell me|er".split("|"))
        out.insert(0, (before, "plain"))
    if rng.random() < 0.18:
        out.append((rng.choice(AFTER), "plain"))
    if rng.random() < 0.06:
        at = rng.randrange(1, len(out)) if len(out) > 1 else 0
        out.insert(at, (rng.choice(INSIDE[:5]), "plain"))
    return out


def correct(segments, parameters_said, rng):
    """Says another value first and takes it back: "the kitchen no the bedroom". `parameters_said`: index → another value."""
    if not parameters_said:
        return segments
    index = rng.choice(sorted(parameters_said))
    wrong = parameters_said[index]
    text, kind = segments[index]
    if not wrong or wrong == text:
        return segments
    instead = rng.choice(INSTEAD)
    the = rng.choice(["", "", "the "]) if kind == "value" and not text[0].isdigit() else ""
    out = list(segments)
    if rng.random() < 0.6:
        out[index : index + 1] = [(wrong, kind), (f"{instead} {the}".strip(), "plain"), (text, kind)]
    else:
        out[index] = (wrong, kind)
        out += [(f"{instead} {the}".strip(), "plain"), (text, kind)]
    return out


@cache
def confusions() -> dict[str, list[str]]:
    return read_confusions(words.DATA / "confusions.txt")


def read_confusions(path) -> dict[str, list[str]]:
    out = {}
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            word, others = line.split(":", 1)
            out[word.strip()] = [other.strip() for other in others.split(",")]
    return out


def _sound(word: str) -> str:
    """A rough key of how a word sounds: vowels fall together, voiced and unvoiced too."""
    word = word.replace("ph", "f").replace("ck", "k").replace("gh", "").replace("kn", "n").replace("wr", "r").replace("qu", "kw")
    classes = str.maketrans("bpvfdtgkcqzsjxmnlrwyhaeiou", "ppffttkkkksskkmnlrww-aaaaa")
    out = []
    for c in word.translate(classes):
        if c != "-" and (not out or out[-1] != c):
            out.append(c)
    return "".join(out)


@cache
def _spoken() -> list[str]:
    """All words of the sentences that are trained with: what a recogniser may write instead of another."""
    out: set[str] = set()
    for path in sorted(words.DATA.glob("**/*.txt")):
        out.update(word for line in path.read_text().splitlines() if line.lstrip()[:1] in ("-", ">") for word in re.findall(r"[a-z]+", line.split(" @")[0]))
    return sorted(out)


@cache
def _by_sound() -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    vocabulary = set(words.common()) | set(_spoken()) | set(confusions()) | {w for others in confusions().values() for o in others for w in o.split()}
    for word in sorted(vocabulary):
        out.setdefault(_sound(word), []).append(word)
    return out


@cache
def _similar(word: str) -> tuple[str, ...]:
    key = _sound(word)
    found = [w for w in _by_sound().get(key, []) if w != word]
    if len(key) > 3:
        for at in range(len(key)):
            found += [w for w in _by_sound().get(key[:at] + key[at + 1 :], []) if w != word]
    return tuple(dict.fromkeys(found))


def misheard(segments, rng, rate: float = 0.14, table=None, protected: frozenset = frozenset()) -> str:
    """The transcript, with each word that does not decide damaged with the probability `rate`.

    - Parameter protected: words that something offered is called by; they are damaged half as often, and then split,
      merged or bent, not replaced by another word of the list.
    """
    table = confusions() if table is None else table
    out: list[str] = []
    # Whether the word before may grow together with this one.
    joinable, free = False, False
    for text, kind in segments:
        for word in text.split():
            joinable, free = free and bool(out) and len(out[-1]) > 2, kind == "plain" and word not in KEPT
            if kind in ("free", "polarity"):
                out.append(word)
                continue
            chance = rate
            if kind == "value":
                chance = rate * 0.35
                if word in _NUMBERS or word.isdigit():
                    chance = 0
            elif word in KEPT:
                chance = 0
            elif word in protected:
                chance = rate * 0.6
            if rng.random() >= chance:
                out.append(word)
                continue
            draw = rng.random()
            if word in FUNCTION and draw < 0.55:
                continue
            if word in table and draw < 0.85:
                out.append(rng.choice(table[word]))
            elif draw < 0.6 and word not in protected and kind == "plain" and _similar(word):
                out.append(rng.choice(_similar(word)))
            elif draw < 0.72 and len(word) > 6:
                at = rng.randrange(3, len(word) - 2)
                out += [word[:at], word[at:]]
            elif draw < 0.8:
                out += [word, rng.choice(INSIDE)]
            elif draw < 0.88 and joinable:
                out[-1] += word
            elif draw < 0.93:
                out += [word, word]
            else:
                out.append(_bent(word, rng))
    return " ".join(out)


def _bent(word: str, rng) -> str:
    draw = rng.random()
    if len(word) < 4:
        return word
    if draw < 0.3:
        return word[:-1] if word.endswith("s") else word + "s"
    if draw < 0.5:
        return word + rng.choice(["ed", "ing", "er", "s"])
    at = rng.randrange(1, len(word) - 1)
    pairs = {"b": "p", "p": "b", "d": "t", "t": "d", "g": "k", "k": "g", "v": "f", "f": "v", "m": "n", "n": "m", "a": "e", "e": "i", "i": "e", "o": "u", "u": "o"}
    return word[:at] + pairs.get(word[at], word[at]) + word[at + 1 :]


_NUMBERS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand point half quarter past a and p m o'clock".split()
)
