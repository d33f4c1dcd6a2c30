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
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * Prints a decoder's perplexity in several precisions: {@code DecoderPerplexity MODEL TEXT TOKENS
 * PRECISION[/KV]…}, where {@code KV} is the cache's. Not a test.
 */
public final class DecoderPerplexity {
  private static final int WINDOW = 1024;
  private static final int BESIDE = 4;

  private DecoderPerplexity() {}

  /** Runs it. */
  public static void main(String[] args) throws IOException {
    String text = Files.readString(Path.of(args[1]));
    int tokens = Integer.parseInt(args[2]);
    double first = 0;
    for (String label : Arrays.asList(args).subList(3, args.length)) {
      String[] names = label.toUpperCase(Locale.ROOT).split("/", 2);
      Precision precision = Precision.valueOf(names[0]);
      TorchOptions options = new TorchOptions(TorchDevice.CPU, precision, CoreBudget.ofMachine());
      if (names.length > 1) {
        options = options.with(KvPrecision.valueOf(names[1]));
      }
      ModelFiles files = ModelFiles.open(Path.of(args[0]));
      try (DecoderModel model = Decoders.load(files, Optional.empty(), options)) {
        int[] ids = model.tokenizer().encodeText(text).ids();
        long begin = System.nanoTime();
        double nats =
            Perplexity.nats(
                model, Arrays.copyOf(ids, Math.min(tokens, ids.length)), WINDOW, BESIDE);
        first = first == 0 ? nats : first;
        System.out.printf(
            Locale.ROOT,
            "%s: %.4f nats, perplexity %.3f (%+.2f %%), %.0f s%n",
            options.arithmetic() + ", cache " + options.kv().label(),
            nats,
            Math.exp(nats),
            100 * (Math.exp(nats - first) - 1),
            (System.nanoTime() - begin) / 1e9);
      }
    }
  }
}
