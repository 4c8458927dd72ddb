"""Seeded texts that tokenizers get wrong: mixed scripts, emoji, white space, control characters, broken UTF-8.

Tests/InferenceTests/Tokenizer/GeneratedText.swift makes the same bytes.
"""

MASK = (1 << 64) - 1

# Lines of the file: the pools that texts are put together from; shared with the Swift side by generated_text.txt.
POOLS = {}


def load(path):
    for line in open(path, encoding="utf-8").read().split("\n"):
        if line and not line.startswith("#"):
            name, _, rest = line.partition(" ")
            POOLS[name] = [piece.encode("utf-8").decode("unicode_escape").encode("latin-1") for piece in rest.split(" ")]


class SplitMix64:
    def __init__(self, seed):
        self.state = seed & MASK

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, bound):
        return self.next() % bound


# First and last code point of blocks with few holes.
BLOCKS = [
    (0x00C0, 0x024F), (0x0370, 0x0373), (0x0391, 0x03A1), (0x03B1, 0x03FF), (0x0400, 0x052F), (0x0561, 0x0586),
    (0x05D0, 0x05EA), (0x0620, 0x066F), (0x0904, 0x0963), (0x0E01, 0x0E3A), (0x0E40, 0x0E5B), (0x10D0, 0x10FA),
    (0x1E00, 0x1EFF), (0x2010, 0x2064), (0x2070, 0x2071), (0x2150, 0x2188), (0x2190, 0x23FF), (0x2460, 0x24FF),
    (0x3041, 0x3096), (0x30A0, 0x30FF), (0x4E00, 0x9FA5), (0xAC00, 0xD7A3), (0xFF01, 0xFFBE), (0x0300, 0x036F),
    (0x1D400, 0x1D454), (0x1F300, 0x1F64F), (0x20000, 0x2A6D6), (0x12000, 0x12399), (0xFE00, 0xFE0F),
]


def text(seed):
    """The bytes of text number `seed`."""
    r = SplitMix64(seed)
    out = bytearray()
    for _ in range(r.below(24)):
        kind = r.below(16)
        if kind < 3:
            style = r.below(4)
            for place in range(1 + r.below(10)):
                letter = 97 + r.below(26)
                upper = style == 1 or (style == 2 and place == 0) or (style == 3 and r.below(3) == 0)
                out.append(letter - 32 if upper else letter)
        elif kind < 7:
            out += [b" ", b"", b" ", b"-"][r.below(4)]
            out += POOLS["words"][r.below(len(POOLS["words"]))]
        elif kind == 7:
            for _ in range(1 + r.below(8)):
                out.append(48 + r.below(10))
        elif kind == 8:
            out += POOLS["spaces"][r.below(len(POOLS["spaces"]))] * (1 + r.below(5))
        elif kind == 9:
            for _ in range(1 + r.below(4)):
                out += POOLS["spaces"][r.below(len(POOLS["spaces"]))]
        elif kind == 10:
            for _ in range(1 + r.below(5)):
                out += POOLS["symbols"][r.below(len(POOLS["symbols"]))]
        elif kind == 11:
            out += POOLS["emoji"][r.below(len(POOLS["emoji"]))]
        elif kind == 12:
            first, last = BLOCKS[r.below(len(BLOCKS))]
            for _ in range(1 + r.below(6)):
                out += chr(first + r.below(last - first + 1)).encode("utf-8")
        elif kind == 13:
            out += POOLS["markers"][r.below(len(POOLS["markers"]))]
        elif kind == 14:
            out += POOLS["contractions"][r.below(len(POOLS["contractions"]))]
        else:
            broken = r.below(3)
            if broken == 0:
                for _ in range(1 + r.below(4)):
                    out.append(r.below(256))
            elif broken == 1:
                whole = POOLS["emoji"][r.below(len(POOLS["emoji"]))]
                out += whole[: 1 + r.below(len(whole))]
            else:
                out.append(r.below(32))
    return bytes(out)


def hash32(ids):
    """FNV-1a of the ids as little-endian 32-bit words, 64 bits folded to 32."""
    h = 0xCBF29CE484222325
    for i in ids:
        for byte in int(i).to_bytes(4, "little"):
            h = ((h ^ byte) * 0x100000001B3) & MASK
    return (h ^ (h >> 32)) & 0xFFFFFFFF
