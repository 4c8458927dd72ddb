#!/usr/bin/env python3
"""Makes silero_golden_onnx.f32 and silero_golden_safetensors.f32: the speech probabilities of the silero-vad package's
own models for three minutes of audio.

  python3 -m venv v && v/bin/pip install silero-vad==6.2.3 --no-deps
  v/bin/pip install onnxruntime==1.32.0 numpy tinygrad safetensors
  DEV=CPU v/bin/python silero_golden.py

The package carries two trainings of one network. The first file is what load_silero_vad(onnx=True) computes: the model
silero_vad.onnx, fed as the package's OnnxWrapper feeds it (64 samples of context, windows of 512, the state carried on).
The second is the package's tinygrad_model.py with its silero_vad_16k.safetensors.

The signal is made again, bit for bit, by the test (SileroGoldenSignal.swift): turn_on_the_light.wav (Flite 2.2, voice
slt) over and over, each time at another gain (powers of two, so that products are exact), with another amount of seeded
noise and another gap.
"""
import importlib.util
import os
import wave

import numpy as np
import onnxruntime

WINDOWS = 5625  # 180 s
GAINS = [1.0, 0.25, 0.5, 0.0625, 2.0, 0.125, 0.015625]
NOISES = [0.0, 2.0**-10, 2.0**-7, 2.0**-12, 2.0**-5]


def splitmix(seed, count):
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def signal(here):
    with wave.open(os.path.join(here, "turn_on_the_light.wav")) as file:
        speech = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) * np.float32(2.0**-15)
    total = WINDOWS * 512
    noise = (splitmix(2026, total) >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-23) - np.float32(1)
    out = np.zeros(total, np.float32)
    at, turn = 0, 0
    while at < total:
        block = np.concatenate([speech * np.float32(GAINS[turn % 7]), np.zeros(turn * 977 % 9000, np.float32)])
        block = block[: total - at]
        part = noise[at : at + len(block)] * np.float32(NOISES[turn % 5])
        out[at : at + len(block)] = block + part
        at += len(block)
        turn += 1
    return out


def windows(audio):
    """Each window with the context before it."""
    context = np.zeros((1, 64), np.float32)
    for i in range(WINDOWS):
        x = np.concatenate([context, audio[None, i * 512 : (i + 1) * 512]], axis=1)
        context = x[:, -64:]
        yield x


def with_onnx(package, audio):
    session = onnxruntime.InferenceSession(
        os.path.join(package, "data", "silero_vad.onnx"), providers=["CPUExecutionProvider"]
    )
    state = np.zeros((2, 1, 128), np.float32)
    for x in windows(audio):
        y, state = session.run(None, {"input": x, "state": state, "sr": np.array(16000, np.int64)})
        yield y[0, 0]


def with_tinygrad(package, audio):
    from tinygrad import Tensor, TinyJit
    from tinygrad.nn.state import load_state_dict, safe_load

    spec = importlib.util.spec_from_file_location("tinygrad_model", os.path.join(package, "tinygrad_model.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.TinySileroVAD()
    load_state_dict(model, safe_load(os.path.join(package, "data", "silero_vad_16k.safetensors")), verbose=False)

    @TinyJit
    def step(x, state):
        y, new = model(x, state)
        return y.realize(), new.realize()

    state = Tensor.zeros(2, 1, 128).contiguous().realize()
    for x in windows(audio):
        y, new = step(Tensor(x).realize(), state)
        state = Tensor(new.numpy()).realize()
        yield y.numpy()[0, 0]


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    package = os.environ.get("SILERO_VAD_PACKAGE") or importlib.util.find_spec("silero_vad").submodule_search_locations[0]
    audio = signal(here)
    for name, model in (("onnx", with_onnx), ("safetensors", with_tinygrad)):
        probabilities = np.array(list(model(package, audio)), "<f4")
        probabilities.tofile(os.path.join(here, f"silero_golden_{name}.f32"))
        speech = np.mean(probabilities > 0.5)
        print(f"{name}: {len(probabilities)} windows, {speech:.3f} of them speech, mean {probabilities.mean():.4f}")


if __name__ == "__main__":
    main()
