package io.e2llm.engine.decoder;

import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.KvPrecision;
import io.e2llm.engine.torch.Precision;
import io.e2llm.engine.torch.TorchDevice;
import io.e2llm.engine.torch.TorchOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * Times a decoder: {@code DecoderTiming MODEL [cores [precision [kv [folder]]]]}. Not a test. It
 * prints the least of several runs, as a machine that does other things as well only ever makes
 * them longer.
 */
public final class DecoderTiming {
  private static final int PROMPT = Integer.getInteger("prompt", 512);
  private static final int RUNS = 5;
  private static final int STEPS = 30;

  private final DecoderModel model;
  private final int[] prompt;

  private DecoderTiming(DecoderModel model) {
    this.model = model;
    this.prompt = new Random(1).ints(PROMPT, 0, model.description().vocabulary()).toArray();
  }

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    int cores =
        args.length > 1 ? Integer.parseInt(args[1]) : Runtime.getRuntime().availableProcessors();
    Precision precision =
        args.length > 2 ? Precision.valueOf(args[2].toUpperCase(Locale.ROOT)) : Precision.FP32;
    TorchOptions options =
        new TorchOptions(
            TorchDevice.CPU,
            precision,
            args.length > 3
                ? KvPrecision.valueOf(args[3].toUpperCase(Locale.ROOT))
                : KvPrecision.of(precision),
            CoreBudget.ofCores(cores),
            args.length > 4 ? Optional.of(Path.of(args[4])) : Optional.empty());
    long begin = System.nanoTime();
    ModelFiles files = ModelFiles.open(Path.of(args[0]));
    try (DecoderModel model = Decoders.load(files, Optional.empty(), options)) {
      System.out.printf("load, libtorch included: %.0f ms%n", millis(begin));
      DecoderTiming timing = new DecoderTiming(model);
      timing.prefill(PROMPT);
      timing.prefill(PROMPT / 4);
      for (int sequences : new int[] {1, 2, 4, 8}) {
        timing.decode(sequences);
      }
      timing.memory();
    }
  }

  private void prefill(int block) {
    double least = Double.MAX_VALUE;
    for (int run = 0; run < RUNS; run++) {
      int sequence = model.open();
      long begin = System.nanoTime();
      for (int at = 0; at < PROMPT; at += block) {
        model.step(List.of(Reading.ids(sequence, Arrays.copyOfRange(prompt, at, at + block))));
      }
      least = Math.min(least, millis(begin));
      model.release(sequence);
    }
    System.out.printf("prefill of %d by %d: %.0f ms%n", PROMPT, block, least);
  }

  private void decode(int count) {
    List<Integer> sequences = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sequences.add(model.open());
      model.step(List.of(Reading.ids(sequences.get(i), prompt)));
    }
    double least = Double.MAX_VALUE;
    for (int step = 0; step < STEPS; step++) {
      int id = prompt[step];
      List<StepInput> inputs = sequences.stream().map(s -> Reading.ids(s, id)).toList();
      long begin = System.nanoTime();
      model.step(inputs);
      least = Math.min(least, millis(begin));
    }
    sequences.forEach(model::release);
    System.out.printf("step of %d after %d tokens: %.1f ms%n", count, PROMPT, least);
  }

  /** Resident memory before and after 500 generations. */
  private void memory() throws IOException {
    System.out.println("before 500 generations: " + resident());
    for (int i = 0; i < 500; i++) {
      int sequence = model.open();
      model.step(List.of(Reading.ids(sequence, Arrays.copyOf(prompt, 8 + i % 64))));
      model.step(List.of(Reading.ids(sequence, 1)));
      model.release(sequence);
    }
    System.out.println("after 500 generations:  " + resident());
  }

  private static String resident() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines.filter(line -> line.startsWith("VmRSS")).findFirst().orElse("unknown");
    }
  }

  private static double millis(long beginNanos) {
    return (System.nanoTime() - beginNanos) / 1e6;
  }
}
