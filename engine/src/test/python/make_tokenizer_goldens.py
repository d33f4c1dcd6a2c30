"""Writes resources/tokenizers/*.gguf and goldens.json: small vocabularies inside GGUF files, and ids.

The byte-level vocabularies are trained here with the `tokenizers` library; the reference is that
library with the pre-tokenizers that the families' tokenizer.json have. The SentencePiece vocabulary
is trained by the `sentencepiece` library, which is its reference.
Run: python make_tokenizer_goldens.py ../resources/tokenizers   (needs tokenizers, sentencepiece, gguf)
"""

import io
import json
import pathlib
import sys

import gguf
import sentencepiece as spm
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

CORPUS = [
    "The quick brown fox jumps over the lazy dog. It's 12345 o'clock, and we've 3 apples, don't we?",
    "Ein Überblick über Größe und Maß; naïve café, touché! 漢字かな交じり文 и русский текст 2026-11-22.",
    "def f(x):\n    return x ** 2 + 1\n\n\nfor i in range(100):\r\n\tprint(f(i))   # done",
    "Long chunks must never be cut in silence. THE END isn't near; WE'LL SEE. 👩‍🚀🚀",
] * 3

STRINGS = CORPUS[:4] + [
    "", " ", "  two  spaces\n\nand\ttabs  ", "1234567890 12,345.67", "a 1867b ٣٤ ½",
    "e\u0301 vs é, \u1112\u1161\u11ab vs 한", "DON'T Don't we'Re I\u2019ll", "\r\nCRLF\r\n", "x" * 40, "a\u200bb\u00a0c",
    "emoji 👩‍🚀🚀 test", "<|im_start|>user\nhi<|im_end|>", "price: $9.99!!!\n\n  ok", "▁under▁line <0x41> <s>",
]

SPECIALS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]

LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
QWEN2 = LLAMA3.replace("{1,3}", "")


def split(regex):
    return pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(regex), "isolated", False),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
    ])


PRE = {
    "gpt-2": (None, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)),
    "smollm": (None, pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])),
    "llama-bpe": (None, split(LLAMA3)),
    "qwen2": (normalizers.NFC(), split(QWEN2)),
}


def writer(path, kind, tokens, types):
    out = gguf.GGUFWriter(path, "llama")
    out.add_tokenizer_model(kind)
    out.add_token_list(tokens)
    out.add_token_types(types)
    return out


def finish(out):
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


def byte_level(folder, pre):
    tokenizer = Tokenizer(models.BPE(ignore_merges=pre == "llama-bpe"))
    normalizer, pre_tokenizer = PRE[pre]
    if normalizer:
        tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizer
    trainer = trainers.BpeTrainer(
        vocab_size=420, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.add_special_tokens([AddedToken(s, special=True, normalized=False) for s in SPECIALS])
    plain = json.loads(tokenizer.to_str())
    vocab = sorted(tokenizer.get_vocab().items(), key=lambda e: e[1])
    assert [i for _, i in vocab] == list(range(len(vocab)))
    tokens = [t for t, _ in vocab]
    path = folder / f"{pre}.gguf"
    out = writer(path, "gpt2", tokens, [3 if t in SPECIALS else 1 for t in tokens])
    out.add_tokenizer_pre(pre)
    out.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in plain["model"]["merges"]])
    out.add_eos_token_id(tokens.index("<|im_end|>"))
    finish(out)
    plain["added_tokens"] = []
    text = Tokenizer.from_str(json.dumps(plain))
    return [{"text": s, "ids": tokenizer.encode(s, add_special_tokens=False).ids,
             "ids_as_text": text.encode(s, add_special_tokens=False).ids} for s in STRINGS]


def sentence_piece(folder):
    model = io.BytesIO()
    spm.SentencePieceTrainer.train(
        sentence_iterator=iter(CORPUS), model_writer=model, model_type="bpe", vocab_size=440,
        byte_fallback=True, character_coverage=0.99, normalization_rule_name="identity",
        remove_extra_whitespaces=False, add_dummy_prefix=True, split_digits=True,
        allow_whitespace_only_pieces=True, minloglevel=2)
    sp = spm.SentencePieceProcessor(model_proto=model.getvalue())
    tokens = [sp.id_to_piece(i) for i in range(sp.get_piece_size())]
    types = [2 if sp.is_unknown(i) else 3 if sp.is_control(i) else 6 if sp.is_byte(i) else 1 for i in range(len(tokens))]
    out = writer(folder / "llama.gguf", "llama", tokens, types)
    out.add_tokenizer_pre("default")
    out.add_token_scores([sp.get_score(i) for i in range(len(tokens))])
    out.add_unk_token_id(sp.unk_id())
    out.add_bos_token_id(sp.bos_id())
    out.add_eos_token_id(sp.eos_id())
    finish(out)
    # Text continues a template, so it gets no space of its own; what a template begins with does.
    # Field 3 of the normalizer's description, which begins with its name, is add_dummy_prefix.
    proto = model.getvalue()
    at = proto.index(b"\x18\x01", proto.rindex(b"\x0a\x08identity"))
    middle = spm.SentencePieceProcessor(model_proto=proto[:at] + b"\x18\x00" + proto[at + 2 :])
    assert middle.encode("x", out_type=str) == ["x"] and sp.encode("x", out_type=str)[0][0] == "▁"
    plain = [{"text": s, "ids_as_text": middle.encode(s)} for s in STRINGS]
    begins = [{"text": f"<s>{s}", "ids": [sp.bos_id()] + sp.encode(s)} for s in STRINGS if "<" not in s and s]
    later = [{"text": f" [/I] </s><s>{s}", "ids": middle.encode(" [/I] ") + [sp.eos_id(), sp.bos_id()] + sp.encode(s)}
             for s in STRINGS if "<" not in s and s]
    return plain + begins + later


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    goldens = {pre: byte_level(folder, pre) for pre in PRE}
    goldens["llama"] = sentence_piece(folder)
    (folder / "goldens.json").write_text(json.dumps(goldens, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])
