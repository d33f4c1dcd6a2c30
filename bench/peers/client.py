"""Runs `./e2llm bench`, the one client that measures everybody."""
import json
import statistics
import subprocess
import tempfile
from pathlib import Path

from servers import E2LLM, Failure


class Client:
    """Measures servers and keeps all that was measured, in order."""

    def __init__(self, decoder, text, keep):
        self.common = ["--decoder-model", str(decoder)]
        if text:
            self.common += ["--text", str(text)]
        self.keep = keep

    def measure(self, server, work, seed, more=(), watch=()):
        """One repetition of a work (options by name) against a server; bench's data."""
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out.json"
            command = [E2LLM, "bench", *server.target(), *self.common, *more]
            command += ["--repetitions", 1, "--seed", seed, "--json", out, "--timeout", 3600]
            for watched in watch or [server]:
                command += ["--pid", f"{watched.name}={watched.pid}"]
            for option, value in work.items():
                command += [f"--{option}", value]
            ended = subprocess.run(
                [str(part) for part in command], capture_output=True, text=True, check=False
            )
            if not out.exists():
                raise Failure(f"bench against {server.name}: {ended.stderr.strip()}")
            data = json.loads(out.read_text())
        with open(self.keep, "a", encoding="utf-8") as kept:
            kept.write(json.dumps({"server": server.name, "seed": seed, "data": data}) + "\n")
        if data["failures"]:
            print("  failures:", server.name, data["failure_details"], flush=True)
        return data


def number(data, metric):
    value = data["summary"][metric]["median"]
    return float("nan") if value is None else value


def peak(data, label):
    memory = data["repetitions"][0]["memory"]
    return next(m["peak_bytes"] for m in memory if m["process"] == label)


def spread(values):
    return {"min": min(values), "median": statistics.median(values), "max": max(values)}
