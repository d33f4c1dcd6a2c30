"""
Writes a GGUF file's weights as the folder of safetensors that Jlama reads, in fp32.

Usage: python jlama_model.py GGUF FOLDER
"""
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer

gguf, folder = Path(sys.argv[1]), Path(sys.argv[2])
files = {"gguf_file": gguf.name}
AutoTokenizer.from_pretrained(gguf.parent, **files).save_pretrained(folder)
model = AutoModelForCausalLM.from_pretrained(gguf.parent, dtype=torch.float32, **files)
tensors = {k: v.float().contiguous() for k, v in model.state_dict().items()}
if model.config.tie_word_embeddings:
    tensors.pop("lm_head.weight", None)
save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
config = model.config.to_dict()
config.pop("quantization_config", None)
config["architectures"] = ["LlamaForCausalLM"]
config["torch_dtype"] = "float32"
config["rope_theta"] = (config.get("rope_parameters") or config)["rope_theta"]
(folder / "config.json").write_text(json.dumps(config, default=str), encoding="utf-8")
(folder / "README.md").write_text(f"Made of {gguf.name}, for Jlama.\n", encoding="utf-8")
