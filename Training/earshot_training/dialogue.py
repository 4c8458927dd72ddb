"""Dialogues: some tools, several requests behind them, calls, results and answers."""

import random
from functools import cache

from . import chat, context, followups, speech, strange, tools, words
from .offers import Offers, is_foreign
from .tools import Request, Tool, ToolSpec

REFUSALS = [
    "I can't do that.", "I can't do that here.", "Sorry, I can't do that.", "That is not possible here.", "I have no way to do that.",
    "Sorry, I can't help with that.", "I don't know how to do that.",
]
SYSTEMS = [
    "You are a voice assistant.", "You control a house. Answer in one short sentence.", "You are the assistant of a car.",
    "You are Earshot, a voice assistant. Call a tool when one fits; otherwise answer briefly.", "Be brief.",
    "You are a helpful assistant for the home.", "Answer shortly and politely.", "Today is {day}. You control this house.",
    "You are the voice of this house. Answer in one short sentence. Say so when you do not know something.",
    "You help the driver. Never talk long.", "Use the tools to do what is asked. If none fits, say so.",
]
JOINTS = [
    "and", "and", "and", "and", "and", "and then", "then", "and also", "also", "plus", "after that", "and please", "", "oh and", "as well as", "and next",
    "and when you are done", "and one more thing", "and could you", "and by the way", "next", "but first", "and at the same time", "and i want you to",
]
# What is answered where somebody takes a command back, or only talks.
RESTRAINT = ["All right.", "Okay.", "All right, I leave it."]
_TAKEN_BACK = ("don't ", "do not ", "no ", "never mind", "forget", "leave ", "please don't", "please do not", "stop don't", "cancel that")
ERRORS = ["the device does not answer", "timeout", "not connected", "the line is busy", "permission denied", "no power", "not found", "refused by policy"]


@cache
def _talk() -> list[tuple[list[str], list[str]]]:
    out = []
    for line in words.lines(words.DATA / "talk.txt"):
        said, answers = line.split(" => ")
        out.append(([s.strip() for s in said.split(" | ")], [a.strip() for a in answers.split(" | ")]))
    return out


