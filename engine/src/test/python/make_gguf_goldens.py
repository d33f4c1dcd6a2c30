"""Writes resources/goldens/types.gguf and types.json: tensors of every supported type and their fp32.

gguf-py's own dequantization is the reference. What gguf-py cannot quantize (the K types) is random
bytes with scales that are finite. Run: python make_gguf_goldens.py ../resources/goldens   (needs gguf, numpy)
"""

import base64
import json
import pathlib
import sys

import gguf
import numpy as np
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType as T

ROWS = 3
COLUMNS = 512
# Where the fp16 scales stand in a block of a K type.
SCALES = {T.Q4_K: (0, 2), T.Q5_K: (0, 2), T.Q6_K: (208,)}


def random_blocks(rng, kind):
    elements, size = GGML_QUANT_SIZES[kind]
    blocks = rng.integers(0, 256, (ROWS, COLUMNS // elements, size), dtype=np.uint8)
    for at in SCALES[kind]:
        scales = rng.normal(0, 0.01, blocks.shape[:2]).astype(np.float16)
        blocks[..., at : at + 2] = scales[..., None].view(np.uint8)
    return blocks.reshape(ROWS, -1)


def main(folder):
    rng = np.random.default_rng(11)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(folder / "types.gguf", "llama")
    writer.add_block_count(1)
    writer.add_array("test.strings", ["a", "ü", ""])
    writer.add_array("test.integers", [1, -2, 3])
    writer.add_array("test.numbers", [0.5, -0.25])
    writer.add_bool("test.flag", True)
    expected = {}
    for kind in (T.F32, T.F16, T.BF16, T.Q8_0, T.Q4_0, T.Q4_1, T.Q5_0, T.Q5_1, T.Q4_K, T.Q5_K, T.Q6_K):
        if kind in SCALES:
            data = random_blocks(rng, kind)
        else:
            values = rng.normal(0, 1, (ROWS, COLUMNS)).astype(np.float32)
            values[0, :32] = 0
            data = gguf.quants.quantize(values, kind)
        fp32 = gguf.quants.dequantize(data, kind).astype("<f4")
        assert fp32.shape == (ROWS, COLUMNS) and np.isfinite(fp32).all()
        writer.add_tensor(kind.name, data, raw_dtype=None if kind in (T.F32, T.F16) else kind)
        expected[kind.name] = base64.b64encode(fp32.tobytes()).decode()
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    (folder / "types.json").write_text(json.dumps(expected, indent=1))


if __name__ == "__main__":
    main(sys.argv[1])
