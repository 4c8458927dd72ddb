"""The tools of `data/tools.txt`: read once, then instantiated for each dialogue with names, values and ranges of its own."""

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from . import spoken, words
from .grammar import Sentence, Slot

DATA = words.DATA
_PARAMETER = re.compile(r"^(\w+): ([^;!]+?)\s*(!)?\s*(?:; (.*))?$")


@dataclass
class ParameterSpec:
    name: str
    kind: str
    required: bool
    description: str | None


@dataclass
class ToolSpec:
    """One block of the file; `noun` where the block stands for a list."""

    names: list[str]
    descriptions: list[str]
    parameters: list[ParameterSpec] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    result: str | None = None
    group: str = ""
    noun: str = ""


def read(path: Path) -> list[ToolSpec]:
    return parse(path.read_text().splitlines(), path.name)


def parse(source: list[str], name: str) -> list[ToolSpec]:
    specs: list[ToolSpec] = []
    blocks: list[tuple[str, list[str]]] = []
    for line in source:
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith("tool "):
            blocks.append((line[5:], []))
        elif line.startswith(" ") and blocks:
            blocks[-1][1].append(line.strip())
        else:
            raise ValueError(f"{name}: neither a tool nor a line of one: {line!r}")
    for head, lines in blocks:
        names, descriptions = head.split("|", 1)
        names, _, nouns = names.partition(" for ")
        if not nouns:
            specs.append(_spec(names, descriptions, lines, None, names.split(",")[0]))
            continue
        for written, said in words.values(nouns.strip()):
            specs.append(_spec(names, descriptions, lines, (written, said), names.split(",")[0] + nouns))
    return specs


def _spec(names, descriptions, lines, noun, group) -> ToolSpec:
    def fill(text: str, joint: str = " ") -> str:
        return text.replace("<n>", noun[0].replace(" ", joint)) if noun else text

    spec = ToolSpec(
        names=[fill(name.strip(), "_") for name in names.split(",")],
        descriptions=[fill(text.strip()) for text in descriptions.split(" ; ")],
        group=group,
        noun=noun[0] if noun else "",
    )
    for line in lines:
        mark, rest = line[0], line[1:].strip()
        if mark == ">":
            spec.sentences.append(Sentence(fill(rest)))
            if noun:
                # Other words for the same thing are said as often.
                for other in noun[1][1:]:
                    spec.sentences.append(Sentence(rest.replace("<n>", other)))
        elif mark == "<":
            spec.said.append(fill(rest))
        elif mark == "?":
            spec.result = rest
        else:
            match = _PARAMETER.match(line)
            if not match:
                raise ValueError(f"not a parameter: {line!r}")
            name, kind, required, description = match.groups()
            spec.parameters.append(ParameterSpec(name, kind, bool(required), description))
    return spec


@cache
def training() -> list[ToolSpec]:
    return read(DATA / "tools.txt")


@dataclass
class Parameter:
    """A parameter of a tool as it is offered: its schema, and how a value is drawn and said."""

    name: str
    original: str
    kind: str
    schema: dict
    required: bool
    # Values as written → how they are said; for enum kinds. `outside` are those that are not offered.
    choices: list[tuple[object, tuple[str, ...]]] = field(default_factory=list)
    outside: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    text: str = ""
    low: float = 0
    high: float = 0
    step: float = 1

    def draw(self, rng):
        """(value, how it is said)"""
        kind = self.kind
        if kind == "enum":
            value, said = rng.choice(self.choices)
            return value, said[0] if len(said) == 1 or rng.random() < 0.5 else rng.choice(said)
        if kind == "int":
            grid = range(int(self.low), int(self.high) + 1, int(self.step))
            if rng.random() < 0.5 and self.high - self.low > 20:
                # Round numbers are said more often.
                grid = [v for v in grid if v % 5 == 0] or grid
            value = rng.choice(grid)
            return value, spoken.number_variant(value, rng)
        if kind == "num":
            value = rng.randint(int(self.low), int(self.high) - 1) + rng.choice([0, 0, 0.5, 0.5, round(rng.random(), 1) % 1])
            value = round(value, 1)
            if value == int(value):
                value = int(value)
            return value, spoken.number_variant(value, rng)
        if kind == "bool":
            return rng.random() < 0.5, ""
        if kind == "text":
            text = words.free_text(rng, self.text)
            return text, text
        if kind == "time":
            hour, minute = rng.choice(range(24)), rng.choice([0, 0, 0, 15, 30, 30, 45, rng.randrange(1, 60)])
            return f"{hour:02}:{minute:02}", spoken.clock(hour, minute, rng)
        if kind == "list enum":
            count = min(len(self.choices), rng.choice([1, 2, 2, 3]))
            picked = rng.sample(self.choices, count)
            return [value for value, _ in picked], spoken.listing([rng.choice(said) for _, said in picked], rng)
        if kind == "list text":
            picked = list(dict.fromkeys(words.values(self.text)[rng.randrange(len(words.values(self.text)))][1][0] for _ in range(rng.choice([1, 2, 2, 3, 4]))))
            return picked, spoken.listing(picked, rng)
        raise ValueError(kind)