class Source:
    """Draws dialogues; the same seed and the same lists give the same dialogues.

    - Parameter specs: the tools to offer and to ask for; tools to refuse come from them too.
    """

    def __init__(self, seed: int, specs: list[ToolSpec] | None = None, with_all: bool = True, renamed: float = 0.45, strange: float = 0.4):
        self.rng = random.Random(seed)
        self.offers = Offers(self.rng, specs if specs is not None else tools.training(), with_all, renamed)
        # The share of lists, but for the shipped ones, whose words are replaced.
        self.strange = strange
        self.has_context = False

    # MARK: What is said

    def heard(self, request: Request, noisy: bool) -> str:
        """The transcript of a request."""
        rng = self.rng
        segments = list(request.segments)
        if rng.random() < 0.06:
            segments = speech.correct(segments, self._others(request), rng)
        segments = speech.decorate(segments, rng)
        return self._transcribed(segments, noisy)

    def _transcribed(self, segments, noisy: bool) -> str:
        if noisy:
            text = speech.misheard(segments, self.rng, self.rng.choice([0.08, 0.15, 0.25]))
            if text.strip():
                return text
        return " ".join(" ".join(text for text, _ in segments).split())

    def _others(self, request: Request) -> dict[int, str]:
        """For each segment that says a value: another value of the same parameter."""
        out = {}
        for index, (text, kind) in enumerate(request.segments):
            if kind == "polarity":
                out[index] = {"on": "off", "off": "on", "lock": "unlock", "unlock": "lock"}.get(text, "")
            if kind != "value":
                continue
            for parameter in request.tool.parameters:
                if parameter.original in request.values and request.values[parameter.original][1] == text and parameter.kind in ("enum", "int", "num"):
                    out[index] = parameter.draw(self.rng)[1]
        return {index: text for index, text in out.items() if text}

    def several(self, offered: list[Tool], noisy: bool) -> tuple[str, list[Request]] | None:
        """Two commands in one sentence, now and then three."""
        rng = self.rng
        if rng.random() < 0.25:
            made = self._two_values(offered)
            if made:
                segments, requests = made
                return self._transcribed(speech.decorate(segments, rng), noisy), requests
        count = 3 if rng.random() < 0.08 else 2
        chosen = [rng.choice(offered) for _ in range(count)]
        requests = [tools.request(tool, rng) for tool in chosen]
        if any(r is None for r in requests) or len({r.here for r in requests if r.here}) > 1 or any(a.arguments == b.arguments and a.tool is b.tool for a, b in zip(requests, requests[1:])):
            return None
        segments = []
        for index, request in enumerate(requests):
            if index:
                segments.append((rng.choice(JOINTS), "plain"))
            segments += request.segments
        return self._transcribed(speech.decorate(segments, rng), noisy), requests

    def _two_values(self, offered: list[Tool]):
        """"The kitchen and the hall light on": the same tool twice."""
        rng = self.rng
        fitting = [t for t in offered if any(p.kind == "enum" and len(p.choices) > 1 and p.original not in followups._EXCHANGED for p in t.parameters)]
        if not fitting:
            return None
        tool = rng.choice(fitting)
        parameter = rng.choice([p for p in tool.parameters if p.kind == "enum" and len(p.choices) > 1 and p.original not in followups._EXCHANGED])
        sentences = [s for s in tool.spec.sentences if "{" + parameter.original + "}" in s.text and parameter.original not in s.fixed]
        if not sentences:
            return None
        first = tools.fill(tool, rng.choice(sentences), rng)
        if not first or parameter.original not in first.values:
            return None
        value, said = rng.choice([c for c in parameter.choices if c[0] != first.values[parameter.original][0]])
        said = rng.choice(said)
        values = {**first.values, parameter.original: (value, said)}
        arguments = {p.name: values[p.original][0] for p in tool.parameters if p.original in values}
        mine = first.values[parameter.original][1]
        segments = [
            (spoken_pair(mine, said, rng), "value") if text == mine and kind == "value" else (text, kind) for text, kind in first.segments
        ]
        return segments, [first, Request([], tool, arguments, values, first.sentence)]

    # MARK: Dialogues

    def dialogue(self, most_tools: int = 12, turns: int | None = None, noise: float = 0.35) -> tuple[list[dict], list[dict]]:
        """(messages, tools), with the assistant's answers."""
        rng = self.rng
        offer = self.offers.draw(most_tools)
        offered = offer.tools
        messages: list[dict] = []
        if rng.random() < 0.25:
            messages.append({"role": "system", "content": self._filled(rng.choice(SYSTEMS))})
        last: Request | None = None
        self.has_context = rng.random() < 0.3
        for _ in range(turns or rng.choice([1, 3, 4, 5, 6, 7, 8, 9, 10])):
            noisy = rng.random() < noise
            draw = rng.random()
            if draw < 0.19:
                segments = self.offers.refused(offer)
                messages += [self._user(self._transcribed(segments, noisy)), {"role": "assistant", "content": self._refusal(segments)}]
                last = None
                continue
            if draw < 0.22:
                said, answers = rng.choice(_talk())
                text = rng.choice(said)
                if is_foreign(text, offered):
                    messages += [self._user(text), {"role": "assistant", "content": rng.choice(answers)}]
                continue
            if draw < 0.37:
                made = self.several(offered, noisy)
                if made:
                    text, requests = made
                    self._called(messages, text, requests)
                    last = requests[-1]
                    continue
            request = None
            if last and draw > 0.82:
                request = followups.follow(last, rng)
                if request:
                    text = self._transcribed(request.segments, noisy)
            if not request:
                request = tools.request(rng.choice(offered), rng)
                if not request:
                    continue
                text = self.heard(request, noisy)
            self._called(messages, text, [request])
            last = request
        if not any(message["role"] == "user" for message in messages):
            # Nothing that was drawn could be said with these tools.
            return self.dialogue(most_tools, turns, noise)
        definitions = [tool.definition() for tool in offered]
        if not offer.configuration and rng.random() < self.strange:
            strange.strange(messages, definitions, rng, rng.choice([0.3, 0.6, 1]))
        return messages, definitions

    def _refusal(self, segments) -> str:
        text = " ".join(text for text, _ in segments)
        return self.rng.choice(RESTRAINT if text.startswith(_TAKEN_BACK) else REFUSALS)

    def _user(self, text: str, here: str | None = None) -> dict:
        out = {"role": "user", "content": text}
        if here or self.has_context:
            out["context"] = context.text(self.rng, here)
        return out

    def _filled(self, text: str) -> str:
        rng = self.rng
        return text.format(
            day=rng.choice(words.values("days"))[0].capitalize(), time=f"{rng.randrange(24):02}:{rng.randrange(60):02}",
            room=rng.choice(words.values("rooms"))[1][0], n=rng.randrange(-5, 35), name=rng.choice(words.values("names"))[0].capitalize(),
        )

    def _called(self, messages: list[dict], text: str, requests: list[Request]) -> None:
        rng = self.rng
        calls = [{"type": "function", "function": {"name": r.tool.name, "arguments": r.arguments}} for r in requests]
        here = next((request.here for request in requests if request.here), None)
        messages += [self._user(text, here), {"role": "assistant", "content": None, "tool_calls": calls}]
        answers = []
        for request in requests:
            result, answer = self._result(request)
            messages.append({"role": "tool", "content": chat.spaced(result)})
            if answer not in answers:
                answers.append(answer)
        messages.append({"role": "assistant", "content": " ".join(answers)})

    def _result(self, request: Request) -> tuple[dict, str]:
        rng = self.rng
        if rng.random() < 0.05:
            error = rng.choice(ERRORS)
            return rng.choice([{"ok": False, "error": error}, {"error": error}]), f"That did not work: {error}."
        kind = request.tool.spec.result
        if kind:
            return self._read(kind)
        result = rng.choice([{"ok": True}, {"ok": True}, {"ok": True}, {}, {"done": True}, {"ok": True, "output": {}}])
        if not request.tool.spec.said:
            return result, "Done."
        return result, _answer(rng.choice(request.tool.spec.said), request)

    def _read(self, kind: str) -> tuple[dict, str]:
        rng = self.rng
        key = rng.choice(["value", "value", "output", "result"])
        head, _, rest = kind.partition(" ")
        if head.startswith("bool"):
            _, yes, no = kind.split(":")
            value = rng.random() < 0.5
            return {"ok": True, key: value}, f"It is {yes if value else no}."
        if head == "text":
            value = f"{rng.randrange(24):02}:{rng.randrange(60):02}" if rest == "clock" else " ".join(rng.choice(words.common()) for _ in range(rng.choice([1, 2, 3, 4])))
            return {"ok": True, key: value}, f"It is {value}." if rest == "clock" else value[0].upper() + value[1:] + "."
        value = rng.randrange(0, 500) if rng.random() < 0.5 else rng.randrange(0, 400) / 10
        unit = {"percent": " percent", "degrees": " degrees"}.get(head, f" {rest}" if rest not in ("", "sensors") else "")
        return {"ok": True, key: value}, f"It is {chat.spaced(value)}{unit}."


def spoken_pair(a: str, b: str, rng) -> str:
    return f"{a} {rng.choice(['and', 'and', 'and the', 'plus'])} {b}"


def _answer(template: str, request: Request) -> str:
    """The reply with its values, in the words that a voice says."""
    out = template
    for parameter in request.tool.parameters:
        name = parameter.original
        if name not in request.values:
            continue
        value, said = request.values[name]
        if isinstance(value, bool):
            start = out.find("{" + name + ":")
            if start >= 0:
                end = out.index("}", start)
                yes, no = out[start + len(name) + 2 : end].split("|")
                out = out[:start] + (yes if value else no) + out[end + 1 :]
        else:
            shown = spoken_value(parameter, value)
            out = out.replace("{" + name + "}", shown)
    if "{" in out:
        return "Done."
    return out[0].upper() + out[1:]


def spoken_value(parameter, value) -> str:
    if isinstance(value, list):
        return " and ".join(spoken_value(parameter, one) for one in value)
    for written, said in parameter.choices:
        if written == value:
            return said[0]
    return value.replace("_", " ") if isinstance(value, str) else chat.spaced(value)
