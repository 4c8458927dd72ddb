"""Which tools a dialogue offers, and what could be asked for there that none of them serves."""

import re
from dataclasses import dataclass

from . import conflicts, rename, shipped, speech, tools, words, worlds
from .tools import Tool, ToolSpec
from .worlds import World


@dataclass
class Offer:
    tools: list[Tool]
    # `kitchen` or `car`: that configuration or a part of it. A world: tools of that world. nil: mixed.
    configuration: str | None = None
    world: World | None = None


class Offers:
    """Draws offers.

    - Parameter specs: of the mixed ones. Other offers come only where `with_all` is set.
    - Parameter renamed: the share of tools, but for those of the configurations, whose names say nothing.
    """

    def __init__(self, rng, specs: list[ToolSpec], with_all: bool, renamed: float):
        self.rng, self.with_all, self.renamed = rng, with_all, renamed
        # Each group as often, however long its list of nouns is; long lists three times.
        self.groups: dict[str, list[ToolSpec]] = {}
        self.by_noun: dict[str, list[ToolSpec]] = {}
        for spec in specs:
            self.groups.setdefault(spec.group, []).append(spec)
            if spec.noun:
                self.by_noun.setdefault(spec.noun, []).append(spec)
        self.names = [name for name, members in self.groups.items() for _ in range(3 if len(members) > 1 else 1)]

    def any_spec(self) -> ToolSpec:
        return self.rng.choice(self.groups[self.rng.choice(self.names)])

    # MARK: Offers

    def draw(self, most: int = 12) -> Offer:
        rng = self.rng
        draw = rng.random() if self.with_all else 1
        if draw < 0.32:
            return self._configuration(rng.choice(["kitchen", "kitchen", "car"]), most)
        if draw < 0.72:
            return self._world(most)
        return self._mixed(most)

    def _count(self, most: int) -> int:
        return self.rng.choice([2, 3] if most == 3 else [n for n in (3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 9, 10, 12) if n <= most])

    def _mixed(self, most: int) -> Offer:
        rng = self.rng
        count = self._count(most)
        specs: list[ToolSpec] = []
        for _ in range(60):
            if len(specs) == count:
                break
            spec = self._neighbour(rng.choice(specs)) if specs and rng.random() < 0.35 else self.any_spec()
            if spec and not any(conflicts.overlap(spec, other) for other in specs):
                specs.append(spec)
        return Offer(self._dressed([tools.instantiate(spec, rng) for spec in specs], self.renamed))

    def _neighbour(self, spec: ToolSpec) -> ToolSpec | None:
        """The same noun in another tool, or the same tool of another noun."""
        rng = self.rng
        if spec.noun and rng.random() < 0.4 and len(self.by_noun[spec.noun]) > 1:
            return rng.choice(self.by_noun[spec.noun])
        if spec.noun:
            return rng.choice(self.groups[spec.group])
        return None

    def _world(self, most: int) -> Offer:
        rng = self.rng
        world = rng.choice(worlds.training())
        specs = rng.sample(world.specs, min(len(world.specs), self._count(most)))
        return Offer(self._dressed([tools.instantiate(spec, rng) for spec in specs], self.renamed), world=world)

    def _configuration(self, name: str, most: int) -> Offer:
        rng = self.rng
        specs = list(shipped.specs()[name])
        if rng.random() < 0.5:
            rng.shuffle(specs)
        if rng.random() < 0.5 and len(specs) > 3:
            kept = {id(spec) for spec in rng.sample(specs, rng.randint(3, len(specs)))}
            specs = [spec for spec in specs if id(spec) in kept]
        made = [shipped.instantiate(spec, rng) for spec in specs[:most]]
        return Offer(self._dressed(made, 0.08, restyled=0.03, shuffled=False), configuration=name)

    def _dressed(self, made: list[Tool], renamed: float, restyled: float = 0.08, shuffled: bool = True) -> list[Tool]:
        rng = self.rng
        if shuffled:
            rng.shuffle(made)
        share = rng.choice([0, renamed, min(1, 2 * renamed)])
        for tool in made:
            if rng.random() < share:
                rename.rename(tool, rng)
            elif rng.random() < restyled:
                rename.restyle(tool, rng)
            if rng.random() < 0.1:
                tool.description += "."
        used: set[str] = set()
        kept = []
        for tool in made:
            if tool.name not in used:
                used.add(tool.name)
                kept.append(tool)
        return kept

    # MARK: What none of them serves

    def refused(self, offer: Offer) -> list[tuple[str, str]]:
        """The words of such a request, with what kind each is."""
        made = None
        if offer.configuration:
            made = self._refused_by_configuration(offer)
        elif offer.world:
            made = self._refused_by_world(offer)
        else:
            made = self._refused_by_mixed(offer.tools)
        return made or self._beyond(offer.tools)

    def _beyond(self, offered: list[Tool]):
        """Of other worlds, with no word that an offered tool is described by."""
        rng = self.rng
        for _ in range(8):
            segments = spoken(rng.choice(shipped.refused()["both"]), rng) if rng.random() < 0.6 else [(rng.choice(words.lines(words.DATA / "beyond.txt")), "plain")]
            if is_foreign(" ".join(text for text, _ in segments), offered):
                return segments
        return [("what is the capital of france", "plain")]

    def _refused_by_configuration(self, offer: Offer):
        rng = self.rng
        draw = rng.random()
        if draw < 0.5:
            return spoken(rng.choice(shipped.refused()[offer.configuration]), rng)
        if draw < 0.65:
            return self._outside(offer.tools)
        offered = {tool.spec.names[0] for tool in offer.tools}
        if draw < 0.78:
            # What the whole configuration could do and this part of it cannot.
            absent = [spec for spec in shipped.specs()[offer.configuration] if spec.names[0] not in offered]
            absent = [spec for spec in absent if not any(conflicts.near(spec, tool.spec) for tool in offer.tools)]
            return self._asked(rng.choice(absent)) if absent else None
        return None

    def _refused_by_world(self, offer: Offer):
        rng = self.rng
        draw = rng.random()
        if draw < 0.6:
            return spoken(rng.choice(offer.world.refused), rng)
        absent = [spec for spec in offer.world.specs if all(tool.spec is not spec for tool in offer.tools)]
        if draw < 0.85 and absent:
            return self._asked(rng.choice(absent))
        return None

    def _refused_by_mixed(self, offered: list[Tool]):
        rng = self.rng
        draw = rng.random()
        if draw < 0.2:
            return self._beyond(offered)
        if draw < 0.4:
            made = self._outside(offered)
            if made:
                return made
        for _ in range(12):
            near = [t.spec for t in offered if t.spec.noun]
            spec = rng.choice(self.groups[rng.choice(near).group]) if near and rng.random() < 0.5 and draw < 0.85 else self.any_spec()
            if spec.group not in self.groups or any(conflicts.near(spec, tool.spec) for tool in offered):
                continue
            made = self._asked(spec)
            if made:
                return made
        return None

    def _asked(self, spec: ToolSpec):
        request = tools.request(tools.instantiate(spec, self.rng), self.rng)
        return speech.decorate(request.segments, self.rng) if request else None

    def _outside(self, offered: list[Tool]):
        """A listed value that is not offered."""
        rng = self.rng
        listed = [t for t in offered if any(p.kind == "enum" and p.outside and p.choices and p.choices[0][0] for p in t.parameters)]
        listed = [t for t in listed if not any(p.kind in ("text",) for p in t.parameters)]
        if not listed:
            return None
        tool = rng.choice(listed)
        parameter = rng.choice([p for p in tool.parameters if p.kind == "enum" and p.outside])
        sentences = [s for s in tool.spec.sentences if "{" + parameter.original + "}" in s.text]
        if not sentences:
            return None
        value, said = rng.choice(parameter.outside)
        request = tools.fill(tool, rng.choice(sentences), rng, {parameter.original: (value, rng.choice(said))})
        return request.segments if request else None


def is_foreign(text: str, offered: list[Tool]) -> bool:
    """Whether nothing said here stands in a name, a description or a sentence of what is offered, but for the smallest words."""
    said = {word for word in text.split() if len(word) > 3} - _SMALL
    return not any(said & _known(tool.spec) for tool in offered)


_SMALL = frozenset("about again could does have here house like make more much need please some tell that them there they this want what when where which will with would your".split())


def _known(spec: ToolSpec) -> frozenset[str]:
    found = getattr(spec, "_known_words", None)
    if found is None:
        texts = [*spec.names, *spec.descriptions, *(sentence.text for sentence in spec.sentences)]
        found = frozenset(word for text in texts for word in re.findall("[a-z']+", text.lower()) if len(word) > 3)
        spec._known_words = found
    return found


def spoken(sentence, rng) -> list[tuple[str, str]]:
    """A sentence without slots, with fillers."""
    return speech.decorate([(part, "plain") for part in sentence.parts(rng)], rng)
