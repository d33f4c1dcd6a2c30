"""Writes resources/goldens/encoders: a tiny checkpoint of each family of text encoders, and what
transformers makes of a few texts.

Usage: python make_encoder_goldens.py   (torch, transformers, tokenizers)
"""
import json
import os

import torch

import tiny_checkpoints as tiny

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "..", "resources", "goldens", "encoders")
CASES = [
    ("bert", "mean", None),
    ("roberta", "cls", None),
    ("xlm-roberta", "mean", {"query": "query: ", "passage": "passage: "}),
]


def golden(model, tokenizer, pooling, prompt, text):
    ids = tokenizer.encode(prompt + text).ids
    with torch.no_grad():
        states = model(torch.tensor([ids]), output_hidden_states=True).hidden_states
    last = states[-1][0]
    embedding = last[0] if pooling == "cls" else last.mean(0)
    embedding = torch.nn.functional.normalize(embedding, dim=0)
    return {
        "text": text,
        "ids": ids,
        "layers": {
            str(layer): tiny.rounded(states[layer][0][:, :8]) for layer in range(len(states))
        },
        "embedding": [round(v, 6) for v in embedding.tolist()],
    }


def main():
    for family, pooling, prompts in CASES:
        folder = os.path.join(OUT, family)
        model, tokenizer = tiny.write(folder, family, pooling, prompts)
        prompts = prompts or {"passage": ""}
        expected = {
            role: [golden(model, tokenizer, pooling, prompts[role], text) for text in tiny.TEXTS]
            for role in prompts
        }
        with open(os.path.join(folder, "expected.json"), "w") as f:
            json.dump(expected, f, separators=(",", ":"))


if __name__ == "__main__":
    main()
