"""Writes the page of a run. Usage: python page.py RESULTS.json > PAGE.md"""
import json
import statistics
import sys

import plan

TTFT, TPOT, RATE = "ttft_p50_ms", "tpot_p50_ms", "total_tokens_per_s"


class Found:
    """The numbers of a run by work and contestant, one to each repetition."""

    def __init__(self, found):
        self.found = found
        self.size = plan.Size(**found["size"])

    def values(self, key, who, metric):
        data = self.found["results"].get(key, {}).get(who, [])
        values = [d["summary"][metric]["median"] for d in data]
        return [v for v in values if v is not None]

    def pair(self, key):
        """Peer's values, ours, and whether higher is better; empty lists for what was not run."""
        v = self.values
        match key:
            case "cold-8":
                return v("cold", "llama.cpp", TTFT), v("cold", "ours", TTFT), False
            case "cold-16":
                return v("cold", "llama.cpp", TTFT), v("cold", "ours-16", TTFT), False
            case "evicted":
                return v("cold", "llama.cpp", TTFT), v("evicted", "ours", TTFT), False
            case "after":
                return v("cold", "llama.cpp", TPOT), v("cold", "ours", TPOT), False
            case "warm" | "prompt-512":
                return v(key, "llama.cpp", TTFT), v(key, "ours", TTFT), False
            case "alone":
                return v(key, "llama.cpp", TPOT), v(key, "ours", TPOT), False
            case "eight" | "eight-long":
                return v(key, "llama.cpp", RATE), v(key, "ours", RATE), True
            case "encoder":
                rates = self.found.get("encoder", {})
                return rates.get("sentence-transformers", []), rates.get("ours", []), True
            case "kv":
                kv = self.found.get("kv", {})
                return listed(kv.get("llama.cpp")), listed(kv.get("ours")), False
            case "kv-int8":
                kv = self.found.get("kv", {})
                return listed(kv.get("llama.cpp")), listed(kv.get("ours-int8")), False
            case "long":
                return v("long", "long", TTFT), v("long", "short", TTFT), False
        raise ValueError(key)


def listed(value):
    return [] if value is None else [value]


def amount(values, unit):
    """Median, and least to most where there are several."""
    if not values:
        return "not measured"
    scale, name, digits = {
        "ms": (1, "ms", 1),
        "s": (1000, "s", 2),
        "tokens/s": (1, "tokens/s", 1),
        "MB": (1e6, "MB", 1),
    }[unit]
    shown = [f"{v / scale:,.{digits}f}" for v in (statistics.median(values), min(values), max(values))]
    return f"{shown[0]} {name}" + (f" ({shown[1]}-{shown[2]})" if len(values) > 1 else "")


UNITS = {
    "cold-8": "s",
    "cold-16": "s",
    "warm": "s",
    "evicted": "s",
    "after": "ms",
    "eight": "tokens/s",
    "eight-long": "tokens/s",
    "alone": "ms",
    "prompt-512": "s",
    "encoder": "tokens/s",
    "kv": "MB",
    "kv-int8": "MB",
    "long": "s",
}


def targets(found):
    lines = ["| work | peer | ours | ratio | at least | aim | |", "|---|---|---|---|---|---|---|"]
    size = found.size
    for key, words, least, aim in plan.TARGETS:
        peer, ours, rate = found.pair(key)
        words = words.format(
            context=f"{size.context:,}",
            eight=f"{size.eight_context:,}",
            short=f"{size.long[0]:,}",
            long=f"{size.long[1]:,}",
        )
        unit = UNITS[key]
        cells = [words, amount(peer, unit), amount(ours, unit)]
        if not peer or not ours:
            lines.append(row(*cells, "-", least, aim, ""))
            continue
        a, b = statistics.median(peer), statistics.median(ours)
        ratio = b / a if rate else a / b
        limit = f"at most {least}" if key == "long" else least
        lines.append(row(*cells, f"{ratio:.2f}", limit, aim, verdict(key, ratio, least, aim, size)))
    return lines


