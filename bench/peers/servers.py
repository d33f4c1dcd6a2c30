"""Servers on loopback: llama.cpp's and our own."""
import os
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
E2LLM = ROOT / "e2llm"


class Failure(Exception):
    """One who takes part failed; the others go on."""


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """A process that serves; `with` stops it."""

    def __init__(self, name, command, log, ready, env=None):
        self.name = name
        self.log = log
        self.out = open(log, "wb")
        self.process = subprocess.Popen(
            [str(part) for part in command],
            stdout=self.out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(env or {})},
        )
        try:
            self.await_ready(ready)
        except BaseException:
            self.stop()
            raise

    @property
    def pid(self):
        return self.process.pid

    def text(self):
        return self.log.read_text(errors="replace")

    def await_ready(self, ready, seconds=600):
        deadline = time.monotonic() + seconds
        while not ready(self):
            if self.process.poll() is not None:
                raise Failure(f"{self.name} ended: {self.text()[-2000:]}")
            if time.monotonic() > deadline:
                raise Failure(f"{self.name} is not ready after {seconds} s")
            time.sleep(0.2)

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.out.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def healthy(port):
    def ready(_):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    return ready


class Llama(Server):
    """llama.cpp's server: the wheel's, or where `built` is given the one built for this CPU."""

    def __init__(self, work, name, python, built, gguf, slots, batch, context=8192, threads=2):
        port = free_port()
        self.url = f"http://127.0.0.1:{port}/v1"
        if built is None:
            command = [python, HERE / "llama_server.py", gguf, port, threads, slots, context, batch]
        else:
            command = [built / "llama-server", "-m", gguf, "--host", "127.0.0.1", "--port", port]
            command += ["-t", threads, "-tb", threads, "-c", context * slots, "-np", slots]
            command += ["-fa", "on", "-b", max(2048, batch), "-ub", batch, "-lv", 4]
        super().__init__(name, command, work / f"{name}.log", healthy(port))

    def features(self):
        for line in self.text().splitlines():
            if "AVX" in line and "CPU" in line:
                return line.split("CPU :")[-1].strip(" |")
        return "unknown"

    def target(self):
        return ["--openai", self.url]


class Ours(Server):
    """All our tiers in one process."""

    def __init__(self, work, name, bundle, models, settings):
        self.port, self.metrics_port = free_port(), free_port()
        command = [E2LLM, "up", "--bundle", bundle, "--encoder", models[0], "--decoder", models[1]]
        chosen = {
            "gateway-listen.port": self.port,
            "encoder-listen.port": 0,
            "decoder-listen.port": 0,
            "http.enabled": "false",
            "metrics.port": self.metrics_port,
            **settings,
        }
        for key, value in chosen.items():
            command += ["--set", f"{key}={value}"]
        super().__init__(name, command, work / f"{name}.log", says_ready)

    def target(self):
        return ["--gateway", f"127.0.0.1:{self.port}"]

    def metric(self, name):
        address = f"http://127.0.0.1:{self.metrics_port}/metrics"
        with urllib.request.urlopen(address, timeout=5) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith(name + " ") or line.startswith(name + "{"):
                    return float(line.split()[-1])
        return None


def says_ready(server):
    return "\nready" in server.text()


class Tier(Server):
    """One of our tiers as a process of its own."""

    def __init__(self, work, tier, more):
        self.port = free_port()
        command = [E2LLM, tier, "--listen", f"127.0.0.1:{self.port}", "--metrics", "off", *more]
        super().__init__(tier, command, work / f"tier-{tier}.log", says_ready)

    def target(self):
        return ["--gateway", f"127.0.0.1:{self.port}"]
