"""How often the model calls what it should, without a constraint.

A case counts where every token of the expected answer is the most likely one behind the right tokens before it: that is
the same as greedy decoding, in one pass. A request that nothing serves counts where the answer does not begin a call.
"""

import argparse
import json
import math
from pathlib import Path

import torch

from . import chat, sets, vocabulary
from .model import Model, Shape


def interval(hits: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval, 95 %."""
    if count == 0:
        return 0.0, 1.0
    p = hits / count
    middle = (p + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(p * (1 - p) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return max(0.0, middle - half), min(1.0, middle + half)


def load(file: Path) -> Model:
    state = torch.load(file, weights_only=False, map_location="cpu")
    model = Model(Shape(**state["shape"]))
    model.load_state_dict(state["model"])
    return model.eval()


@torch.no_grad()
def judge(model: Model, words: vocabulary.Vocabulary, cases: list[dict], rows: int = 16) -> list[dict]:
    """For each case: exact, name (of every call), and what was wrong first."""
    entries = []
    for index, case in enumerate(cases):
        prompt, _ = words.encode(chat.render(case["messages"], case["tools"]))
        calls = [{"function": call} for call in case["expected"]]
        answer = []
        if calls:
            whole, _ = words.encode(chat.render([*case["messages"], {"role": "assistant", "content": None, "tool_calls": calls}], case["tools"], answer=False))
            assert whole[: len(prompt)] == prompt
            answer = whole[len(prompt) :]
        entries.append((len(prompt) + len(answer), index, prompt, answer))
    out: list[dict] = [{}] * len(cases)
    call, arguments = words.ids["<|tool_call|>"], words.ids["<|args|>"]
    entries.sort()
    for start in range(0, len(entries), rows):
        batch = entries[start : start + rows]
        longest = max(length for length, *_ in batch)
        tokens = torch.zeros(len(batch), longest, dtype=torch.long)
        for row, (_, _, prompt, answer) in enumerate(batch):
            tokens[row, : len(prompt) + len(answer)] = torch.tensor(prompt + answer)
        hidden = model.hidden(tokens)
        for row, (_, index, prompt, answer) in enumerate(batch):
            places = slice(len(prompt) - 1, len(prompt) - 1 + max(1, len(answer)))
            likely = model.logits(hidden[row, places]).argmax(-1).tolist()
            if not answer:
                out[index] = {"exact": likely[0] != call, "name": likely[0] != call}
                continue
            inside, names = False, True
            for got, wanted in zip(likely, answer):
                inside = wanted == call or inside and wanted != arguments
                if (inside or wanted in (call, arguments)) and got != wanted:
                    names = False
            wrong = next((i for i, (got, wanted) in enumerate(zip(likely, answer)) if got != wanted), None)
            out[index] = {"exact": wrong is None, "name": names}
            if wrong is not None:
                out[index]["wrong"] = f"{words.decode(answer[:wrong])} ⟨{words.decode([likely[wrong]])}⟩ {words.decode(answer[wrong:])}"
    return out


def report(model, words, folder: dict[str, list[dict]], show: int = 0) -> dict:
    out = {}
    for name, cases in folder.items():
        judged = judge(model, words, cases)
        hits = sum(entry["exact"] for entry in judged)
        low, high = interval(hits, len(cases))
        out[name] = {
            "cases": len(cases), "exact": round(hits / len(cases), 4), "low": round(low, 4), "high": round(high, 4),
            "name": round(sum(entry["name"] for entry in judged) / len(cases), 4),
        }
        wrong = [(case, entry) for case, entry in zip(cases, judged) if not entry["exact"]]
        for case, entry in wrong[:: max(1, len(wrong) // show)][:show] if show and wrong else []:
            print(f"  {case['id']}: {case['messages'][-1]['content']} | {entry.get('wrong', 'called')}")
        print(name, json.dumps(out[name]), flush=True)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description="Exact calls of a checkpoint over evaluation sets, with 95 % intervals.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("vocabulary", type=Path)
    parser.add_argument("--sets", type=Path, help="a folder of .jsonl; without it the development sets")
    parser.add_argument("--show", type=int, default=0, help="wrong answers to print for each set")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    if arguments.sets:
        folder = {f.stem: [json.loads(line) for line in f.read_text().splitlines()] for f in sorted(arguments.sets.glob("*.jsonl"))}
    else:
        folder = sets.made("dev")
    out = report(load(arguments.checkpoint), vocabulary.Vocabulary.load(arguments.vocabulary), folder, arguments.show)
    if arguments.json:
        arguments.json.write_text(json.dumps(out, indent=1) + "\n")


if __name__ == "__main__":
    main()
