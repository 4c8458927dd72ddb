"""Sentences that lean on the turn before: "and the hall too", "now off again", "make it fifty"."""

from .grammar import Sentence
from .tools import Request, Tool

_ENUM = [Sentence(text) for text in (
    "and (the|in the) {v} [too|as well|also]", "(the|in the) {v} (too|as well|also)", "(now|and now) (the|in the) {v}", "same (for|in|with) the {v}",
    "and {v}", "do the same (for|in|with) the {v}", "(the same|that) (for|in) the {v} [please]", "what about the {v}",
    "also the {v}", "{v} too", "and also [the] {v}",
)]
_STATE = [Sentence(text) for text in (
    "(no|actually|sorry|wait) {v}", "(make it|make that|rather|better) {v}", "(now|and now) {v}", "{v} (instead|please|again)",
    "i (meant|mean|wanted) {v}", "no (make it|i meant|i said) {v}", "(change|set) (it|that) to {v}", "(change|set) that to {v} [please|instead]",
)]
_NUMBER = [Sentence(text) for text in (
    "(no|actually|sorry|wait) {v}", "(make it|make that|rather|better|let's say) {v}", "(now|and now) {v}", "(change|set|put) (it|that) to {v}",
    "{v} (instead|is better|please)", "(a bit more|more|up) {v}", "(a bit less|less|down) (make it|to) {v}", "(that is|it is) too (much|little|low|high) (make it|go to|try) {v}",
    "no (make it|i meant|i said) {v}",
)]
_BOOL = [Sentence(text) for text in (
    "[and] [now] {v:on|off} again", "(turn|switch) (it|that) {v:on|off} [again]", "(now|and now) {v:on|off}", "(back|again) {v:on|off}",
    "(turn|switch) (it|them) back {v:on|off}", "(no|wait|actually) {v:on|off}", "(put|switch|turn) it {v:on|off} (please|again|now)", "it can go {v:on|off} [again|now]",
)]
_TEXT = [Sentence(text) for text in (
    "and {v}", "and {v} [too|as well|also]", "also {v}", "(no|actually|sorry) {v}", "(i meant|make that|rather) {v}",
)]
# Listed values of which one is taken back or changed, instead of joined by another.
_EXCHANGED = {"direction", "action", "mode", "state", "speed", "position", "size", "heat", "unit", "day", "scene", "programme", "kelvin", "station"}


def follow(last: Request, rng) -> Request | None:
    tool: Tool = last.tool
    candidates = [p for p in tool.parameters if p.original in last.values]
    if not candidates:
        return None
    parameter = rng.choice(candidates)
    before = last.values[parameter.original][0]
    if parameter.kind == "bool":
        value, said, pool = (not before), "", _BOOL
        if "on" not in (parameter.original, "on"):
            return None
    else:
        for _ in range(8):
            value, said = parameter.draw(rng)
            if value != before and said:
                break
        else:
            return None
        if parameter.kind == "enum":
            pool = _STATE if parameter.original in _EXCHANGED else _ENUM if rng.random() < 0.8 else _STATE
        elif parameter.kind in ("int", "num", "time"):
            pool = _NUMBER
        else:
            pool = _TEXT
    sentence = rng.choice(pool)
    segments = []
    for part in sentence.parts(rng):
        if isinstance(part, str):
            segments.append((part, "plain"))
        elif part.yes is not None:
            segments.append((part.yes if value is True else part.no, "polarity"))
        else:
            segments.append((said, "free" if parameter.kind in ("text", "list text") else "value"))
    values = {**last.values, parameter.original: (value, said)}
    arguments = {p.name: values[p.original][0] for p in tool.parameters if p.original in values}
    return Request(segments, tool, arguments, values, sentence)
