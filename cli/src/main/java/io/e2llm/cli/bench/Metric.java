package io.e2llm.cli.bench;

/** What is reported of each repetition, under names that stay. */
enum Metric {
  /** From sending a request to its first token, median. */
  TTFT_P50("ttft_p50_ms", "time to first token, p50", "ms"),
  /** The same, 95th percentile. */
  TTFT_P95("ttft_p95_ms", "time to first token, p95", "ms"),
  /** From first to last token over the tokens after the first, median of the requests. */
  TOKEN_P50("tpot_p50_ms", "time per output token, p50", "ms"),
  /** The same, 95th percentile. */
  TOKEN_P95("tpot_p95_ms", "time per output token, p95", "ms"),
  /** Between two token events of a stream, median. */
  GAP_P50("gap_p50_ms", "gap between tokens, p50", "ms"),
  /** The longest of them. */
  GAP_MAX("gap_max_ms", "gap between tokens, longest", "ms"),
  /** Tokens per second within one stream: the median request's. */
  STREAM_RATE("stream_tokens_per_s", "tokens/s of one stream", "1/s"),
  /** All tokens from the first request to the last token. */
  TOTAL_RATE("total_tokens_per_s", "tokens/s of all streams", "1/s"),
  /** Tokens while all streams were decoding: none waited for its first token or had ended. */
  DECODE_RATE("decode_tokens_per_s", "tokens/s while all decode", "1/s"),
  /** Answers per second. */
  REQUEST_RATE("requests_per_s", "requests/s", "1/s"),
  /** From the first request to the last token. */
  SECONDS("seconds", "first request to last token", "s");

  private final String key;
  private final String words;
  private final String unit;

  Metric(String key, String words, String unit) {
    this.key = key;
    this.words = words;
    this.unit = unit;
  }

  /** Its name in data. */
  String key() {
    return key;
  }

  /** Its name for people. */
  String words() {
    return words;
  }

  /** Its unit. */
  String unit() {
    return unit;
  }
}
