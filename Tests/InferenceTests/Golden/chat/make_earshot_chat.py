"""Prompts in the format `earshot-1` as the trainer of the model in the box writes them, and signatures of unusual schemas.

usage: python make_earshot_chat.py
"""

import base64, json, os, struct, sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "..", "..", "..", "Training"))
import conversations
from earshot_training import chat

COUNT = 150
CONTEXT = "It is ten past nine.\nThe hall's light is on."
SCHEMAS = [
    {"type": "object", "properties": {}},
    {"type": "object"},
    {"type": "object", "properties": {"a": {"const": "x\"y"}, "b": {"const": 1.5}, "c": {"const": None}}, "required": ["b"]},
    {"type": "object", "properties": {"level": {"type": "integer", "minimum": 0}, "t": {"type": "number", "maximum": -1.5}}},
    {"type": "object", "properties": {"mode": {"enum": ["a", 1, True, None, [1, 2]]}}},
    {"type": "object", "properties": {"v": {"anyOf": [{"type": "string"}, {"type": "integer", "minimum": 1, "maximum": 9}]}}},
    {"type": "object", "properties": {"v": {"oneOf": [{"type": "null"}, {"type": "array", "items": {"enum": ["x", "y"]}}]}}},
    {"type": "object", "properties": {"v": {"type": ["string", "null"], "description": "who\n\nasks"}}},
    {"type": "object", "properties": {"list": {"type": "array"}, "pairs": {"type": "array", "items": {"type": "array", "items": {"type": "boolean"}}}}},
    {"type": "object", "properties": {"at": {"type": "object", "properties": {"h": {"type": "integer"}, "m": {"type": "integer"}}, "required": ["h"]}}},
    {"type": "object", "properties": {"at": {"properties": {"x": {"type": "string", "pattern": "a+"}}}, "z": {}, "y": {"type": "object"}}},
    {"type": "object", "properties": {"größe": {"type": "string", "description": ""}, "é\u2028": {"type": "string", "description": "ü\r\nx\n"}}},
]


def hash_text(rendered):
    h = 0xCBF29CE484222325
    for byte in rendered.encode("utf-8"):
        h = ((h ^ byte) * 0x100000001B3) & ((1 << 64) - 1)
    return (h ^ (h >> 32)) & 0xFFFFFFFF


def definition(name, description, parameters):
    return {"type": "function", "function": {"name": name, "description": description, "parameters": parameters}}


def openai(messages):
    output = []
    for message in messages:
        if message[0] == "user" and output and output[-1]["role"] == "user":
            output[-1]["content"] += "\n\n" + message[1]
        elif message[0] == "tool":
            output.append({"role": "tool", "content": message[3] if isinstance(message[3], str) else chat.spaced(message[3])})
        elif message[0] == "assistant":
            calls = [{"function": {"name": name, "arguments": arguments}} for _, name, arguments in message[2]]
            output.append({"role": "assistant", "content": message[1], "tool_calls": calls})
        else:
            output.append({"role": message[0], "content": message[1]})
    return output


def rendered(seed):
    tools, messages = conversations.conversation(seed)
    # Every third conversation has something that changes from turn to turn.
    return chat.text(chat.render(openai(messages), [definition(*tool) for tool in tools], CONTEXT if seed % 3 == 0 else None))


with open(os.path.join(here, "earshot_chat.golden"), "w") as f:
    f.write(f"# python make_earshot_chat.py: FNV-1a of the prompts of conversations 0 to {COUNT - 1} as UTF-8, 64 bits folded to 32\n")
    hashes = [hash_text(rendered(seed)) for seed in range(COUNT)]
    f.write(base64.b64encode(struct.pack(f"<{COUNT}I", *hashes)).decode() + "\n")
with open(os.path.join(here, "earshot_signatures.txt"), "w", encoding="utf-8", newline="\n") as f:
    f.write("# python make_earshot_chat.py: a line with a tool and its signature as JSON, and prompt 7 at the end\n")
    for index, schema in enumerate(SCHEMAS):
        description = ["", "Does it.", "Does\nit.\n"][index % 3]
        tool = definition(f"tool-{index}", description, schema)
        f.write(json.dumps([tool, chat.signature(tool)], ensure_ascii=False) + "\n")
    f.write(json.dumps(rendered(7), ensure_ascii=False) + "\n")
