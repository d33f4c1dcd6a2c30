"""Writes resources/goldens/bundles: a seeded set of adapter bundles for the tiny BERT of
make_encoder_goldens.py (run that first), and the soft prompts and adapter outputs that PyTorch
makes with them, written down straight from the definitions in PoolingSpec.java.

Usage: python make_bundle_goldens.py   (torch, transformers, tokenizers, safetensors)
"""
import hashlib
import json
import math
import os

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import BertModel

import tiny_checkpoints as tiny

HERE = os.path.dirname(os.path.abspath(__file__))
GOLDENS = os.path.join(HERE, "..", "resources", "goldens")
ENCODER = os.path.join(GOLDENS, "encoders", "bert")
OUT = os.path.join(GOLDENS, "bundles")
DECODER_HIDDEN = 24
CHUNK_TOKENS = 64
WINDOW_RATIOS = [2, 4, 7]


def folder_digest(folder):
    """As FilesDigest.java: name and SHA-256 of each file that results depend on."""
    digest = hashlib.sha256()
    for name in [
        "model.safetensors",
        "config.json",
        "tokenizer.json",
        "1_Pooling/config.json",
    ]:
        with open(os.path.join(folder, name), "rb") as f:
            digest.update((name + "\n").encode())
            digest.update(hashlib.sha256(f.read()).digest())
    return digest.hexdigest()


# name: pooling, layers, ratios, adapter's residual, dtype of the file
CASES = {
    "cls": (dict(type="cls", pooled_width=64), [1, 3], [64], False, torch.float32),
    "mean": (dict(type="mean", pooled_width=32), [3], [64, 128], True, torch.float32),
    "mean-projected": (
        dict(type="mean", token_width=20, projection=True, pooled_width=12),
        [0, 2, 3],
        [64],
        False,
        torch.float16,
    ),
    "window-mean": (
        dict(type="window", unit="tokens", combine="mean", pooled_width=32),
        [3],
        WINDOW_RATIOS,
        False,
        torch.float32,
    ),
    "window-concat": (
        dict(
            type="window",
            unit="tokens",
            combine="concat",
            token_width=8,
            projection=True,
            pooled_width=16,
        ),
        [2, 3],
        WINDOW_RATIOS,
        True,
        torch.float32,
    ),
    "window-concat-plain": (
        dict(
            type="window", unit="tokens", combine="concat", token_width=8, pooled_width=32
        ),
        [3],
        [4],
        False,
        torch.float32,
    ),
    "window-mean-words": (
        dict(type="window", unit="words", combine="mean", projection=True, pooled_width=16),
        [3],
        WINDOW_RATIOS,
        False,
        torch.bfloat16,
    ),
    "window-concat-words": (
        dict(
            type="window",
            unit="words",
            combine="concat",
            token_width=8,
            projection=True,
            pooled_width=16,
        ),
        [3],
        WINDOW_RATIOS,
        False,
        torch.float32,
    ),
    "pma": (
        dict(type="pma", scope="chunk", width=16, heads=4, queries=32, pooled_width=16),
        [3],
        WINDOW_RATIOS,
        False,
        torch.float32,
    ),
    "pma-window": (
        dict(
            type="pma",
            scope="window",
            width=16,
            heads=2,
            queries=1,
            projection=True,
            pooled_width=24,
        ),
        [2, 3],
        WINDOW_RATIOS,
        False,
        torch.float32,
    ),
}


def make_tensors(pooling, layers, ratios, residual):
    def linear(name, out, inputs):
        tensors[name + ".weight"] = torch.randn(out, inputs) / math.sqrt(inputs)
        tensors[name + ".bias"] = torch.randn(out) * 0.1

    def norm(name, width):
        tensors[name + ".weight"] = 1 + torch.randn(width) * 0.1
        tensors[name + ".bias"] = torch.randn(width) * 0.1

    tensors = {}
    states = tiny.HIDDEN * len(layers)
    tokens = pooling.get("token_width", states)
    pooled = pooling["pooled_width"]
    if "token_width" in pooling:
        linear("pooling.token_projection", tokens, states)
    before = tokens
    if pooling["type"] == "pma":
        before = pooling["width"]
        tensors["pooling.queries"] = torch.randn(pooling["queries"], before)
        linear("pooling.query", before, before)
        linear("pooling.key", before, tokens)
        linear("pooling.value", before, tokens)
        norm("pooling.norm1", before)
        linear("pooling.feed_forward", before, before)
        norm("pooling.norm2", before)
    if pooling.get("projection"):
        if pooling.get("combine") == "concat":
            for ratio in ratios:
                linear(f"pooling.projection.{ratio}", pooled, ratio * tokens)
        else:
            linear("pooling.projection", pooled, before)
    linear("adapter.linear1", 20, pooled)
    linear("adapter.linear2", DECODER_HIDDEN, 20)
    if residual:
        tensors["adapter.residual.weight"] = torch.randn(DECODER_HIDDEN, pooled) / math.sqrt(pooled)
    return tensors


def apply(tensors, name, x):
    return F.linear(x, tensors[name + ".weight"], tensors[name + ".bias"])


