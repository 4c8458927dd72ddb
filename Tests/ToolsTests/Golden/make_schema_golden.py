#!/usr/bin/env python3
"""Makes schema_golden.jsonl: random (schema, values, verdicts), judged by the Python package jsonschema 4.x
(Draft202012Validator). Usage: make_schema_golden.py [SCHEMAS [SEED]] > schema_golden.jsonl

Left out on purpose, because the two differ knowingly: multiples of fractions other than 0.5 (jsonschema divides doubles) and
formats (jsonschema checks none by default)."""
import json
import random
import sys

from jsonschema import Draft202012Validator

count = int(sys.argv[1]) if len(sys.argv) > 1 else 600
rng = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
STRINGS = ["", "a", "b", "on", "off", "kitchen", "hall", "é", "aab", "b2", "20", "light 3", "a\nb", "😀"]
NUMBERS = [0, 1, -1, 2, 3, 5, 10, 100, 0.5, 1.0, 2.5, -3.5, 1e3, 9007199254740993, -7]
KEYS = ["a", "b", "on", "room", "x1"]
PATTERNS = ["^a", "b$", "^(on|off)$", "[a-c]{2}", "\\d", "^[a-z0-9_]*$", "^[^a]*$", "a.b", "(?:ab?)+", "l+i", "^.{1,2}$", "\\bb"]


def value(depth=0):
    kind = rng.randrange(9 if depth < 3 else 6)
    if kind == 0:
        return rng.choice([None, True, False])
    if kind in (1, 2):
        return rng.choice(NUMBERS)
    if kind in (3, 4, 5):
        return rng.choice(STRINGS)
    if kind == 6:
        return [value(depth + 1) for _ in range(rng.randrange(5))]
    return {rng.choice(KEYS): value(depth + 1) for _ in range(rng.randrange(4))}


def whole(candidate):
    """The value with 1.0 as 1: an enum that names both is refused by Earshot."""
    if isinstance(candidate, float) and candidate.is_integer():
        return int(candidate)
    if isinstance(candidate, list):
        return [whole(element) for element in candidate]
    if isinstance(candidate, dict):
        return {key: whole(element) for key, element in candidate.items()}
    return candidate


def schema(depth=0):
    if depth and rng.random() < 0.05:
        return rng.random() < 0.6
    if rng.random() < 0.08:
        return {"$ref": rng.choice(["#/$defs/small", "#/$defs/tree"])}
    result = {}
    for _ in range(rng.choice([1, 1, 2, 2, 3, 4])):
        keyword = rng.randrange(30 if depth < 3 else 18)
        sub = lambda: schema(depth + 1)
        subs = lambda: [sub() for _ in range(rng.randrange(1, 4))]
        types = ["null", "boolean", "integer", "number", "string", "array", "object"]
        match keyword:
            case 0 | 1: result["type"] = rng.choice(types)
            case 2: result["type"] = rng.sample(types, rng.randrange(1, 4))
            case 3:
                seen = []
                result["enum"] = []
                for candidate in [value(2) for _ in range(rng.randrange(1, 5))]:
                    text = json.dumps(whole(candidate), sort_keys=True)
                    if text not in seen:
                        seen.append(text)
                        result["enum"].append(candidate)
            case 4: result["const"] = value(2)
            case 5: result["minimum"] = rng.choice(NUMBERS)
            case 6: result["maximum"] = rng.choice(NUMBERS)
            case 7: result[rng.choice(["exclusiveMinimum", "exclusiveMaximum"])] = rng.choice(NUMBERS)
            case 8: result["multipleOf"] = rng.choice([1, 2, 3, 0.5, 10])
            case 9: result["minLength"] = rng.randrange(4)
            case 10: result["maxLength"] = rng.randrange(6)
            case 11 | 12: result["pattern"] = rng.choice(PATTERNS)
            case 13: result["minItems"] = rng.randrange(3)
            case 14: result["maxItems"] = rng.randrange(4)
            case 15: result["uniqueItems"] = True
            case 16: result["required"] = rng.sample(KEYS, rng.randrange(1, 3))
            case 17: result[rng.choice(["minProperties", "maxProperties"])] = rng.randrange(3)
            case 18 | 19: result["properties"] = {key: sub() for key in rng.sample(KEYS, rng.randrange(1, 4))}
            case 20: result["additionalProperties"] = rng.choice([False, sub()])
            case 21: result["items"] = sub()
            case 22: result["prefixItems"] = subs()
            case 23: result["anyOf"] = subs()
            case 24: result["oneOf"] = subs()
            case 25: result["allOf"] = subs()
            case 26: result["not"] = sub()
            case 27:
                result["if"] = sub()
                result[rng.choice(["then", "else"])] = sub()
            case 28:
                result["contains"] = sub()
                if rng.random() < 0.5:
                    result[rng.choice(["minContains", "maxContains"])] = rng.randrange(3)
            case 29:
                other = rng.randrange(4)
                if other == 0: result["patternProperties"] = {rng.choice(PATTERNS): sub()}
                if other == 1: result["propertyNames"] = sub()
                if other == 2: result["dependentRequired"] = {rng.choice(KEYS): rng.sample(KEYS, 1)}
                if other == 3: result["dependentSchemas"] = {rng.choice(KEYS): sub()}
    return result


for _ in range(count):
    root = schema()
    if not isinstance(root, dict):
        continue
    if "#/$defs" in json.dumps(root):
        root["$defs"] = {
            "small": {"type": ["integer", "string"], "maxLength": 2, "maximum": 5},
            "tree": {"type": "object", "properties": {"a": {"$ref": "#/$defs/tree"}, "b": {"$ref": "#/$defs/small"}}},
        }
    Draft202012Validator.check_schema(root)
    validator = Draft202012Validator(root)
    cases = [[candidate, validator.is_valid(candidate)] for candidate in (value() for _ in range(6))]
    print(json.dumps({"schema": root, "cases": cases}, separators=(",", ":")))