def verdict(key, ratio, least, aim, size):
    if not size.full:
        return ""
    if key == "long":
        return "aim met" if ratio <= aim else "met" if ratio <= least else "**missed**"
    return "aim met" if ratio >= aim else "met" if ratio >= least else "**missed**"


def row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def everybody(found):
    """All that was measured of every work, those without a target too."""
    lines = [
        "| work | who | first token | per output token | tokens/s in all | prompt tokens | answers |",
        "|---|---|---|---|---|---|---|",
    ]
    for key, by_name in found.found["results"].items():
        for who in by_name:
            values = lambda metric: found.values(key, who, metric)  # noqa: E731, B023
            requests = [r for d in by_name[who] for r in d["repetitions"][0]["requests"]]
            lines.append(
                row(
                    key,
                    who,
                    amount(values(TTFT), "s"),
                    amount(values(TPOT), "ms"),
                    amount(values(RATE), "tokens/s"),
                    prompt(requests),
                    answers(requests),
                )
            )
    for who, key, answers_ in in_process(found):
        first = [a["ttft_ms"] for a in answers_]
        each = [a["tpot_ms"] for a in answers_ if a["tpot_ms"] is not None]
        prompts = [a["prompt_tokens"] for a in answers_]
        cells = [key, who, amount(first, "s"), amount(each, "ms"), "-"]
        lines.append(row(*cells, f"{statistics.median(prompts):.0f}", f"{len(answers_)} of {len(answers_)}"))
    return lines


def in_process(found):
    by_name = found.found.get("in process", {})
    return [(who, key, answers_) for who, works in by_name.items() for key, answers_ in works.items()]


def prompt(requests):
    """Tokens the endpoint said it read: text, and soft ones beside it."""
    told = [r["usage"] for r in requests if "usage" in r and "prompt_tokens" in r["usage"]]
    if not told:
        return "-"
    text = statistics.median(u["prompt_tokens"] for u in told)
    soft = statistics.median(u.get("soft_tokens", 0) for u in told)
    return f"{text:.0f}" + (f" + {soft:.0f} soft" if soft else "")


def answers(requests):
    good = [r for r in requests if "tokens" in r]
    lengths = sorted({r["tokens"] for r in good})
    shown = "-".join(str(n) for n in ([lengths[0], lengths[-1]] if len(lengths) > 1 else lengths))
    return f"{len(good)} of {len(requests)}, {shown} tokens each"


def sweeps(found):
    llama = found.found.get("llama")
    if not llama:
        return ["Not run."]
    lines = ["| build | micro-batch | first token | per token | its CPU features |", "|---|---|---|---|---|"]
    for e in llama["sweep"]:
        chosen = " **chosen**" if e == llama["best"] else ""
        cells = [e["build"] + chosen, e["batch"], f"{e['ttft_ms'] / 1000:.2f} s", f"{e['tpot_ms']:.1f} ms"]
        lines.append(row(*cells, e["features"].replace("|", ",")))
    return lines


def encoder(found):
    rates = found.found.get("encoder")
    if not rates:
        return ["Not run."]
    peers = found.found["encoder peers"]
    lines = ["| encoder | tokens/s | batch | least cosine to sentence-transformers |", "|---|---|---|---|"]
    for who, values in rates.items():
        cosine = peers["least cosine"].get(who)
        shown = "-" if cosine is None else f"{cosine:.5f}"
        lines.append(row(who, amount(values, "tokens/s"), peers["batch"].get(who, "-"), shown))
    return lines


