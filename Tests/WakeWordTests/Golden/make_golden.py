#!/usr/bin/env python3
"""Makes what WakeWordTests compares with, by the reference packages:

    python3 -m venv v && v/bin/pip install numpy pymicro-features==2.0.2 pymicro-wakeword==2.5.0
    v/bin/python make_golden.py

features.u16       the features of each signal below, one after the other: little-endian 16-bit, 40 a vector, in units of
                   1/64 as the front end has them (pymicro_features gives 10/256 of that)
probabilities.txt  for each model of pymicro_wakeword: its name, then its answers (in 1/256) to hey_jarvis.s16
hey_jarvis.s16 is "hey jarvis" by Flite's voice slt (2.2, `duration_stretch` 1), 16 kHz; it is an input, not made here.

The signals are whole-number arithmetic, so that the test makes the same ones (GoldenSignals.swift).
"""
import ctypes, pathlib
import numpy as np
from pymicro_features import MicroFrontend
from pymicro_wakeword import MicroWakeWord, Model

here = pathlib.Path(__file__).parent
LENGTH = 16_000


class Random:
    """SplitMix64."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        mask = (1 << 64) - 1
        self.state = (self.state + 0x9E3779B97F4A7C15) & mask
        z = self.state
        z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & mask
        return z ^ z >> 31

    def sample(self, bits):
        """-2^(bits-1) ..< 2^(bits-1)"""
        return (self.next() >> (64 - bits)) - (1 << (bits - 1))


def hump(phase):
    """Half waves of a parabola, period 65,536, amplitude 16,384: nearly a sine."""
    p = phase & 0x7FFF
    value = p * (32768 - p) >> 14
    return -value if phase & 0x8000 else value


def clip(x):
    return max(-32768, min(32767, x))


def signals():
    n = range(LENGTH)
    r = Random(1)
    yield "noise", [r.sample(14) for _ in n]
    yield "full noise", [r.sample(16) for _ in n]
    yield "tone of 440 Hz", [hump(i * 1802) for i in n]
    yield "rising tone", [hump(i * i * 2 // 5) * 3 // 2 for i in n]
    # Bursts of voiced and hissing sound with pauses, five a second.
    speech = []
    for i in n:
        part = i % 3200
        loud = part if part < 800 else 2400 - part if part < 2400 else 0
        voiced = hump(i * 490) // 2 + hump(i * 2990) // 3 + hump(i * 4460) // 4
        speech.append(((voiced if (i // 3200) % 2 == 0 else r.sample(14)) * max(0, loud)) // 1600)
    yield "like speech", speech
    yield "clipping", [clip(hump(i * 1300) * 5 + r.sample(12)) for i in n]
    yield "constant", [12_000] * LENGTH
    yield "lowest value", [-32_768] * LENGTH
    yield "fastest square", [32_767 if i & 1 else -32_768 for i in n]
    yield "last bit", [r.next() >> 63 for i in n]
    yield "silence, then noise, then silence", [r.sample(15) if 4000 <= i < 9000 else 0 for i in n]
    yield "clicks", [32_767 if i % 3001 == 0 else 0 for i in n]


def features(samples):
    end, data, vectors = MicroFrontend(), np.array(samples, "<i2").tobytes(), []
    for start in range(0, len(data) - 319, 320):
        output = end.process_samples(data[start : start + 320])
        assert output.samples_read == 160
        if output.features:
            vectors.append([round(value / 0.0390625) for value in output.features])
    return vectors


def probabilities(model, vectors):
    """The answers of one network, unaveraged: the package's class with a window of one."""
    word = MicroWakeWord.from_builtin(model)
    word.sliding_window_size = 1
    word._probabilities = type(word._probabilities)(maxlen=1)
    answers = []
    for k, vector in enumerate(vectors):
        answer = word.process_streaming_prob(np.array(vector, float).reshape(1, 1, 40) * 0.0390625)
        if k % word.stride == word.stride - 1:
            answers.append(round(answer * 256))
    return answers


golden = []
for name, samples in signals():
    golden += features(samples)
np.array(golden, "<u2").tofile(here / "features.u16")
speech = np.fromfile(here / "hey_jarvis.s16", "<i2").tolist()
# Soft noise before and behind it, as a room has it.
r = Random(2)
speech = [r.sample(5) for _ in range(24_000)] + speech + [r.sample(5) for _ in range(16_000)]
with open(here / "probabilities.txt", "w") as out:
    for model in Model:
        print(model.value, *probabilities(model, features(speech)), file=out)
