"""Puts words that mean nothing in the place of a dialogue's own, everywhere the same: tools, requests, calls and answers keep
what they have to do with each other. What a model finds then is the word itself, not what it has learned about it."""

import re

from . import chat, words

# Function words, words with a meaning of their own for values (numbers, times, yes and no), and JSON's.
KEPT = set("""
    about after again also always away back been before below both called could does done down each else even every everything first from
    have here into just know last left less like long many maybe more most much must need next nobody nothing okay once only other over
    please quite same shall should some somebody somehow something soon still sure tell than thank thanks that their them then there these
    they thing things this those time times today tomorrow tonight turn turned under until very want wants what whatever when where whether
    which while whole whom will with without would your yourself
    true false null error output value values
    zero three four five seven eight nine eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty
    sixty seventy eighty ninety hundred thousand half quarter point minus percent past noon midnight morning evening afternoon night clock
    hour hours minute minutes second seconds degrees
    monday tuesday wednesday thursday friday saturday sunday maximum minimum full
    open opens opened close closes closed lock locks locked unlock unlocks unlocked
    sorry work that possible
""".split())
_WORD = re.compile(r"[A-Za-z]+")


def _split(text: str) -> set[str]:
    return {word for word in _WORD.findall(text.lower()) if len(word) > 3} - KEPT


def _words(function: dict) -> tuple[set[str], set[str]]:
    """Words that a tool always has, and words of its values."""
    fixed = _split(function["name"] + " " + function["description"])
    values: set[str] = set()
    for name, schema in function["parameters"].get("properties", {}).items():
        fixed |= _split(name + " " + schema.get("description", ""))
        for source in (schema, schema.get("items", {})):
            values |= _split(" ".join(value for value in source.get("enum", []) if isinstance(value, str)))
    return fixed, values


def _said(messages: list[dict]):
    """(the words of a request, the call that it led to)"""
    last: set[str] = set()
    for message in messages:
        if message["role"] == "user":
            last = _split(message["content"])
        for call in message.get("tool_calls") or []:
            yield last, call["function"]


def _replaceable(messages: list[dict], tools: list[dict]) -> list[str]:
    """Words that requests share with the tools they ask for; who asks in other words must know what the words mean."""
    counts: dict[str, list[int]] = {}
    by_name = {tool["function"]["name"]: _words(tool["function"]) for tool in tools}
    for fixed, values in by_name.values():
        for word in fixed | values:
            counts.setdefault(word, [0, 0])
    for said, function in _said(messages):
        fixed, values = by_name[function["name"]]
        for word in fixed | (values & _split(chat.spaced(function["arguments"]))):
            counts[word][0] += 1
            counts[word][1] += word in said
    return sorted(word for word, (asked, shared) in counts.items() if shared >= 0.6 * asked)


def _mapping(messages: list[dict], tools: list[dict], rng, share: float) -> dict[str, str]:
    found = _replaceable(messages, tools)
    taken = set(found)
    out: dict[str, str] = {}
    for word in found:
        if rng.random() >= share:
            continue
        stem = word[:-1] if word.endswith("s") else word
        if stem in out:
            out[word] = out[stem] + "s"
            continue
        for _ in range(20):
            new = words.pseudo(rng) if rng.random() < 0.5 else rng.choice(words.plain())
            if new not in taken and len(new) > 2:
                break
        taken.add(new)
        out[word] = new
        if not word.endswith("s"):
            out[word + "s"] = new + "s"
    return out


def strange(messages: list[dict], tools: list[dict], rng, share: float) -> None:
    """Changes both in place.

    - Parameter share: of the words of the tools' names, descriptions and values that are replaced.
    """
    mapping = _mapping(messages, tools, rng, share)

    def changed(text: str) -> str:
        def one(match):
            new = mapping.get(match.group().lower())
            if new is None:
                return match.group()
            return new.capitalize() if match.group()[0].isupper() else new

        return _WORD.sub(one, text)

    def value(of):
        if isinstance(of, str):
            return changed(of)
        return [value(one) for one in of] if isinstance(of, list) else of

    for tool in tools:
        function = tool["function"]
        function["name"], function["description"] = changed(function["name"]), changed(function["description"])
        parameters = function["parameters"]
        properties = {}
        for name, schema in parameters.get("properties", {}).items():
            for part in (schema, schema.get("items", {})):
                if "enum" in part:
                    part["enum"] = value(part["enum"])
            if "description" in schema:
                schema["description"] = changed(schema["description"])
            properties[changed(name)] = schema
        if properties:
            parameters["properties"] = properties
        if "required" in parameters:
            parameters["required"] = value(parameters["required"])
    for message in messages:
        if message["role"] == "system":
            continue
        if message.get("content"):
            message["content"] = changed(message["content"])
        for call in message.get("tool_calls") or []:
            function = call["function"]
            function["name"] = changed(function["name"])
            function["arguments"] = {changed(name): value(of) for name, of in function["arguments"].items()}
