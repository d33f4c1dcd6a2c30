"""Tiny seeded text encoders, as sentence-transformers keeps them on disk."""
import json
import os

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertModel,
    RobertaConfig,
    RobertaModel,
    XLMRobertaConfig,
    XLMRobertaModel,
)

HIDDEN = 32
TEXTS = [
    "Marie Curie was born in Warsaw.",
    "The encoder reads text; its states become soft tokens, fewer of them.",
    "warsaw",
]


def word_piece():
    specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    letters = [chr(c) for c in range(ord("a"), ord("z") + 1)]
    words = ["the", "en", "##er", "##cod", "read", "##s", "token", "text", "##text", "war", "##saw"]
    pieces = specials + letters + ["##" + c for c in letters] + [".", ",", ";"]
    pieces += [w for w in words if w not in pieces]
    tokenizer = Tokenizer(
        models.WordPiece({p: i for i, p in enumerate(pieces)}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens(specials)
    return tokenizer


def byte_level():
    specials = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    merges = [("e", "r"), ("t", "h"), ("th", "e"), ("Ġ", "t"), ("e", "n")]
    pieces = specials[:4] + alphabet + [a + b for a, b in merges] + specials[4:]
    tokenizer = Tokenizer(models.BPE({p: i for i, p in enumerate(pieces)}, merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(specials)
    return tokenizer


def unigram():
    specials = ["<s>", "<pad>", "</s>", "<unk>"]
    pieces = [(s, 0.0) for s in specials]
    pieces += [("▁", -2.0)] + [(chr(c), -5.0) for c in range(33, 127)]
    pieces += [("▁the", -3.0), ("en", -3.5), ("er", -3.5), ("▁t", -3.2), ("to", -4.0)]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", 0), ("</s>", 2)],
    )
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.add_special_tokens(specials)
    return tokenizer


FAMILIES = {
    "bert": (word_piece, BertConfig, BertModel, dict(pad_token_id=0, type_vocab_size=2), 72),
    "roberta": (byte_level, RobertaConfig, RobertaModel, dict(pad_token_id=1, type_vocab_size=1), 90),
    "xlm-roberta": (
        unigram,
        XLMRobertaConfig,
        XLMRobertaModel,
        dict(pad_token_id=1, type_vocab_size=1),
        90,
    ),
}


def write(folder, family, pooling, prompts=None, seed=11):
    """Writes a checkpoint; returns the model and its tokenizer."""
    make_tokenizer, config_class, model_class, extra, positions = FAMILIES[family]
    tokenizer = make_tokenizer()
    config = config_class(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=HIDDEN,
        num_hidden_layers=3,
        num_attention_heads=4,
        intermediate_size=48,
        max_position_embeddings=positions,
        initializer_range=0.3,
        layer_norm_eps=1e-5 if family != "bert" else 1e-12,
        **extra,
    )
    torch.manual_seed(seed)
    model = model_class(config, add_pooling_layer=False).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("bias") or "LayerNorm" in name:
                parameter.add_(torch.randn(parameter.shape) * 0.1)
    os.makedirs(os.path.join(folder, "1_Pooling"), exist_ok=True)
    model.half().save_pretrained(folder)
    model.float()
    tokenizer.save(os.path.join(folder, "tokenizer.json"))
    with open(os.path.join(folder, "1_Pooling", "config.json"), "w") as f:
        json.dump(
            {
                "word_embedding_dimension": HIDDEN,
                "pooling_mode_cls_token": pooling == "cls",
                "pooling_mode_mean_tokens": pooling == "mean",
            },
            f,
        )
    if prompts:
        with open(os.path.join(folder, "config_sentence_transformers.json"), "w") as f:
            json.dump({"prompts": prompts}, f)
    return model, tokenizer


def rounded(tensor):
    """Nested lists of six decimals."""
    return [[round(v, 6) for v in row] for row in tensor.tolist()]
