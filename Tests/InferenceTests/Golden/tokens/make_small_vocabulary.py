"""A byte-level vocabulary of our own, and the ids that the tokenizers package gives with each pre-tokeniser.

The vocabulary is trained on the words of generated_text.txt. Each regular expression is the one of the models that use it,
run by the tokenizers package's engine (Oniguruma).

usage: python make_small_vocabulary.py        (tokenizers 0.23.3)
"""

import base64, json, os, struct
import tokenizers
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers
import generated_text

here = os.path.dirname(os.path.abspath(__file__))
generated_text.load(os.path.join(here, "generated_text.txt"))
CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
UPPER, LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
PREFIX, REST = r"[^\r\n\p{L}\p{N}]?", r"\s*[\r\n]+|\s+(?!\S)|\s+"
PATTERNS = {
    "llama-bpe": CONTRACTIONS + "|" + PREFIX + r"\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + REST,
    "qwen2": CONTRACTIONS + "|" + PREFIX + r"\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|" + REST,
    "tekken": f"{PREFIX}{UPPER}*{LOWER}+|{PREFIX}{UPPER}+{LOWER}*" + r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + REST,
    "gpt-4o": f"{PREFIX}{UPPER}*{LOWER}+{CONTRACTIONS}?|{PREFIX}{UPPER}+{LOWER}*{CONTRACTIONS}?"
    + r"|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|" + REST,
    "gpt-2": r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
}
COUNT = 3000


def make(pattern, model):
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(pattern), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    return tokenizer


texts = [generated_text.text(seed).decode("utf-8", errors="replace") for seed in range(COUNT)]
# A pattern that keeps runs together, so that there are merges across what the real patterns cut.
trained = make(r"[\s\S]{1,12}", models.BPE())
trained.train_from_iterator(
    texts[:1500],
    trainers.BpeTrainer(vocab_size=900, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False),
)
model = json.loads(trained.to_str())["model"]
merges = [tuple(merge) for merge in model["merges"]]
with open(os.path.join(here, "small_vocabulary.txt"), "w", encoding="utf-8") as f:
    f.write(f"# python make_small_vocabulary.py (tokenizers {tokenizers.__version__}): tokens by id, an empty line, merges\n")
    for token, _ in sorted(model["vocab"].items(), key=lambda item: item[1]):
        f.write(token + "\n")
    f.write("\n")
    for left, right in merges:
        f.write(left + " " + right + "\n")
with open(os.path.join(here, "small_vocabulary.golden"), "w") as f:
    f.write(f"# python make_small_vocabulary.py: generated_text.hash32 of the ids of texts 0 to {COUNT - 1}, by pre-tokeniser\n")
    for name, pattern in PATTERNS.items():
        bpe = models.BPE(vocab=model["vocab"], merges=merges, ignore_merges=name in ("llama-bpe", "tekken"))
        tokenizer = make(pattern, bpe)
        hashes = [generated_text.hash32(tokenizer.encode(text).ids) for text in texts]
        f.write(name + " " + base64.b64encode(struct.pack(f"<{COUNT}I", *hashes)).decode() + "\n")