def attention(tensors, pooling, queries, tokens):
    """Pooling by multihead attention: queries [n, width] over tokens [t, token width]."""
    heads, width = pooling["heads"], pooling["width"]
    q, k, v = (
        apply(tensors, "pooling." + name, x)
        for name, x in (("query", queries), ("key", tokens), ("value", tokens))
    )
    parts = []
    for head in range(heads):
        part = slice(head * width // heads, (head + 1) * width // heads)
        scores = torch.softmax(q[:, part] @ k[:, part].T / math.sqrt(width), dim=-1)
        parts.append(scores @ v[:, part])
    norms = [
        (tensors[f"pooling.norm{i}.weight"], tensors[f"pooling.norm{i}.bias"]) for i in (1, 2)
    ]
    hidden = F.layer_norm(queries + torch.cat(parts, dim=1), (width,), *norms[0])
    forward = torch.relu(apply(tensors, "pooling.feed_forward", hidden))
    return F.layer_norm(hidden + forward, (width,), *norms[1])


def soft_prompt(tensors, pooling, states, words, ratio):
    """states: [tokens with specials, states width]; words: per token, None for specials."""
    if "token_width" in pooling:
        states = apply(tensors, "pooling.token_projection", states)
    text = [i for i, word in enumerate(words) if word is not None]
    units = [states[i] for i in text]
    if pooling.get("unit") == "words":
        by_word = {}
        for i in text:
            by_word.setdefault(words[i], []).append(states[i])
        units = [torch.stack(word).mean(0) for word in by_word.values()]
    windows = [units[i : i + ratio] for i in range(0, len(units), ratio)]
    kind = pooling["type"]
    if kind == "cls":
        rows = states[:1]
    elif kind == "mean":
        rows = torch.stack(units).mean(0, keepdim=True)
    elif kind == "pma" and pooling["scope"] == "chunk":
        queries = tensors["pooling.queries"][: len(windows)]
        rows = attention(tensors, pooling, queries, torch.stack(units))
    elif kind == "pma":
        rows = torch.cat(
            [attention(tensors, pooling, tensors["pooling.queries"], torch.stack(w)) for w in windows]
        )
    elif pooling["combine"] == "mean":
        rows = torch.stack([torch.stack(w).mean(0) for w in windows])
    else:
        width = units[0].shape[0]
        rows = torch.zeros(len(windows), ratio * width)
        for i, window in enumerate(windows):
            rows[i, : len(window) * width] = torch.cat(window)
    if pooling.get("projection"):
        name = "pooling.projection"
        rows = apply(tensors, f"{name}.{ratio}" if pooling.get("combine") == "concat" else name, rows)
    return rows


def adapt(tensors, soft):
    hidden = F.gelu(apply(tensors, "adapter.linear1", soft))
    out = apply(tensors, "adapter.linear2", hidden)
    if "adapter.residual.weight" in tensors:
        out = out + soft @ tensors["adapter.residual.weight"].T
    return out


def main():
    model = BertModel.from_pretrained(ENCODER, add_pooling_layer=False).float().eval()
    tokenizer = Tokenizer.from_file(os.path.join(ENCODER, "tokenizer.json"))
    encoder_digest = folder_digest(ENCODER)
    decoder_digest = hashlib.sha256(b"a decoder").hexdigest()
    expected = {"texts": tiny.TEXTS, "cases": []}
    for seed, (name, (pooling, layers, ratios, residual, dtype)) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        folder = os.path.join(OUT, name)
        os.makedirs(folder, exist_ok=True)
        tensors = {
            key: value.to(dtype) for key, value in make_tensors(pooling, layers, ratios, residual).items()
        }
        save_file(tensors, os.path.join(folder, "adapter.safetensors"))
        with open(os.path.join(folder, "adapter.json"), "w") as f:
            json.dump(
                {
                    "format_version": 1,
                    "trained": False,
                    "encoder": {
                        "name": "tiny-bert",
                        "digest": encoder_digest,
                        "hidden_size": tiny.HIDDEN,
                        "layers": layers,
                    },
                    "decoder": {
                        "name": "tiny-decoder",
                        "digest": decoder_digest,
                        "hidden_size": DECODER_HIDDEN,
                    },
                    "chunking": {"chunk_tokens": CHUNK_TOKENS, "chunker_version": 1},
                    "pooling": pooling | ({"wide": True} if pooling["pooled_width"] > 48 else {}),
                    "ratios": ratios,
                    "adapter": {"type": "mlp-gelu", "inner_width": 20, "residual": residual},
                },
                f,
                indent=2,
            )
        tensors = {key: value.float() for key, value in tensors.items()}
        for index, text in enumerate(tiny.TEXTS):
            encoding = tokenizer.encode(text)
            with torch.no_grad():
                hidden = model(torch.tensor([encoding.ids]), output_hidden_states=True).hidden_states
                states = torch.cat([hidden[layer][0] for layer in layers], dim=1)
                for ratio in ratios:
                    soft = soft_prompt(tensors, pooling, states, encoding.word_ids, ratio)
                    expected["cases"].append(
                        {
                            "bundle": name,
                            "text": index,
                            "ratio": ratio,
                            "soft_prompt": tiny.rounded(soft),
                            "adapted": tiny.rounded(adapt(tensors, soft)),
                        }
                    )
    with open(os.path.join(OUT, "expected.json"), "w") as f:
        json.dump(expected, f, separators=(",", ":"))


if __name__ == "__main__":
    main()
