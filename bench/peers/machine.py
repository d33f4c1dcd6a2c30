"""What this machine is."""
import datetime
import os
import platform
import subprocess
from pathlib import Path

FLAGS = "avx2 fma f16c avx_vnni avx512f avx512bw avx512_vnni avx512_bf16 avx512_fp16 amx_int8"


def read(path):
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""


def describe(root):
    lines = read("/proc/cpuinfo").splitlines()
    field = {line.split(":")[0].strip(): line.split(":", 1)[1] for line in lines if ":" in line}
    have = field.get("flags", "").split()
    memory = read("/proc/meminfo").split("\n", 1)[0].split(":")[-1].split()
    commit = subprocess.run(
        ["git", "-C", root, "describe", "--always", "--dirty"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "cpu": field.get("model name", platform.processor()).strip(),
        "cores": os.cpu_count(),
        "flags": " ".join(flag for flag in FLAGS.split() if flag in have),
        "memory_gib": round(int(memory[0]) / 2**20, 1) if memory else None,
        "kernel": platform.release(),
        "commit": commit,
    }


def others_busy():
    """Share of all cores that other work takes at present, 0 to 1, over a second."""
    import time

    def sample():
        times = [int(n) for n in read("/proc/stat").split("\n", 1)[0].split()[1:9]]
        return sum(times), times[3] + times[4]

    all_before, idle_before = sample()
    time.sleep(1)
    all_after, idle_after = sample()
    total = all_after - all_before
    return 1 - (idle_after - idle_before) / total if total else 0.0
