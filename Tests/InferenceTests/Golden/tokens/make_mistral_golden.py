"""Token ids of generated texts by mistral-common's real tokenizers, as one hash a text.

usage: python make_mistral_golden.py        (mistral-common 1.13.1, sentencepiece 0.2.3, tiktoken 0.14.0)
"""

import base64, os, struct, sys
import mistral_common
from mistral_common.tokens.tokenizers.sentencepiece import SentencePieceTokenizer
from mistral_common.tokens.tokenizers.tekken import Tekkenizer
import generated_text

here = os.path.dirname(os.path.abspath(__file__))
data = os.path.join(os.path.dirname(mistral_common.__file__), "data")
generated_text.load(os.path.join(here, "generated_text.txt"))

for name, count in [
    ("tokenizer.model.v1", 1500),
    ("mistral_instruct_tokenizer_240216.model.v2", 1500),
    ("mistral_instruct_tokenizer_240323.model.v3", 10000),
    ("mistral_instruct_tokenizer_241114.model.v7", 1500),
    ("tekken_240718.json", 1500),
    ("tekken_240911.json", 10000),
]:
    path = os.path.join(data, name)
    tokenizer = Tekkenizer.from_file(path) if name.endswith(".json") else SentencePieceTokenizer(path)
    hashes = []
    for seed in range(count):
        text = generated_text.text(seed).decode("utf-8", errors="replace")
        hashes.append(generated_text.hash32(tokenizer.encode(text, bos=False, eos=False)))
    with open(os.path.join(here, name + ".golden"), "w") as f:
        f.write(f"# python make_mistral_golden.py: generated_text.hash32 of the ids of texts 0 to {count - 1}, mistral-common {mistral_common.__version__}\n")
        f.write(base64.b64encode(struct.pack(f"<{count}I", *hashes)).decode() + "\n")
    print(name, count, file=sys.stderr)
