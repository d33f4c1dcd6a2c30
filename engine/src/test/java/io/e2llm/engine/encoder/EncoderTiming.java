package io.e2llm.engine.encoder;

import io.e2llm.engine.bundle.AdapterBundle;
import io.e2llm.engine.files.ModelFiles;
import io.e2llm.engine.torch.CoreBudget;
import io.e2llm.engine.torch.Precision;
import io.e2llm.engine.torch.TorchDevice;
import io.e2llm.engine.torch.TorchOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Times an encoder on chunks that are tokenized already: {@code EncoderTiming MODEL CORES PRECISION
 * TOKENS [BUNDLE RATIO]}. Not a test. It prints the best of several runs.
 */
public final class EncoderTiming {
  private static final int RUNS = 7;

  private EncoderTiming() {}

  /** Runs it. */
  public static void main(String[] args) {
    Precision precision = Precision.valueOf(args[2].toUpperCase(Locale.ROOT));
    TorchOptions options =
        new TorchOptions(TorchDevice.CPU, precision, CoreBudget.ofCores(Integer.parseInt(args[1])));
    int tokens = Integer.parseInt(args[3]);
    Optional<AdapterBundle> bundle =
        args.length > 4 ? Optional.of(AdapterBundle.open(Path.of(args[4]))) : Optional.empty();
    int ratio = args.length > 5 ? Integer.parseInt(args[5]) : 0;
    try (TextEncoder encoder = Encoders.load(ModelFiles.open(Path.of(args[0])), bundle, options)) {
      for (int size : new int[] {1, 4, 8, 16, 32}) {
        time(encoder, batch(size, tokens, ratio));
      }
    }
  }

  private static List<TextEncoder.EncodeInput> batch(int size, int tokens, int ratio) {
    Random random = new Random(size);
    return IntStream.range(0, size)
        .mapToObj(i -> new TextEncoder.EncodeInput(chunk(random, tokens), ratio))
        .toList();
  }

  private static PreparedChunk chunk(Random random, int tokens) {
    int[] ids = random.ints(tokens, 1000, 20_000).toArray();
    int[] words = IntStream.range(0, tokens).toArray();
    return new PreparedChunk(ids, words, tokens - 2);
  }

  private static void time(TextEncoder encoder, List<TextEncoder.EncodeInput> batch) {
    double least = Double.MAX_VALUE;
    for (int run = 0; run < RUNS; run++) {
      long begin = System.nanoTime();
      encoder.encode(batch);
      least = Math.min(least, (System.nanoTime() - begin) / 1e9);
    }
    int tokens = batch.stream().mapToInt(input -> input.chunk().textTokens()).sum();
    System.out.printf(
        Locale.ROOT,
        "%d chunks: %.1f ms, %.0f tokens/s%n",
        batch.size(),
        1000 * least,
        tokens / least);
  }
}