@dataclass
class Tool:
    """A tool as a dialogue offers it."""

    spec: ToolSpec
    name: str
    description: str
    parameters: list[Parameter]

    def schema(self) -> dict:
        properties = {p.name: p.schema for p in self.parameters}
        out = {"type": "object", "properties": properties}
        required = [p.name for p in self.parameters if p.required]
        if required:
            out["required"] = required
        return out

    def definition(self) -> dict:
        function = {"name": self.name, "description": self.description, "parameters": self.schema()}
        return {"type": "function", "function": function}


@dataclass
class Request:
    """Something said that calls a tool: words with what kind each is, and the call."""

    # [(text, kind)]: plain, value (a listed or counted one), free (copied as it stands), polarity
    segments: list[tuple[str, str]]
    tool: Tool
    arguments: dict
    values: dict  # original parameter name → (value, how it is said)
    sentence: Sentence
    # A value that nobody said: it is the room that the context tells.
    here: str | None = None

    def text(self) -> str:
        return " ".join(" ".join(text for text, _ in self.segments).split())


def instantiate(spec: ToolSpec, rng, plain: bool = False) -> Tool:
    """With a subset of listed values, another name or description; `plain`: as it is written, with all values."""
    name = spec.names[0] if plain or rng.random() < 0.4 else rng.choice(spec.names)
    description = spec.descriptions[0] if plain else rng.choice(spec.descriptions)
    tool = Tool(spec, name, description, [])
    for parameter in spec.parameters:
        tool.parameters.append(_parameter(parameter, rng, plain))
    if not plain and rng.random() < 0.15:
        rng.shuffle(tool.parameters)
    return tool


def _parameter(spec: ParameterSpec, rng, plain: bool) -> Parameter:
    kind, _, rest = spec.kind.partition(" ")
    schema: dict = {}
    out = Parameter(spec.name, spec.name, kind, schema, spec.required)
    if kind == "list":
        inner, _, rest = rest.partition(" ")
        out.kind = f"list {inner}"
        schema["type"] = "array"
        if inner == "enum":
            _listed(out, rest, rng, plain)
            schema["items"] = {"type": "string", "enum": [value for value, _ in out.choices]}
        else:
            out.text = rest
            schema["items"] = {"type": "string"}
    elif kind == "enum":
        _listed(out, rest, rng, plain)
        schema["type"] = "string"
        schema["enum"] = [value for value, _ in out.choices]
    elif kind in ("int", "num"):
        span, _, step = rest.partition(" ")
        low, high = (float(x) for x in span.split(".."))
        out.low, out.high, out.step = low, high, float(step or 1)
        schema["type"] = "integer" if kind == "int" else "number"
        if plain or rng.random() < 0.8:
            schema["minimum"], schema["maximum"] = int(low), int(high)
    elif kind == "bool":
        schema["type"] = "boolean"
    else:
        out.text = rest
        schema["type"] = "string"
    if spec.description and (plain or kind == "time" or rng.random() < 0.4):
        schema["description"] = spec.description
    return out


def _listed(out: Parameter, expression: str, rng, plain: bool):
    entries = words.values(expression)
    if plain and "/" in expression:
        count = len(entries)
    elif len(entries) > 4 and "/" not in expression:
        count = min(len(entries), rng.choice([2, 3, 3, 4, 4, 5, 5, 6, 7, 8]))
    elif len(entries) > 3 and rng.random() < 0.5:
        count = rng.randint(2, len(entries))
    else:
        count = len(entries)
    picked = rng.sample(entries, count) if count < len(entries) else list(entries)
    if not plain and rng.random() < 0.3:
        rng.shuffle(picked)
    out.choices = picked
    chosen = {said for _, all_said in picked for said in all_said}
    out.outside = [entry for entry in entries if not chosen.intersection(entry[1])]


def request(tool: Tool, rng, sentence: Sentence | None = None, tries: int = 20) -> Request | None:
    """A sentence that calls the tool. nil: none fits the values that this instance offers."""
    for _ in range(tries):
        chosen = sentence or rng.choice(tool.spec.sentences)
        made = fill(tool, chosen, rng)
        if made:
            return made
    return None


def fill(tool: Tool, sentence: Sentence, rng, given: dict | None = None) -> Request | None:
    by_name = {p.original: p for p in tool.parameters}
    values: dict = dict(given or {})
    here = None
    for name, text in sentence.fixed.items():
        parameter = by_name[name]
        if text == "here":
            value, said = rng.choice(parameter.choices)
            here, values[name] = said[0], (value, "")
            continue
        value = _fixed(parameter, text)
        if value is None:
            return None
        values[name] = (value, "")
    segments = []
    for part in sentence.parts(rng):
        if not isinstance(part, Slot):
            segments.append((part, "plain"))
            continue
        parameter = by_name[part.name]
        if part.name not in values:
            values[part.name] = parameter.draw(rng)
        value, said = values[part.name]
        if part.yes is not None:
            segments.append((part.yes if value is True else part.no, "polarity"))
        else:
            segments.append((said, "free" if parameter.kind in ("text", "list text") else "value"))
    arguments = {}
    for parameter in tool.parameters:
        if parameter.original in values:
            arguments[parameter.name] = values[parameter.original][0]
        elif parameter.required:
            return None
    return Request(segments, tool, arguments, values, sentence, here)


def _fixed(parameter: Parameter, text: str):
    if parameter.kind == "bool":
        return text == "true"
    if parameter.kind in ("int", "num"):
        return int(text)
    for value, said in parameter.choices:
        # A renamed value is found by the way it is said.
        if text == value or text.replace("_", " ") in said:
            return value
    return None
