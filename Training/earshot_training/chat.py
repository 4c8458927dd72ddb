"""The chat format `earshot-1`: how tools and messages become text with control tokens.

A rendering is a list of pieces: ("<|user|>", True) is a control token, ("turn on …", False) is text. What the model is to
learn is marked.
"""

import json
from dataclasses import dataclass

CONTROL = [
    "<|pad|>", "<|bos|>", "<|end|>", "<|system|>", "<|tools|>", "<|user|>", "<|assistant|>", "<|tool_call|>", "<|args|>",
    "<|result|>", "<|context|>", "<|reserved_0|>", "<|reserved_1|>", "<|reserved_2|>", "<|reserved_3|>", "<|reserved_4|>",
]


@dataclass
class Piece:
    text: str
    control: bool
    learned: bool = False


def spaced(value) -> str:
    return json.dumps(value, ensure_ascii=False)


def type_text(schema) -> str:
    """TYPE of the format's description."""
    if not isinstance(schema, dict):
        return "any"
    if "const" in schema:
        return spaced(schema["const"])
    if "enum" in schema:
        return "|".join(spaced(value) for value in schema["enum"])
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return " | ".join(type_text(part) for part in schema[key])
    kind = schema.get("type")
    if isinstance(kind, list):
        return " | ".join(type_text({**schema, "type": one}) for one in kind)
    if kind in ("integer", "number"):
        low, high = schema.get("minimum"), schema.get("maximum")
        if low is None and high is None:
            return kind
        return f"{kind} {'' if low is None else spaced(low)}..{'' if high is None else spaced(high)}"
    if kind == "array":
        return f"[{type_text(schema.get('items'))}]"
    if kind == "object" or (kind is None and "properties" in schema):
        return "{" + members(schema) + "}"
    return kind if kind in ("string", "boolean", "null") else "any"


def members(schema) -> str:
    required = set(schema.get("required", []))
    out = []
    for name, part in schema.get("properties", {}).items():
        text = f"{name}{'' if name in required else '?'}: {type_text(part)}"
        description = part.get("description") if isinstance(part, dict) else None
        if description:
            text += f" ({one_line(description)})"
        out.append(text)
    return ", ".join(out)


def one_line(text: str) -> str:
    return " ".join(line for line in text.splitlines() if line)


def signature(definition: dict) -> str:
    function = definition.get("function", definition)
    text = f"{function['name']}({members(function.get('parameters') or {})})"
    description = one_line(function.get("description") or "")
    # Before the name: what stands before a token is all that a model knows when it reads it, and a name that it has read
    # together with its meaning is found by a request much sooner than a meaning that has to remember its name.
    return f"{description}: {text}" if description else text


def render(messages: list[dict], tools: list[dict] = (), context: str | None = None, answer: bool = True) -> list[Piece]:
    """Messages in the shape of OpenAI's chat completions; with `answer`, the prompt for what the assistant writes next."""
    out = [Piece("<|bos|>", True)]
    messages = list(messages)

    def message(role: str, text: str, learned: bool = False):
        out.extend([Piece(f"<|{role}|>", True), Piece(text, False, learned), Piece("<|end|>", True, learned)])

    if messages and messages[0]["role"] == "system":
        message("system", messages.pop(0)["content"])
    if tools:
        message("tools", "\n".join(signature(tool) for tool in tools))
    last_user = max((i for i, m in enumerate(messages) if m["role"] == "user"), default=-1)
    for index, m in enumerate(messages):
        role = m["role"]
        text = m.get("content") or ""
        if role == "user":
            said = m.get("context") or (context if index == last_user else None)
            if said:
                message("context", said)
            message("user", text)
        elif role == "tool":
            message("result", text)
        elif role == "assistant":
            out.append(Piece("<|assistant|>", True))
            if text:
                out.append(Piece(text, False, True))
            for call in m.get("tool_calls") or []:
                function = call.get("function", call)
                arguments = function["arguments"]
                out.append(Piece("<|tool_call|>", True, True))
                out.append(Piece(function["name"], False, True))
                out.append(Piece("<|args|>", True, True))
                out.append(Piece(spaced(json.loads(arguments) if isinstance(arguments, str) else arguments), False, True))
            out.append(Piece("<|end|>", True, True))
        else:
            raise ValueError(f"no place for the role {role!r}")
    if answer:
        out.append(Piece("<|assistant|>", True))
    return out


def text(pieces: list[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


# The same for programs that read a template from the model file (llama.cpp, transformers); it knows the usual schemas.
TEMPLATE = r"""{%- macro kind(s) -%}
{%- if s.const is defined -%}{{ s.const | tojson }}
{%- elif s.enum is defined -%}{%- for v in s.enum -%}{{ '|' if not loop.first }}{{ v | tojson }}{%- endfor -%}
{%- elif s.anyOf is defined -%}{%- for v in s.anyOf -%}{{ ' | ' if not loop.first }}{{ kind(v) }}{%- endfor -%}
{%- elif s.oneOf is defined -%}{%- for v in s.oneOf -%}{{ ' | ' if not loop.first }}{{ kind(v) }}{%- endfor -%}
{%- elif s.type == 'array' -%}[{%- if s['items'] is defined and s['items'] is mapping -%}{{ kind(s['items']) }}{%- else -%}any{%- endif -%}]
{%- elif s.properties is defined -%}{{ '{' }}{{ members(s) }}{{ '}' }}
{%- elif s.type == 'object' -%}{{ '{}' }}
{%- elif s.type == 'integer' or s.type == 'number' -%}{{ s.type }}
{%- if s.minimum is defined or s.maximum is defined -%}{{ ' ' }}{{ s.minimum if s.minimum is defined }}..{{ s.maximum if s.maximum is defined }}{%- endif -%}
{%- elif s.type in ['string', 'boolean', 'null'] -%}{{ s.type }}
{%- else -%}any{%- endif -%}
{%- endmacro -%}
{%- macro members(s) -%}
{%- for name, p in (s.properties or {}).items() -%}{{ ', ' if not loop.first }}{{ name }}{{ '?' if name not in (s.required or []) }}: {{ kind(p) }}{{ ' (' + p.description + ')' if p.description }}{%- endfor -%}
{%- endmacro -%}
{{- bos_token -}}
{%- if messages[0].role == 'system' -%}<|system|>{{ messages[0].content }}<|end|>{%- set messages = messages[1:] -%}{%- endif -%}
{%- if tools -%}<|tools|>{%- for tool in tools -%}{{ '\n' if not loop.first }}{{ tool.function.description + ': ' if tool.function.description }}{{ tool.function.name }}({{ members(tool.function.parameters or {}) }}){%- endfor -%}<|end|>{%- endif -%}
{%- for m in messages -%}
{%- if m.role == 'user' -%}<|user|>{{ m.content }}<|end|>
{%- elif m.role == 'tool' -%}<|result|>{{ m.content }}<|end|>
{%- elif m.role == 'assistant' -%}<|assistant|>{{ m.content or '' }}{%- for c in (m.tool_calls or []) -%}<|tool_call|>{{ c.function.name }}<|args|>{{ c.function.arguments if c.function.arguments is string else c.function.arguments | tojson }}{%- endfor -%}<|end|>
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}<|assistant|>{%- endif -%}
"""
