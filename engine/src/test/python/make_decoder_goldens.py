"""Writes tiny random decoders of each family, and what transformers makes of them.

usage: python make_decoder_goldens.py [engine/src/test/resources/goldens/decoders]

For each: a Hugging Face folder (config.json, model.safetensors, a tokenizer of words) and golden.json with a prompt, the
logits after its last token, and greedy ids. Weights are seeded and larger than a trained model's
first weights, so that logits differ clearly from token to token. fp32, eager attention.
"""

import itertools
import json
import pathlib
import sys

import torch
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
    Qwen2Config,
    Qwen2ForCausalLM,
)

VOCABULARY = 64
COMMON = dict(
    vocab_size=VOCABULARY,
    hidden_size=32,
    intermediate_size=20,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    max_position_embeddings=256,
    rms_norm_eps=1e-5,
    bos_token_id=1,
    eos_token_id=2,
    attn_implementation="eager",
)


def rope(**values):
    return dict(rope_theta=values.pop("theta", 10000.0), **values)


MODELS = {
    "llama": (LlamaForCausalLM, LlamaConfig(**COMMON, tie_word_embeddings=True)),
    "llama-untied-wide-heads": (
        LlamaForCausalLM,
        LlamaConfig(**COMMON, head_dim=12, tie_word_embeddings=False),
    ),
    "llama-linear-rope": (
        LlamaForCausalLM,
        LlamaConfig(
            **COMMON,
            tie_word_embeddings=True,
            rope_parameters=rope(rope_type="linear", factor=4.0),
        ),
    ),
    "llama-llama3-rope": (
        LlamaForCausalLM,
        LlamaConfig(
            **COMMON,
            tie_word_embeddings=True,
            rope_parameters=rope(
                theta=500.0,
                rope_type="llama3",
                factor=8.0,
                low_freq_factor=1.0,
                high_freq_factor=4.0,
                original_max_position_embeddings=64,
            ),
        ),
    ),
    "qwen2": (
        Qwen2ForCausalLM,
        Qwen2Config(**COMMON, tie_word_embeddings=True, rope_parameters=rope(theta=1000000.0)),
    ),
    "mistral": (
        MistralForCausalLM,
        MistralConfig(**COMMON, tie_word_embeddings=False, sliding_window=16),
    ),
}


@torch.no_grad()
def build(make, config, seed):
    """A seeded model, a prompt and its greedy ids; None where a choice is too close."""
    torch.manual_seed(seed)
    model = make(config).float().eval()
    for name, parameter in model.named_parameters():
        if "norm" in name:
            parameter.copy_(1 + 0.2 * torch.randn_like(parameter))
        elif "bias" in name:
            parameter.copy_(0.5 * torch.randn_like(parameter))
        else:
            parameter.copy_(0.25 * torch.randn_like(parameter))
    prompt = torch.randint(3, VOCABULARY, (1, 40))
    logits = model(prompt).logits[0, -1]
    ids = prompt
    for _ in range(48):
        following = model(ids, use_cache=False).logits[0, -1]
        best = following.topk(2).values
        if best[0] - best[1] < 5e-3:
            return None
        ids = torch.cat([ids, following.argmax().view(1, 1)], 1)
    return model, prompt, logits, ids


def write(folder, model, prompt, logits, ids):
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    (folder / "generation_config.json").unlink(missing_ok=True)
    golden = {
        "prompt": prompt[0].tolist(),
        "logits": [round(x, 5) for x in logits.tolist()],
        "greedy_ids": ids[0, prompt.size(1) :].tolist(),
    }
    words = {f"t{i}": i for i in range(VOCABULARY)}
    Tokenizer(WordLevel(words, unk_token="t0")).save(str(folder / "tokenizer.json"))
    (folder / "golden.json").write_text(json.dumps(golden) + "\n")


def main():
    default = pathlib.Path(__file__).parents[1] / "resources/goldens/decoders"
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    for seed, (name, (make, config)) in enumerate(MODELS.items()):
        tries = (build(make, config, 100 * seed + k) for k in itertools.count())
        write(root / name, *next(built for built in tries if built))
        print(name)


if __name__ == "__main__":
    main()
