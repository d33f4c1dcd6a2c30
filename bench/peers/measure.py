"""Measures everybody in turn, one repetition each, so that a slow minute hits all alike."""
import json
import subprocess
import time

import machine
import plan
from client import Failure


class Turns:
    """Runs contestants alternately and keeps their numbers."""

    def __init__(self, client, patience):
        self.client = client
        self.patience = patience
        self.results = {}
        self.busiest = 0.0
        self.seed = int(time.time()) % 1_000_000 * 1000

    def quiet(self):
        """Waits a while for the machine to be idle; what is busy all the same is remembered."""
        deadline = time.monotonic() + self.patience
        busy = machine.others_busy()
        while busy > 0.1 and time.monotonic() < deadline:
            time.sleep(2)
            busy = machine.others_busy()
        self.busiest = max(self.busiest, busy)

    def next_seed(self):
        self.seed += 100
        return self.seed

    def run(self, key, work, contestants, repetitions):
        """`contestants`: name to (server, options, works differing, processes)."""
        names = list(contestants)
        for repetition in range(repetitions):
            for name in names if repetition % 2 == 0 else names[::-1]:
                server, more = contestants[name]
                self.quiet()
                data = self.client.measure(server, work, self.next_seed(), more)
                self.results.setdefault(key, {}).setdefault(name, []).append(data)
                summary = {m: data["summary"][m]["median"] for m in ("ttft_p50_ms", "tpot_p50_ms")}
                rate = data["summary"]["total_tokens_per_s"]["median"]
                print(f"  {key}: {name}: {summary}, {rate} tokens/s", flush=True)


class Talker:
    """A program that answers each line with a line of JSON."""

    def __init__(self, name, command, log):
        self.name = name
        self.log = open(log, "wb")
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.greeting = self.read()

    @property
    def pid(self):
        return self.process.pid

    def read(self):
        """The next line that is JSON; libraries print others."""
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise Failure(f"{self.name} ended; see {self.log.name}")

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.read()

    def resident(self):
        for line in machine.read(f"/proc/{self.pid}/status").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
        return None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def sweep(turns, make, builds, sizes, batches):
    """llama.cpp's fastest build and batch size, by the time of a long prompt and 32 tokens."""
    tried = []
    context = min(2000, sizes.context)
    for build in builds:
        for batch in batches:
            with make(build, batch) as server:
                work = plan.work(context, output=32, requests=2)
                turns.client.measure(server, {**work, "requests": 1}, turns.next_seed())
                turns.quiet()
                data = turns.client.measure(server, work, turns.next_seed())
                summary = data["summary"]
                entry = {
                    "build": build,
                    "batch": batch,
                    "features": server.features(),
                    "context": context,
                    "ttft_ms": summary["ttft_p50_ms"]["median"],
                    "tpot_ms": summary["tpot_p50_ms"]["median"],
                }
            print("  sweep:", entry, flush=True)
            tried.append(entry)
    return min(tried, key=lambda e: e["ttft_ms"] + plan.DECODED * e["tpot_ms"]), tried


def encoders(turns, ours, talker, size):
    """Encoder tokens per second: ours by gateway and wire in retrieval mode, theirs in process."""
    rates = {}
    work = plan.work(size.context, question=16, output=1, requests=2)
    names = ["ours", *talker.greeting["batch"]]
    for repetition in range(size.repetitions):
        for name in names if repetition % 2 == 0 else names[::-1]:
            turns.quiet()
            if name == "ours":
                data = turns.client.measure(ours, work, turns.next_seed(), plan.RETRIEVAL)
                requests = data["repetitions"][0]["requests"]
                told = [r["usage"] for r in requests if "usage" in r]
                rate = sum(u["encoder_tokens"] for u in told) / sum(u["encode_ms"] for u in told)
                rates.setdefault(name, []).append(rate * 1000)
            else:
                answer = talker.ask(f"{name} {repetition}")
                rates.setdefault(name, []).append(answer["tokens_per_s"])
            print(f"  encoder: {name}: {rates[name][-1]:,.0f} tokens/s", flush=True)
    return rates


def held(ours):
    """KV bytes our decoder keeps for documents at present, or None."""
    return ours.metric("e2llm_decoder_kv_held_bytes")


def one_stream(turns, talker, texts, size, long):
    """A peer in its own process: prompts as long as those of the others, one stream."""
    works = [
        ("alone", plan.PROMPT_200, plan.DECODED, size.repetitions),
        ("prompt-512", plan.PROMPT_512, 2, size.repetitions),
    ]
    if long:
        works.append(("cold", size.context + plan.QUESTION, 16, 1))
    results = {}
    for key, tokens, output, repetitions in works:
        for _ in range(repetitions):
            turns.quiet()
            answer = talker.ask(json.dumps({"text": texts(tokens), "output": output}))
            results.setdefault(key, []).append(answer)
            print(f"  {key}: {talker.name}: {answer}", flush=True)
    return results
