"""What the assistant tells the model about the house with a request, in the daemon's own sentences: the time, the room, and what is on."""

from . import words

_THINGS = ["rooms", "switchables", "carswitch", "levelables"]


def text(rng, here: str | None) -> str:
    """- Parameter here: the room that a request leaves out."""
    day, month = rng.choice(words.values("days"))[0].capitalize(), rng.choice(words.values("months"))[0].capitalize()
    clock = f"{rng.randrange(24):02}:{rng.randrange(60):02}"
    sentences = [rng.choice([f"It is {day}, {rng.randrange(1, 31)} {month} 20{rng.randrange(24, 40)}, {clock}.", f"It is {clock}."])]
    room = here or (rng.choice(words.values("rooms"))[1][0] if rng.random() < 0.6 else None)
    if room:
        sentences.append(f"The last thing said was in the {room}.")
    if rng.random() < 0.6:
        for _ in range(rng.choice([1, 1, 2, 3, 5])):
            kind = rng.choice(_THINGS)
            thing = rng.choice(words.values(kind))[1][0]
            sentences.append(f"The {thing} light is on." if kind == "rooms" else f"The {thing} is on.")
    return " ".join(dict.fromkeys(sentences))
