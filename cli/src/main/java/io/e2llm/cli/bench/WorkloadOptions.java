package io.e2llm.cli.bench;

import io.e2llm.cli.texts.FileText;
import io.e2llm.cli.texts.SentenceSource;
import io.e2llm.cli.texts.WordModel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the workload. */
final class WorkloadOptions {
  @Option(
      names = "--context-tokens",
      paramLabel = "N",
      defaultValue = "2000",
      description = "Decoder tokens of each document; 0 is none. Default: ${DEFAULT-VALUE}.")
  private int contextTokens;

  @Option(
      names = "--question-tokens",
      paramLabel = "N",
      defaultValue = "32",
      description = "Decoder tokens of each question. Default: ${DEFAULT-VALUE}.")
  private int questionTokens;

  @Option(
      names = "--output-tokens",
      paramLabel = "N",
      defaultValue = "64",
      description = "Tokens of each answer. Default: ${DEFAULT-VALUE}.")
  private int outputTokens;

  @Option(
      names = "--streams",
      paramLabel = "N",
      defaultValue = "1",
      description = "Requests under way at once. Default: ${DEFAULT-VALUE}.")
  private int streams;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "8",
      description = "Measured requests of a repetition. Default: ${DEFAULT-VALUE}.")
  private int requests;

  @Option(
      names = "--warmup",
      paramLabel = "N",
      defaultValue = "1",
      description = "Requests before them, not measured. Default: ${DEFAULT-VALUE}.")
  private int warmup;

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "3",
      description = "How often all that is done, with new texts. Default: ${DEFAULT-VALUE}.")
  private int repetitions;

  @Option(
      names = "--repeat-share",
      paramLabel = "S",
      defaultValue = "0",
      description = {
        "Share of requests, 0 to 1, that repeat a document sent before;",
        "with 1 those of the warm-up. Default: ${DEFAULT-VALUE}."
      })
  private double repeatShare;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Decides all texts. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "Take the sentences of a text file, else of a seeded word model.")
  private @Nullable Path text;

  /** The workload, checked. */
  Workload workload() {
    return new Workload(
        contextTokens,
        questionTokens,
        outputTokens,
        streams,
        requests,
        warmup,
        repetitions,
        repeatShare,
        seed);
  }

  /** Where its texts come from. */
  SentenceSource source() {
    return text == null ? new WordModel() : FileText.read(text);
  }
}
