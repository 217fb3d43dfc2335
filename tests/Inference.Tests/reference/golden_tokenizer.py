"""Trains the small tokenizer and writes 500 texts with the ids that SentencePiece gives them.

Needs Debian's python3-sentencepiece (0.1.97). Usage: python3 golden_tokenizer.py
Writes inference/Model/tiny.model and golden_tokens.json beside itself.
"""
import json
import pathlib
import random
import tempfile

import sentencepiece as spm

HERE = pathlib.Path(__file__).parent
MODEL = HERE.parents[2] / "inference" / "Model" / "tiny.model"
WORDS = """operator cluster rollout image layer digest registry tensor window token prompt answer model
water light stone river garden winter summer morning evening letter number question reason promise
the a of to and in is it that was for on are with as be this have from or had by but not what all were
when we there can an your which their said if do will each about how up out them then she many some
Straße Größe naïve café élan señor Ünïcödé привет мир вода свет שלום עולם مرحبا بالعالم 你好 世界 こんにちは""".split()
ODD = ["🙂", "👩‍👩‍👧‍👦", "🇩🇪", "漢字仮名交じり文", "한국어", "שָׁלוֹם", "العَرَبِيَّة", "\u200f\u202eabc", "\u0301", "ﬁ", "Ⅷ", "½", "\u00a0", "\u3000",
       "\t", "\n", "\r\n", "\n\n\n", "  ", "     ", "\x01", "\x07", "\x1b[0m", "\x7f", "\u2028", "\ufeff", "\ufffd", "▁", "▁▁",
       "<start_of_turn>", "<end_of_turn>", "<bos>", "<eos>", "<unk>", "<0x0A>", "<h1>", "</h1>", "<table>", "𝔘𝔫𝔦", "𓀀", "zz", "QQQ", "{}[]", "0123456789", "---"]


def text(rng):
    parts = []
    for _ in range(rng.randint(1, 14)):
        parts.append(rng.choice(ODD) if rng.random() < 0.4 else rng.choice(WORDS))
        parts.append(rng.choice(["", " ", " ", " ", "  ", ", ", ". ", "\n"]))
    return "".join(parts)


def main():
    rng = random.Random(20240117)
    with tempfile.TemporaryDirectory() as folder:
        corpus = pathlib.Path(folder, "corpus.txt")
        lines = [" ".join(rng.choice(WORDS) for _ in range(rng.randint(3, 18))) + rng.choice(".!?,") for _ in range(6000)]
        corpus.write_text("\n".join(lines) + "\n", encoding="utf-8")
        turns = ["<start_of_turn>", "<end_of_turn>", "\n", "\n\n", "\n\n\n", "▁▁", "▁▁▁", "▁▁▁▁", "<h1>", "</h1>", "<table>"]
        spm.SentencePieceTrainer.train(
            input=str(corpus), model_prefix=str(pathlib.Path(folder, "tiny")), model_type="bpe", vocab_size=1024,
            byte_fallback=True, normalization_rule_name="identity", add_dummy_prefix=False, remove_extra_whitespaces=False,
            split_digits=True, pad_id=0, eos_id=1, bos_id=2, unk_id=3, pad_piece="<pad>", bos_piece="<bos>",
            eos_piece="<eos>", user_defined_symbols=turns, allow_whitespace_only_pieces=True, num_threads=1,
            hard_vocab_limit=False, minloglevel=2)
        (MODEL).write_bytes(pathlib.Path(folder, "tiny.model").read_bytes())
    processor = spm.SentencePieceProcessor(model_file=str(MODEL))
    cases = []
    while len(cases) < 500:
        case = text(rng)
        cases.append(dict(text=case, ids=processor.encode(case), decoded=processor.decode(processor.encode(case))))
    cases[0] = dict(text="", ids=[], decoded="")
    (HERE / "golden_tokens.json").write_text(json.dumps(cases, ensure_ascii=True, separators=(",", ":")) + "\n")
    print(processor.get_piece_size())


if __name__ == "__main__":
    main()
