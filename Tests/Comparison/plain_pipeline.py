#!/usr/bin/env python3
"""A plain voice pipeline as people put it together from Python parts, for comparison with `earshot bench turns`.

    earshot bench turns --commands COMMANDS --unrelated UNRELATED --record FOLDER --json > ours.json
    pip install pocketsphinx==5.1.1 silero-vad==6.2.3 onnxruntime numpy
    plain_pipeline.py FOLDER --phrases PHRASES --vad silero_vad_16k_op15.onnx [--silence 700] [--json]

Silero's voice activity detector, a fixed silence that ends a turn, PocketSphinx (fed as the sound comes, so that little is
left to do at the end), a look-up of the exact sentence, and a reply that is synthesised whole before it is played (Flite).
PHRASES has every sentence that is a command, a line with its call: `{"text": …, "name": …, "arguments": …}`, as
`earshot tools sentences --limit 100000 --json` writes them. PocketSphinx gets them as a grammar and hears nothing else; with `--english`
it has its own large model instead, and hears hardly any of them exactly.

Time is that of the sound as it comes, 32 ms at a time, plus what computing took behind the last window; waiting for a
microphone is not slept through. All latencies count from the last audible sample, as ours do.
"""
import argparse
import json
import subprocess
import tempfile
import time
import wave
from pathlib import Path

import numpy as np
import onnxruntime
from pocketsphinx import Decoder

WINDOW, RATE = 512, 16_000


class Silero:
    """The detector's probability for each window of 512 samples, with the 64 before it as context."""

    def __init__(self, path: Path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(str(path), options)
        self.reset()

    def reset(self):
        self.state = np.zeros((2, 1, 128), np.float32)
        self.context = np.zeros(64, np.float32)

    def __call__(self, window):
        x = np.concatenate([self.context, window])[None]
        self.context = window[-64:]
        out, self.state = self.session.run(None, {"input": x, "state": self.state, "sr": np.array(RATE, np.int64)})
        return float(out[0, 0])


def grammar(sentences, folder):
    """The sentences as a JSGF file, with what they begin with written once."""
    tree = {}
    for sentence in sentences:
        node = tree
        for word in sentence.split():
            node = node.setdefault(word, {})
        node[""] = {}

    def written(node):
        parts = [word + (" " + written(rest) if rest else "") for word, rest in sorted(node.items()) if word]
        text = "(" + " | ".join(parts) + ")" if len(parts) > 1 else "".join(parts)
        if not parts or "" not in node:
            return text
        return "[" + text + "]"

    path = Path(folder) / "phrases.gram"
    path.write_text("#JSGF V1.0;\ngrammar phrases;\npublic <phrase> = " + written(tree) + ";\n")
    return str(path)


def percentile(values, fraction):
    values = sorted(values)
    return round(values[min(len(values) - 1, max(0, int(np.ceil(fraction * len(values))) - 1))], 1) if values else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--phrases", type=Path, required=True)
    parser.add_argument("--vad", type=Path, required=True, help="silero_vad.onnx")
    parser.add_argument("--silence", type=float, default=700, help="milliseconds that end a turn")
    parser.add_argument("--english", action="store_true", help="PocketSphinx's own model of English instead of a grammar of the sentences")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    calls = {}
    for line in arguments.phrases.read_text().splitlines():
        entry = json.loads(line)
        calls[entry["text"]] = {"name": entry["name"], "arguments": entry["arguments"]}
    vad = Silero(arguments.vad)
    counts = {"commands": 0, "right": 0, "wrong": 0, "missed": 0, "paused": 0, "cut_off": 0, "unrelated": 0, "acted_unasked": 0}
    end, action, audio = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        options = {} if arguments.english else {"jsgf": grammar(calls, folder)}
        decoder = Decoder(**options, samprate=RATE, loglevel="ERROR")
        for line in (arguments.folder / "lines.jsonl").read_text().splitlines():
            entry = json.loads(line)
            with wave.open(str(arguments.folder / entry["file"])) as file:
                pcm = np.frombuffer(file.readframes(file.getnframes()), np.int16)
            heard, times = turns(vad, decoder, pcm, arguments.silence, calls, folder)
            score(entry, heard, times, calls, counts, end, action, audio)
    result = dict(counts)
    for name, values in (("end of turn", end), ("action", action), ("first reply sample", audio)):
        result[name] = {"p50": percentile(values, 0.5), "p95": percentile(values, 0.95), "count": len(values)}
    print(json.dumps(result) if arguments.json else json.dumps(result, indent=1))


def turns(vad, decoder, pcm, silence, calls, folder):
    """(texts heard, [(end, action, first audio) in ms of the sound]) of every turn in it."""
    vad.reset()
    heard, times = [], []
    speaking, last, late = False, 0, 0.0
    recent = []
    for start in range(0, len(pcm) - WINDOW, WINDOW):
        window = pcm[start : start + WINDOW]
        began = time.perf_counter()
        probability = vad(window.astype(np.float32) / 32768)
        now = (start + WINDOW) / 16
        if not speaking:
            recent = (recent + [window])[-15:]
            if probability >= 0.5:
                speaking, last = True, now
                decoder.start_utt()
                for piece in recent:
                    decoder.process_raw(piece.tobytes())
        else:
            decoder.process_raw(window.tobytes())
            if probability >= 0.35:
                last = now
            elif now - last >= silence:
                decoder.end_utt()
                hypothesis = decoder.hyp()
                text = hypothesis.hypstr if hypothesis else ""
                late = (time.perf_counter() - began) * 1000
                speaking, recent = False, []
                heard.append(text)
                acted = now + late
                reply = acted
                if text in calls:
                    spoken = time.perf_counter()
                    subprocess.run(
                        ["flite", "-voice", "slt", "-t", "All right, that is done.", "-o", f"{folder}/reply.wav"], check=True)
                    reply += (time.perf_counter() - spoken) * 1000
                times.append((now, acted, reply))
    if speaking:
        decoder.end_utt()
    return heard, times


def score(entry, heard, times, calls, counts, end, action, audio):
    done = [calls[text] for text in heard if text in calls]
    wanted = entry.get("call")
    if wanted is None:
        counts["unrelated"] += 1
        counts["acted_unasked"] += bool(done)
        return
    counts["commands"] += 1
    if done == [wanted]:
        counts["right"] += 1
    else:
        counts["wrong" if done else "missed"] += 1
    counts["cut_off"] += bool(times) and times[0][0] < entry["end_ms"]
    for text, (stopped, acted, reply) in zip(heard, times):
        if text in calls:
            end.append(stopped - entry["end_ms"])
            action.append(acted - entry["end_ms"])
            audio.append(reply - entry["end_ms"])
            break


if __name__ == "__main__":
    main()
