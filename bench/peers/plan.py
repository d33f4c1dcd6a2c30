"""What is measured, and how large it is."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """How large a run is; `full` is what the targets are about."""

    context: int
    eight_context: int
    long: tuple
    repetitions: int
    eight_long_repetitions: int
    long_repetitions: int
    sweep: tuple
    full: bool


FULL = Size(7900, 7900, (8000, 128_000), 3, 2, 2, (128, 512, 2048), True)
QUICK = Size(1000, 300, (1000, 4000), 1, 1, 1, (512,), False)

QUESTION = 32
# The chat template adds about 30 tokens to each.
PROMPT_200 = 170
PROMPT_512 = 482
DECODED = 64


def work(context=0, question=QUESTION, output=DECODED, streams=1, requests=1, warm=False):
    """Options of `bench` for one repetition; `warm` asks about a document asked about before."""
    return {
        "context-tokens": context,
        "question-tokens": question,
        "output-tokens": output,
        "streams": streams,
        "requests": requests,
        "warmup": 1 if warm else 0,
        "repeat-share": 1 if warm else 0,
    }


def works(size):
    return {
        "cold": work(size.context),
        "warm": work(size.context, output=8, requests=5, warm=True),
        "eight": work(question=PROMPT_200, streams=8, requests=8),
        "eight-long": work(size.eight_context, streams=8, requests=8),
        "alone": work(question=PROMPT_200, requests=3),
        "prompt-512": work(question=PROMPT_512, output=2, requests=3),
    }


SOFT_8 = ["--mode", "soft", "--ratio", 8]
SOFT_16 = ["--mode", "soft", "--ratio", 16]
SOFT_32 = ["--mode", "soft", "--ratio", 32]
RETRIEVAL = ["--mode", "retrieval"]

# key, words, whose, metric, higher is better, at least, aim
TARGETS = [
    ("cold-8", "first token, {context} tokens of context never seen before, ratio 8", 15, 30),
    ("cold-16", "the same at ratio 16", 25, 45),
    ("warm", "first token, same document, new question, all caches warm", 4, 10),
    ("evicted", "first token, document evicted from the decoder, soft prompts cached", 30, 60),
    ("after", "time per output token after that context, one stream", 2, 5),
    ("eight", "tokens/s summed over 8 streams, 200-token prompts, no context", 1.0, 2),
    ("eight-long", "the same with {eight} tokens of context in each, all different", 3, 8),
    ("alone", "time per token alone, 200-token prompt", 0.5, 1.0),
    ("prompt-512", "first token, 512-token prompt as text", 1.5, 3),
    ("encoder", "encoder tokens/s, 128-token chunks", 1.2, 2),
    ("kv", "KV bytes held for a document of {context} tokens, ratio 8", 7, 14),
    ("kv-int8", "the same with keys and values in 8 bits (kv-precision int8)", 7, 14),
    ("long", "first token, {long} tokens of context, ratio 32, over {short} tokens", 24, 18),
]
