"""Seeded conversations with tools, calls and results.

Tests/InferenceTests/ChatFormat/GeneratedConversation.swift makes the same ones.
"""

import os, sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tokens"))
import generated_text

generated_text.load(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tokens", "generated_text.txt"))
WORDS = [word.decode("utf-8") for word in generated_text.POOLS["words"]]
NAMES = ["set_light", "get_time", "play-music", "Open_Garage_Door2"]
IDS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def words(r, most):
    text = ""
    for place in range(1 + r.below(most)):
        if place > 0:
            text += [" ", " ", " ", ", ", ". ", "\n", "  ", "\n\n"][r.below(8)]
        text += WORDS[r.below(len(WORDS))]
    return text


def number(r):
    kind = r.below(6)
    if kind == 0:
        return r.below(100)
    if kind == 1:
        return -r.below(1000000)
    if kind == 2:
        return r.below(1000) / 8.0
    if kind == 3:
        return r.below(1000) / 10.0
    if kind == 4:
        return (1 + r.below(99)) / 1e9
    return (1 + r.below(9)) * 1e17


def value(r, depth):
    kind = r.below(8 if depth < 2 else 5)
    if kind == 0:
        return words(r, 4)
    if kind == 1:
        return number(r)
    if kind == 2:
        return r.below(2) == 0
    if kind == 3:
        return None
    if kind == 4:
        return words(r, 1) + ['"', "\\", "/", "\t", "\x07", "\u007f", "é\u2028"][r.below(7)]
    if kind == 5:
        return [value(r, depth + 1) for _ in range(r.below(4))]
    return arguments(r, depth + 1)


def arguments(r, depth=0):
    return {f"{['room', 'on', 'level', 'größe'][r.below(4)]}{place}": value(r, depth) for place in range(r.below(4))}


def schema(r):
    properties = {}
    required = []
    for place in range(r.below(4)):
        name = f"{['room', 'on', 'level'][r.below(3)]}{place}"
        kind = r.below(4)
        if kind == 0:
            properties[name] = {"type": "string", "enum": [words(r, 1), words(r, 2)]}
        elif kind == 1:
            properties[name] = {"type": "boolean", "description": words(r, 5)}
        elif kind == 2:
            properties[name] = {"type": "number", "minimum": 0, "maximum": 0.5}
        else:
            properties[name] = {"type": "array", "items": {"type": "integer"}}
        if r.below(2) == 0:
            required.append(name)
    return {"type": "object", "properties": properties, "required": required}


def conversation(seed):
    """Tools as (name, description, parameters); messages as tuples that begin with the role."""
    r = generated_text.SplitMix64(seed)
    tools = [(NAMES[place], words(r, 8), schema(r)) for place in range(r.below(4))]
    messages = []
    if r.below(3) > 0:
        messages.append(("system", words(r, 20)))
    rounds = 1 + r.below(4)
    for turn in range(rounds):
        messages.append(("user", words(r, 12)))
        if r.below(8) == 0:
            messages.append(("user", words(r, 3)))
        if tools and r.below(2) == 0:
            calls = []
            for _ in range(1 + r.below(3)):
                identity = "".join(IDS[r.below(62)] for _ in range(9))
                calls.append((identity, tools[r.below(len(tools))][0], arguments(r)))
            messages.append(("assistant", "", calls))
            results = [(call[0], call[1], arguments(r) if r.below(2) == 0 else result_text(r)) for call in calls]
            if r.below(3) == 0:
                results.reverse()
            messages += [("tool",) + result for result in results]
            if turn == rounds - 1:
                break
        elif turn == rounds - 1:
            break
        messages.append(("assistant", words(r, 10) + ["", " ", "  "][r.below(3)], []))
    return tools, messages


def result_text(r):
    # Every element is made before one is taken.
    return ["42", "true", '{"a":1.50,"b": [ ]}', "[1,", "done", words(r, 5), '"quoted"', ""][r.below(8)]
