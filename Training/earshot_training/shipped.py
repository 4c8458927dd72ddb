"""The tools of the two shipped configurations, what is said to call them, and what is said there and calls nothing."""

from functools import cache

from . import tools, words
from .grammar import Sentence
from .tools import ToolSpec

# Values of the same kind that the configurations do not list: asking for one of them calls nothing.
_OTHER_VALUES = {"room": "rooms", "station": "stations"}


@cache
def specs() -> dict[str, list[ToolSpec]]:
    """By configuration, in the order of its file; each with the sentences of `sentences.txt` beside its own."""
    found = tools.read(words.DATA / "shipped.txt")
    more = sentences(words.DATA / "sentences.txt")
    for spec in found:
        spec.sentences += more.pop(spec.names[0], [])
    if more:
        raise ValueError(f"sentences.txt: no such tools: {', '.join(more)}")
    first_of_car = next(i for i, spec in enumerate(found) if spec.names[0] == "set_reading_light")
    return {"kitchen": found[:first_of_car], "car": found[first_of_car:]}


def sentences(path) -> dict[str, list[Sentence]]:
    """Of a file of lines `say TOOL` and ` > sentence`."""
    out: dict[str, list[Sentence]] = {}
    for line in path.read_text().splitlines():
        if line.startswith("say "):
            current = out.setdefault(line[4:].strip(), [])
        elif line.strip() and not line.startswith("#"):
            current.append(Sentence(line.strip()[1:].strip()))
    return out


@cache
def refused() -> dict[str, list[Sentence]]:
    """What no tool serves: of `kitchen`, of `car`, and of `both`."""
    out: dict[str, list[Sentence]] = {"kitchen": [], "car": [], "both": []}
    for line in (words.DATA / "refused.txt").read_text().splitlines():
        if line.startswith("# ") and line[2:].strip() in out:
            current = out[line[2:].strip()]
        elif line.strip() and not line.startswith("#"):
            current.append(Sentence(line.strip()))
    return out


def instantiate(spec: ToolSpec, rng) -> tools.Tool:
    """As the configuration has it; `outside` are values that could be asked for and are not there."""
    tool = tools.instantiate(spec, rng, plain=True)
    for parameter in tool.parameters:
        if parameter.original in _OTHER_VALUES and parameter.kind == "enum":
            offered = {said for _, all_said in parameter.choices for said in all_said}
            offered |= {value for value, _ in parameter.choices}
            parameter.outside = [
                (value, said) for value, said in words.values(_OTHER_VALUES[parameter.original]) if not offered.intersection((value, *said))
            ]
    return tool
