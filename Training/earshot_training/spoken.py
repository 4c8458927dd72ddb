"""How values are said: numbers, times of the day, lists."""

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "x x twenty thirty forty fifty sixty seventy eighty ninety".split()


def number(value: int) -> str:
    """In words, as recognisers write it: "one hundred and five" comes without "and" too, see `number_variant`."""
    if value < 0:
        return "minus " + number(-value)
    if value < 20:
        return _ONES[value]
    if value < 100:
        return _TENS[value // 10] + ("" if value % 10 == 0 else " " + _ONES[value % 10])
    if value < 1000:
        rest = value % 100
        return _ONES[value // 100] + " hundred" + ("" if rest == 0 else " " + number(rest))
    rest = value % 1000
    return number(value // 1000) + " thousand" + ("" if rest == 0 else " " + number(rest))


def number_variant(value, rng) -> str:
    """A number as somebody says it, or as a recogniser writes it in digits."""
    if isinstance(value, float):
        whole, tenths = int(value), round(value * 10) % 10
        if tenths == 0:
            return number(whole)
        if tenths == 5 and rng.random() < 0.4:
            return number(whole) + " and a half"
        if rng.random() < 0.1:
            return f"{whole}.{tenths}"
        return f"{number(whole)} point {_ONES[tenths]}"
    if rng.random() < 0.12:
        return str(value)
    text = number(value)
    if 100 <= value < 200 and rng.random() < 0.5:
        text = text.replace("one hundred", "a hundred", 1)
    if 100 < value < 1000 and value % 100 and rng.random() < 0.4:
        text = text.replace(" hundred ", " hundred and ", 1)
    if 100 < value < 1000 and value % 100 >= 10 and rng.random() < 0.15:
        text = f"{_ONES[value // 100]} {number(value % 100)}"
    return text


def clock(hour: int, minute: int, rng) -> str:
    """A time of the day. Hours beyond twelve are said with their part of the day, or as they are."""
    part = ""
    said = hour
    if hour >= 13 or hour == 0:
        if rng.random() < 0.6:
            said = hour - 12 if hour else 12
            part = rng.choice([" p m", " in the evening"] if hour >= 17 else [" p m", " in the afternoon"]) if hour else " at night"
    elif hour < 12 and rng.random() < 0.4:
        part = rng.choice([" a m", " in the morning"])
    if minute == 0:
        text = number(said) + ("" if part else rng.choice([" o'clock", "", " hundred" if hour >= 13 else ""]))
    elif minute == 30 and rng.random() < 0.5:
        text = "half past " + number(said)
    elif minute == 15 and rng.random() < 0.5:
        text = "quarter past " + number(said)
    elif minute == 45 and rng.random() < 0.5 and said < 23:
        text = "quarter to " + number(said + 1 if not part or said < 12 else 1)
        if said + 1 in (12, 13) and part:
            text = f"{number(said)} forty five"
    elif minute < 10:
        text = f"{number(said)} {rng.choice(['oh', 'o'])} {_ONES[minute]}"
    else:
        text = f"{number(said)} {number(minute)}"
    return text + part


def listing(values: list[str], rng) -> str:
    if len(values) == 1:
        return values[0]
    joint = rng.choice([" and ", " and ", " and the ", " plus "]) if len(values) < 4 else " and "
    between = " " if len(values) > 2 and rng.random() < 0.6 else " and "
    return between.join(values[:-1]) + joint.replace("the ", "") + values[-1]
