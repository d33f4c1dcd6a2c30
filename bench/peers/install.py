"""Installs the peers from their registries into a folder outside the repository."""
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

PACKAGES = [
    "xllamacpp",
    "torch",
    "transformers",
    "sentence-transformers",
    "onnxruntime",
    "onnx",
    "onnxscript",
    "accelerate",
    "gguf",
]


class Failure(Exception):
    """Something cannot be installed."""


def run(command, log, **more):
    with open(log, "ab") as out:
        ended = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, check=False, **more)
    if ended.returncode != 0:
        raise Failure(f"failed: {' '.join(map(str, command))}; see {log}")


def python(cache):
    """The interpreter of a virtual environment with all packages, made where it is missing."""
    folder = cache / "venv"
    interpreter = folder / "bin" / "python"
    stamp = cache / "installed"
    wanted = "\n".join(PACKAGES)
    if not stamp.exists() or stamp.read_text() != wanted:
        print("installing from PyPI:", ", ".join(PACKAGES), flush=True)
        cache.mkdir(parents=True, exist_ok=True)
        log = cache / "install.log"
        if not interpreter.exists():
            run([sys.executable, "-m", "venv", folder], log)
        run([interpreter, "-m", "pip", "install", "--quiet", *PACKAGES], log)
        stamp.write_text(wanted)
    return interpreter


def version(interpreter, package):
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run(
        [interpreter, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def native_llama(cache, interpreter):
    """
    llama-server and llama-quantize of the same llama.cpp, built for this machine's CPU out of
    xllamacpp's source package: its wheel is built for AVX2. None where there is no compiler.
    """
    if not (shutil.which("cmake") and shutil.which("c++")):
        return None
    number = version(interpreter, "xllamacpp")
    folder = cache / f"llama-native-{number}"
    built = folder / "build" / "bin"
    if not (built / "llama-server").exists() or not (built / "llama-quantize").exists():
        print("building llama.cpp for this CPU; takes about a quarter of an hour", flush=True)
        folder.mkdir(parents=True, exist_ok=True)
        log = cache / "native.log"
        pip = [interpreter, "-m", "pip", "download", "--quiet", "--no-deps"]
        run([*pip, "--no-binary", ":all:", "-d", folder, f"xllamacpp=={number}"], log)
        with tarfile.open(next(folder.glob("*.tar.gz"))) as archive:
            archive.extractall(folder, filter="data")
        source = next(folder.glob("xllamacpp-*/thirdparty/llama.cpp"))
        off = ["LLAMA_CURL", "LLAMA_OPENSSL", "LLAMA_BUILD_TESTS", "LLAMA_BUILD_EXAMPLES"]
        off += ["LLAMA_BUILD_UI", "BUILD_SHARED_LIBS"]
        flags = ["-DCMAKE_BUILD_TYPE=Release", "-DGGML_NATIVE=ON", *(f"-D{f}=OFF" for f in off)]
        run(["cmake", "-S", source, "-B", folder / "build", *flags], log)
        targets = ["--target", "llama-server", "--target", "llama-quantize"]
        jobs = str(os.cpu_count())
        run(["cmake", "--build", folder / "build", "-j", jobs, *targets], log)
    return built


def q8_0(cache, built, gguf):
    """The same model in Q8_0, made of the file that is there; None without llama-quantize."""
    if built is None:
        return None
    made = cache / (gguf.stem.rsplit(".", 1)[0] + ".requantized.Q8_0.gguf")
    if not made.exists():
        command = [built / "llama-quantize", "--allow-requantize", gguf, made, "Q8_0", "2"]
        run(command, cache / "quantize.log")
    return made


JLAMA = "0.8.4"
POM = """<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>peers</groupId><artifactId>jlama</artifactId><version>1</version>
<dependencies>
<dependency><groupId>com.github.tjake</groupId><artifactId>jlama-core</artifactId><version>{0}</version></dependency>
<dependency><groupId>com.github.tjake</groupId><artifactId>jlama-native</artifactId><version>{0}</version><classifier>linux-x86_64</classifier></dependency>
</dependencies></project>
"""


def jlama(cache, interpreter, gguf):
    """Jlama's class path, and the model as a folder that it reads."""
    folder = cache / f"jlama-{JLAMA}"
    classpath, model = folder / "classpath", folder / gguf.stem
    log = cache / "jlama.log"
    if not classpath.exists():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "pom.xml").write_text(POM.format(JLAMA), encoding="utf-8")
        goal = ["dependency:build-classpath", f"-Dmdep.outputFile={classpath}"]
        run(["mvn", "-q", "-B", "-f", folder / "pom.xml", *goal], log)
    if not (model / "config.json").exists():
        run([interpreter, Path(__file__).with_name("jlama_model.py"), gguf, model], log)
    return classpath.read_text(encoding="utf-8"), model


def default_cache():
    root = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(root) / "e2llm-peers"
