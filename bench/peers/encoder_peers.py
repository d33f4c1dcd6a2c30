"""
Encodes chunks of 128 tokens with sentence-transformers and onnxruntime, when told to: a line
`NAME SEED` on standard input is answered by a line of JSON.

Usage: python encoder_peers.py MODEL_FOLDER TEXTS.jsonl WORK_FOLDER THREADS
"""
import json
import random
import sys
import time
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from sentence_transformers import SentenceTransformer
from tokenizers import Tokenizer
from transformers import AutoModel

CHUNK = 128
SPECIALS = 2
BATCHES = (8, 16, 32, 64)


def chunks(tokenizer, path):
    """Texts of CHUNK tokens, the specials counted."""
    made = []
    for line in open(path, encoding="utf-8"):
        text = json.loads(line)["text"]
        offsets = tokenizer.encode(text, add_special_tokens=False).offsets
        step = CHUNK - SPECIALS
        for i in range(0, len(offsets) - step, step):
            made.append(text[offsets[i][0] : offsets[i + step - 1][1]])
    return made


class Onnx:
    """all-MiniLM's states, mean-pooled and normalized as its card says, by onnxruntime."""

    def __init__(self, tokenizer, path, threads):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )
        self.tokenizer = tokenizer

    def encode(self, texts, batch):
        out = []
        for i in range(0, len(texts), batch):
            encoded = self.tokenizer.encode_batch(texts[i : i + batch])
            ids = np.array([e.ids for e in encoded], dtype=np.int64)
            mask = np.array([e.attention_mask for e in encoded], dtype=np.int64)
            states = self.session.run(
                None, {"input_ids": ids, "attention_mask": mask, "token_type_ids": mask * 0}
            )[0]
            weights = mask[:, :, None].astype(np.float32)
            mean = (states * weights).sum(1) / weights.sum(1)
            out.append(mean / np.linalg.norm(mean, axis=1, keepdims=True))
        return np.concatenate(out)


def export(folder, work):
    """The fp32 graph and its int8 copy (dynamic, per channel)."""
    fp32, int8 = work / "encoder.onnx", work / "encoder.int8.onnx"
    if not int8.exists():
        model = AutoModel.from_pretrained(folder, attn_implementation="eager").eval()

        class States(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.model = model

            def forward(self, input_ids, attention_mask, token_type_ids):
                return self.model(
                    input_ids=input_ids,
                    attention_mask=attention_mask,
                    token_type_ids=token_type_ids,
                ).last_hidden_state

        names = ["input_ids", "attention_mask", "token_type_ids"]
        sample = tuple(torch.ones(2, CHUNK, dtype=torch.long) for _ in names)
        torch.onnx.export(
            States(),
            sample,
            str(fp32),
            input_names=names,
            output_names=["states"],
            dynamic_axes={n: {0: "batch", 1: "tokens"} for n in [*names, "states"]},
            dynamo=False,
        )
        quantize_dynamic(fp32, int8, weight_type=QuantType.QInt8, per_channel=True)
    return fp32, int8


def main():
    folder, texts, work, threads = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
    torch.set_num_threads(threads)
    tokenizer = Tokenizer.from_file(str(Path(folder) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    pool = chunks(tokenizer, texts)
    tokenizer.enable_padding()
    tokenizer.enable_truncation(CHUNK)
    reference = SentenceTransformer(folder, device="cpu")
    reference.max_seq_length = CHUNK
    fp32, int8 = export(folder, work)
    encoders = {
        "sentence-transformers": lambda t, b: reference.encode(
            t, batch_size=b, show_progress_bar=False, normalize_embeddings=True
        ),
        "onnxruntime": Onnx(tokenizer, fp32, threads).encode,
        "onnxruntime int8": Onnx(tokenizer, int8, threads).encode,
    }
    few = pool[:32]
    expected = encoders["sentence-transformers"](few, 32)
    found = {}
    best = {}
    for name, encode in encoders.items():
        vectors = encode(few, 32)
        found[name] = float((expected * vectors).sum(1).min())
        best[name] = min(BATCHES, key=lambda b: seconds(encode, few * 2, b))
    print(json.dumps({"ready": True, "batch": best, "least cosine": found}), flush=True)
    for line in sys.stdin:
        name, seed = line.rstrip("\n").rsplit(" ", 1)
        some = random.Random(int(seed)).sample(pool, min(64, len(pool)))
        took = seconds(encoders[name], some, best[name])
        tokens = len(some) * (CHUNK - SPECIALS)
        print(json.dumps({"tokens": tokens, "tokens_per_s": tokens / took}), flush=True)


def seconds(encode, texts, batch):
    encode(texts[:batch], batch)
    begin = time.perf_counter()
    encode(texts, batch)
    return time.perf_counter() - begin


main()
