#!/usr/bin/env python3
"""Writes whisper.txt beside this file: Whisper's features of made signals, by the reference implementation.

    pip install numpy==2.4.6
    python whisper.py pipecat/audio/turn/smart_turn/_whisper_features.py     # of the wheel pipecat-ai 1.14.0

The signals are made of SplitMix64 and arithmetic that is exact in single precision, so that the test makes the same.
"""
import importlib.util
import os
import sys

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
MASK = (1 << 64) - 1


def noise(count, seed):
    """SeededGenerator.sample() of TestSupport."""
    state, values = seed, []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        values.append((z >> 40) * 2.0**-23 - 1)
    return np.array(values, np.float32)


def babble(count, seed, shift=0.0):
    """Noise held for 1 to 32 samples, in gusts of 2,048 samples of different loudness: something in every band."""
    white = noise(count, seed)
    held = np.array([1 << (i // 8_192 % 6) for i in range(count)], np.int64)
    gains = np.array([[0.5, 0.03125, 0.25, 0.001953125, 1.0][i // 2_048 % 5] for i in range(count)], np.float32)
    return white[np.arange(count) // held * held] * gains + np.float32(shift)


# name, samples, frames that are compared
SIGNALS = [
    ("short", babble(40_000, 1), [0, 1, 547, 548, 549, 550, 600, 680, 798, 799]),
    ("whole", babble(128_000, 2), [0, 1, 2, 333, 500, 797, 798, 799]),
    ("long", babble(150_000, 3), [0, 1, 400, 799]),
    ("shifted", babble(1_000, 4, shift=0.25), [0, 780, 791, 792, 793, 794, 799]),
    ("odd", babble(16_001, 5), [0, 698, 699, 700, 701, 750, 799]),
    ("nothing", babble(0, 6), [0, 399, 799]),
]


def main():
    specification = importlib.util.spec_from_file_location("reference", sys.argv[1])
    reference = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(reference)
    with open(os.path.join(HERE, "whisper.txt"), "w", encoding="ascii") as file:
        file.write(f"# By whisper.py with compute_whisper_log_mel_features of pipecat-ai 1.14.0, numpy {np.__version__}.\n")
        file.write("# A line: signal, frame, then the frame's 80 features.\n")
        for name, samples, frames in SIGNALS:
            last = samples[-128_000:]
            features = reference.compute_whisper_log_mel_features(np.pad(last, (128_000 - len(last), 0)))
            for frame in frames:
                values = " ".join(f"{value:.4f}" for value in features[:, frame])
                file.write(f"{name} {frame} {values}\n")


main()
