"""Takes a tool's telling names away, so that only descriptions say what it does."""

from . import words
from .tools import Parameter, Tool

_STOP = set("the a of or in on off is to and at it what whether".split())
_GENERIC = "value arg x target state option choice input param p v setting which what key field data item mode".split()


def rename(tool: Tool, rng) -> None:
    tool.name = invented(rng)
    if rng.random() < 0.6:
        _rename_parameters(tool, rng)
    if rng.random() < 0.3:
        for parameter in tool.parameters:
            if parameter.kind in ("enum", "list enum"):
                _rename_values(parameter, rng)


def invented(rng) -> str:
    draw = rng.random()
    if draw < 0.3:
        return words.pseudo(rng)
    if draw < 0.5:
        return f"{words.pseudo(rng)}_{words.pseudo(rng)}"
    if draw < 0.8:
        stem = rng.choice("fn tool action cmd t f task unit op do device func skill proc act run dev x method call".split())
        return f"{stem}{rng.choice(['_', '', '-'])}{rng.choice([str(rng.randrange(1, 100)), rng.choice('abcdefghkmnpqrstuvwxyz'), rng.choice('abcdefgh') + str(rng.randrange(1, 10))])}"
    return f"{rng.choice(words.plain())}_{words.pseudo(rng, 1)}"


def restyle(tool: Tool, rng) -> None:
    """Other ways to write the same name."""
    parts = tool.name.split("_")
    draw = rng.random()
    if draw < 0.4:
        tool.name = parts[0] + "".join(part.capitalize() for part in parts[1:])
    elif draw < 0.7:
        tool.name = "-".join(parts)
    elif draw < 0.85 and len(parts) > 1:
        tool.name = f"{parts[0]}__{'_'.join(parts[1:])}"
    else:
        tool.name = "".join(part.capitalize() for part in parts)


def _rename_parameters(tool: Tool, rng) -> None:
    used: set[str] = set()
    alone = len(tool.parameters) == 1
    for parameter in tool.parameters:
        name = parameter.name
        while name == parameter.name or name in used:
            draw = rng.random()
            name = rng.choice(_GENERIC) if draw < 0.5 else words.pseudo(rng) if draw < 0.8 else f"{rng.choice('apxvkw')}{rng.randrange(1, 9)}"
        used.add(name)
        # Without its name, a parameter among several is known by its description or by its listed values.
        if "description" not in parameter.schema and (not alone or rng.random() < 0.5):
            parameter.schema["description"] = _meaning(parameter.name)
        parameter.name = name


def _meaning(name: str) -> str:
    special = {"on": "true for on", "to": "who or where to", "text": "what it says"}
    return special.get(name, name.replace("_", " "))


def _rename_values(parameter: Parameter, rng) -> None:
    """Codes for values; what they stand for is in the description."""
    if len(parameter.choices) > 6:
        return
    draw = rng.random()
    if draw < 0.4:
        letter = rng.choice("abcdefghkmnprstvwxz")
        codes = [f"{letter}{i + 1}" for i in range(len(parameter.choices))]
    elif draw < 0.6:
        codes = [str(i + rng.choice([0, 1])) for i in range(len(parameter.choices))]
        codes = list(dict.fromkeys(codes))
    else:
        codes = list(dict.fromkeys(words.pseudo(rng) for _ in parameter.choices))
    if len(codes) != len(parameter.choices):
        return
    rng.shuffle(codes)
    joint, between = rng.choice([" = ", ": ", " is ", "="]), rng.choice([", ", "; "])
    meaning = between.join(f"{code}{joint}{said[0]}" for code, (_, said) in zip(codes, parameter.choices))
    parameter.schema["description"] = meaning
    parameter.choices = [(code, said) for code, (_, said) in zip(codes, parameter.choices)]
    holder = parameter.schema["items"] if parameter.kind == "list enum" else parameter.schema
    holder["enum"] = [value for value, _ in parameter.choices]
