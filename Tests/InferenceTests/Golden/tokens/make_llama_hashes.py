"""Token ids of generated texts by llama.cpp's own tokenizer over the vocabularies of its `models` folder, one hash a text,
into a file beside each vocabulary.

usage: python make_llama_hashes.py FOLDER [COUNT]        (llama-cpp-python 0.3.36)
"""

import base64, os, struct, sys
import llama_cpp
import generated_text

here = os.path.dirname(os.path.abspath(__file__))
generated_text.load(os.path.join(here, "generated_text.txt"))
folder, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10000
for name in ["llama-spm", "phi-3", "llama-bpe", "qwen2"]:
    path = os.path.join(folder, f"ggml-vocab-{name}.gguf")
    model = llama_cpp.Llama(path, vocab_only=True, verbose=False)
    hashes = []
    for seed in range(count):
        # llama.cpp takes UTF-8 only.
        text = generated_text.text(seed).decode("utf-8", errors="replace").encode()
        hashes.append(generated_text.hash32(model.tokenize(text, add_bos=False, special=False)))
    with open(path + ".hashes", "w") as f:
        f.write(base64.b64encode(struct.pack(f"<{count}I", *hashes)).decode() + "\n")
    print(name, count, file=sys.stderr)
