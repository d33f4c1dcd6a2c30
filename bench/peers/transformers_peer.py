"""
Generates with `transformers` in fp32 from the same GGUF file, when told to: a line
`{"text": ..., "output": N}` on standard input is answered by a line of JSON.

Usage: python transformers_peer.py GGUF THREADS
"""
import json
import sys
import time
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer


def main():
    gguf, threads = Path(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(threads)
    files = {"gguf_file": gguf.name}
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, **files)
    model = AutoModelForCausalLM.from_pretrained(gguf.parent, dtype=torch.float32, **files).eval()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        messages = [{"role": "user", "content": asked["text"]}]
        rendered = tokenizer.apply_chat_template(
            messages, add_generation_prompt=True, tokenize=False
        )
        begin = time.perf_counter()
        ids = tokenizer(rendered, return_tensors="pt", add_special_tokens=False).input_ids
        times = []
        with torch.inference_mode():
            out = model(ids, use_cache=True, logits_to_keep=1)
            times.append(time.perf_counter())
            for _ in range(asked["output"] - 1):
                token = out.logits[:, -1:].argmax(-1)
                out = model(
                    token, past_key_values=out.past_key_values, use_cache=True, logits_to_keep=1
                )
                times.append(time.perf_counter())
        millis = (times[-1] - times[0]) * 1e3 / max(1, len(times) - 1)
        print(
            json.dumps(
                {
                    "prompt_tokens": ids.shape[1],
                    "ttft_ms": (times[0] - begin) * 1e3,
                    "tpot_ms": millis if len(times) > 1 else None,
                }
            ),
            flush=True,
        )


main()
