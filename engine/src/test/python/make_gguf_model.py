"""Writes resources/goldens/model.gguf: a tiny Llama as llama.cpp's converter stores it.

Element [r, c] of every matrix is r + c / 64, so that a reader can tell which row it got; q and k are
permuted for an interleaved rotary embedding, and the rotary factors are those of Llama 3.1.
Run: python make_gguf_model.py ../resources/goldens/model.gguf   (needs gguf, numpy)
"""

import math
import sys

import gguf
import numpy as np

HIDDEN, HEADS, KV_HEADS, INTERMEDIATE, THETA = 32, 2, 1, 64, 500000.0
HEAD = HIDDEN // HEADS
PRINTABLE = [*range(33, 127), *range(161, 173), *range(174, 256)]
TOKENS = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + [chr(b) for b in PRINTABLE]
TOKENS += [chr(256 + i) for i in range(68)] + ["ab"]


def matrix(rows, columns):
    return (np.arange(rows)[:, None] + np.arange(columns)[None, :] / 64).astype(np.float32)


def permute(weights, heads):
    return (
        weights.reshape(heads, 2, weights.shape[0] // heads // 2, *weights.shape[1:])
        .swapaxes(1, 2).reshape(weights.shape)
    )


def llama3_factors():
    factors = []
    for i in range(0, HEAD, 2):
        wavelength = 2 * math.pi * THETA ** (i / HEAD)
        if wavelength < 8192 / 4:
            factors.append(1)
        elif wavelength > 8192:
            factors.append(8)
        else:
            smooth = (8192 / wavelength - 1) / 3
            factors.append(1 / ((1 - smooth) / 8 + smooth))
    return np.array(factors, dtype=np.float32)


def main(path):
    out = gguf.GGUFWriter(path, "llama")
    out.add_name("tiny")
    out.add_block_count(1)
    out.add_context_length(256)
    out.add_embedding_length(HIDDEN)
    out.add_feed_forward_length(INTERMEDIATE)
    out.add_head_count(HEADS)
    out.add_head_count_kv(KV_HEADS)
    out.add_layer_norm_rms_eps(1e-5)
    out.add_rope_freq_base(THETA)
    out.add_rope_dimension_count(HEAD)
    out.add_tokenizer_model("gpt2")
    out.add_tokenizer_pre("llama-bpe")
    out.add_token_list(TOKENS)
    out.add_token_types([3] * 3 + [1] * (len(TOKENS) - 3))
    out.add_token_merges(["a b"])
    out.add_bos_token_id(1)
    out.add_eos_token_id(0)
    out.add_chat_template("{{ bos_token }}{% for m in messages %}{{ m.content }}{{ eos_token }}{% endfor %}")
    out.add_tensor("token_embd.weight", matrix(len(TOKENS), HIDDEN).astype(np.float16))
    out.add_tensor("output_norm.weight", np.ones(HIDDEN, np.float32))
    out.add_tensor("rope_freqs.weight", llama3_factors())
    layer = {
        "attn_norm": np.ones(HIDDEN, np.float32), "ffn_norm": np.ones(HIDDEN, np.float32),
        "attn_q": permute(matrix(HIDDEN, HIDDEN), HEADS),
        "attn_k": permute(matrix(HEAD * KV_HEADS, HIDDEN), KV_HEADS),
        "attn_v": matrix(HEAD * KV_HEADS, HIDDEN), "attn_output": matrix(HIDDEN, HIDDEN),
        "ffn_gate": matrix(INTERMEDIATE, HIDDEN), "ffn_up": matrix(INTERMEDIATE, HIDDEN),
    }
    for name, values in layer.items():
        out.add_tensor(f"blk.0.{name}.weight", values)
    q8 = gguf.GGMLQuantizationType.Q8_0
    down = np.zeros((HIDDEN, INTERMEDIATE), np.float32)
    out.add_tensor("blk.0.ffn_down.weight", gguf.quants.quantize(down, q8), raw_dtype=q8)
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()


if __name__ == "__main__":
    main(sys.argv[1])
