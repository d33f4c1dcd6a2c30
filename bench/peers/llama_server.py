"""Serves a GGUF file with the llama.cpp inside the `xllamacpp` package, until it is told to stop.

Usage: python llama_server.py GGUF PORT THREADS SLOTS CONTEXT BATCH
"""
import signal
import sys
import threading

import xllamacpp


def main():
    gguf = sys.argv[1]
    port, threads, slots, context, batch = map(int, sys.argv[2:])
    params = xllamacpp.CommonParams()
    params.model.path = gguf
    params.hostnames = ["127.0.0.1"]
    params.port = port
    params.n_ctx = context * slots
    params.n_parallel = slots
    params.n_batch = max(2048, batch)
    params.n_ubatch = batch
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.flash_attn_type = xllamacpp.llama_flash_attn_type.LLAMA_FLASH_ATTN_TYPE_ENABLED
    params.cont_batching = True
    params.cache_prompt = True
    params.warmup = True
    params.verbosity = 4
    print("system", xllamacpp.get_system_info(), flush=True)
    server = xllamacpp.Server(params)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    print("ready", server.listening_address, flush=True)
    while not stop.wait(0.5):
        pass


main()
