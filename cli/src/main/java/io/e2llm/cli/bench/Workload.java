package io.e2llm.cli.bench;

import io.e2llm.cli.CommandFailure;

/**
 * What is asked of an endpoint.
 *
 * @param contextTokens tokens of each request's document; 0 is none
 * @param questionTokens tokens of each question
 * @param outputTokens tokens wanted of each answer
 * @param streams requests under way at once
 * @param requests measured requests of a repetition
 * @param warmup requests before them, which are not measured
 * @param repetitions how often all this is done, each time with other texts
 * @param repeatShare share of the measured requests that repeat a document sent before
 * @param seed decides all texts
 */
record Workload(
    int contextTokens,
    int questionTokens,
    int outputTokens,
    int streams,
    int requests,
    int warmup,
    int repetitions,
    double repeatShare,
    long seed) {
  Workload {
    require("--context-tokens", contextTokens, 0, 1_000_000);
    require("--question-tokens", questionTokens, 4, 100_000);
    require("--output-tokens", outputTokens, 1, 100_000);
    require("--streams", streams, 1, 1_000);
    require("--requests", requests, 1, 1_000_000);
    require("--warmup", warmup, 0, 1_000);
    require("--repetitions", repetitions, 1, 1_000);
    if (!(repeatShare >= 0 && repeatShare <= 1)) {
      throw CommandFailure.wrongUse("--repeat-share is not within 0 to 1");
    }
    if (repeatShare > 0 && contextTokens == 0) {
      throw CommandFailure.wrongUse("--repeat-share wants documents: add --context-tokens");
    }
    if (repeatShare == 1 && warmup == 0) {
      throw CommandFailure.wrongUse(
          "--repeat-share 1 repeats what the warm-up has sent: add --warmup");
    }
  }

  /** The number of streams, for people. */
  String streamsInWords() {
    return streams == 1 ? "1 stream" : streams + " streams";
  }

  private static void require(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw CommandFailure.wrongUse("%s is not within %d to %d".formatted(option, least, most));
    }
  }
}
