"""SentencePiece vocabularies of our own, and the ids that SentencePiece gives.

`small_spm_prefix` is made as Mistral's are (a space before every text), `small_spm_plain` as Gemma's (none; runs of spaces
and newlines and some tags as user-defined pieces).

usage: python make_small_sentencepiece.py        (sentencepiece 0.2.3)
"""

import base64, io, os, struct
import sentencepiece
import generated_text

here = os.path.dirname(os.path.abspath(__file__))
generated_text.load(os.path.join(here, "generated_text.txt"))
COUNT = 3000
texts = [generated_text.text(seed).decode("utf-8", errors="replace") for seed in range(COUNT)]
runs = ["\n" * n for n in range(1, 5)] + ["\u2581" * n for n in range(2, 6)] + ["\t", "\t\t", "<b>", "<bos", "</tag>"]
for name, options in [
    ("small_spm_prefix", dict(add_dummy_prefix=True)),
    ("small_spm_plain", dict(add_dummy_prefix=False, user_defined_symbols=runs)),
]:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([text.replace("\n", " ").replace("\0", "") for text in texts[:1500]]), model_writer=model,
        model_type="bpe", vocab_size=1400, byte_fallback=True, character_coverage=0.98, normalization_rule_name="identity",
        remove_extra_whitespaces=False, split_digits=True, allow_whitespace_only_pieces=True, num_threads=1,
        minloglevel=2, **options)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    with open(os.path.join(here, name + ".txt"), "w", encoding="utf-8") as f:
        f.write(f"# python make_small_sentencepiece.py (sentencepiece {sentencepiece.__version__}): type, score, text as hexadecimal UTF-8\n")
        for i in range(processor.vocab_size()):
            piece = processor.id_to_piece(i)
            kind = (
                6 if processor.is_byte(i) else 3 if processor.is_control(i) else 2 if processor.is_unknown(i)
                else 4 if piece in runs and options.get("user_defined_symbols") else 1)
            f.write(f"{kind} {processor.get_score(i):g} {piece.encode('utf-8').hex()}\n")
    with open(os.path.join(here, name + ".golden"), "w") as f:
        f.write(f"# python make_small_sentencepiece.py: generated_text.hash32 of the ids of texts 0 to {COUNT - 1}\n")
        hashes = [generated_text.hash32(processor.encode(text)) for text in texts]
        f.write(base64.b64encode(struct.pack(f"<{COUNT}I", *hashes)).decode() + "\n")
    print(name, processor.vocab_size(), [processor.id_to_piece(i) for i in range(20)])