def memory(found):
    lines = ["| process | peak resident |", "|---|---|"]
    for key, name in (("cold", "llama.cpp"), ("eight-long", "llama.cpp"), ("cold", "ours"), ("eight-long", "ours")):
        for data in found.found["results"].get(key, {}).get(name, [])[-1:]:
            for one in data["repetitions"][0]["memory"]:
                if one["peak_bytes"]:
                    where = "all tiers in one process" if one["process"] == "ours" else one["process"]
                    lines.append(row(f"{where}, after `{key}`", f"{one['peak_bytes'] / 1e6:,.0f} MB"))
    for key, tiers in found.found.get("memory", {}).items():
        tokens = found.size.long[0 if key == "short" else 1]
        for tier, peak in tiers.items():
            lines.append(row(f"our {tier} alone, after {tokens:,} tokens", f"{(peak or 0) / 1e6:,.0f} MB"))
    for who, peak in found.found.get("in process peak", {}).items():
        lines.append(row(who, f"{(peak or 0) / 1e6:,.0f} MB"))
    return lines


def failures(data):
    failed = data.get("failed", {})
    if not failed:
        return []
    return ["## What failed", "", *(f"- `{part}`: {why}" for part, why in failed.items()), ""]


def text(data):
    found = Found(data)
    machine, size = data["machine"], found.size
    title = "# Benchmarks" if size.full else "# Benchmarks, a quick run: sizes too small for the targets"
    versions = ", ".join(f"{name} {number}" for name, number in data["versions"].items())
    return "\n".join(
        [
            title,
            "",
            "Written by [bench/peers](../bench/peers/README.md); every number is of one run, in which all took turns and one client, `e2llm bench`, measured them"
            " (`transformers`, Jlama and the encoders of others are called in their own processes). Medians over the repetitions, with least and most in brackets.",
            "",
            f"- **When and where**: {machine['date']}; {machine['cpu']}, {machine['cores']} cores ({machine['flags']}), {machine['memory_gib']} GiB, Linux {machine['kernel']}",
            f"- **Command**: `{data['command']}` at commit `{machine['commit']}`",
            f"- **Versions**: {versions}",
            f"- **Model of all**: {data['model']}; greedy, end tokens ignored, texts seeded and new to each repetition",
            f"- **Other load**: before a measurement other processes took at most {100 * data['busiest']:.0f} % of the cores",
            "",
            "## Targets",
            "",
            "Ratio is the peer's time over ours, or our rate over the peer's; the last row is our own time over our own. Our rows with a context run in `soft` mode with an"
            " **untrained bundle: they measure speed only**, its answers are noise. All others read the whole context as text.",
            "",
            *targets(found),
            "",
            "llama.cpp's KV bytes are those its f16 cache needs for the document's tokens; ours are read from the decoder's metrics after one question, whose tokens they"
            " include. `evicted` runs with a decoder that keeps nothing of a document, against llama.cpp's first row.",
            "",
            "## Everything measured",
            "",
            "`cold`: a document nobody has seen. `warm`: a new question about a document asked about just before. `eight`, `eight-long`: 8 streams. `alone`: a 200-token prompt."
            " `kv`, `long`: for the rows above. `ours-16` is ratio 16, `ours-kv-int8` keeps keys and values in 8 bits (`kv-precision`). `llama.cpp-q8` is the same model, requantized to Q8_0. Jlama gets the same weights in its own Q4 and answers nonsense with them: speed only.",
            "",
            *everybody(found),
            "",
            "## llama.cpp's settings",
            "",
            f"Two threads, flash attention, KV in f16; build and micro-batch from a sweep with a prompt of {found.found.get('llama', {}).get('best', {}).get('context', 0):,} tokens. `wheel` is the one inside `xllamacpp`'s wheel, `native`"
            " the same version built from the package's source for this CPU.",
            "",
            *sweeps(found),
            "",
            "## Encoder tier",
            "",
            "Chunks of 128 tokens with specials, which are not counted. Ours is the whole way: text through the gateway, chunking, tokenizing, encoding, back over gRPC. The"
            " others get chunks of exactly that length, 64 at a time at their best batch size, tokenizing included; int8 is onnxruntime's dynamic quantization.",
            "",
            *encoder(found),
            "",
            "## Memory",
            "",
            *memory(found),
            "",
            *failures(data),
        ]
    )


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as results:
        print(text(json.load(results)), end="")
