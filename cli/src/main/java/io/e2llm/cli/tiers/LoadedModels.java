package io.e2llm.cli.tiers;

import io.e2llm.engine.decoder.DecoderModel;
import io.e2llm.engine.encoder.TextEncoder;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Both models of a process.
 *
 * @param encoder the encoder
 * @param decoder the decoder
 */
record LoadedModels(TextEncoder encoder, DecoderModel decoder) {
  /** Loads both at once, the decoder on the calling thread; none is left open when one fails. */
  static LoadedModels load(
      TierModels models, Path encoder, Path decoder, BundleChoice bundle, LocalPlan.Models plan)
      throws InterruptedException {
    FutureTask<TextEncoder> beside =
        new FutureTask<>(() -> models.encoder(encoder, bundle, plan.precision()));
    Thread thread = Thread.ofPlatform().daemon().name("e2llm-load-encoder").start(beside);
    DecoderModel loaded;
    try {
      loaded = models.decoder(decoder, bundle, plan.precision(), plan.kvPrecision());
    } catch (RuntimeException | Error e) {
      thread.join();
      close(beside);
      throw e;
    }
    try {
      return new LoadedModels(beside.get(), loaded);
    } catch (ExecutionException e) {
      loaded.close();
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException("the encoder cannot be loaded", e.getCause());
    }
  }

  private static void close(FutureTask<TextEncoder> task) throws InterruptedException {
    try {
      task.get().close();
    } catch (ExecutionException e) {
      // The other failure is told.
    }
  }
}
