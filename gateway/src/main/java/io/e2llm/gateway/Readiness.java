package io.e2llm.gateway;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.e2llm.common.client.Endpoints;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the gateway can answer: it has at least one encoder and one decoder that serve. Every
 * context mode needs both, as context is counted with the encoder's tokenizer even where none of it
 * is encoded. Thread-safe.
 */
final class Readiness {
  private static final Logger log = LoggerFactory.getLogger(Readiness.class);

  private final Endpoints encoders;
  private final Endpoints decoders;
  private final Consumer<Boolean> listener;

  @GuardedBy("this") private boolean told;

  private Readiness(Endpoints encoders, Endpoints decoders, Consumer<Boolean> listener) {
    this.encoders = encoders;
    this.decoders = decoders;
    this.listener = listener;
  }

  /**
   * Tells {@code listener} now if the gateway is ready, and from now on of every change, one at a
   * time and in order. Until it hears something the gateway is not ready.
   */
  static void watch(Endpoints encoders, Endpoints decoders, Consumer<Boolean> listener) {
    Readiness readiness = new Readiness(encoders, decoders, listener);
    encoders.onChange(readiness::update);
    decoders.onChange(readiness::update);
    readiness.update();
  }

  private synchronized void update() {
    boolean encoder = !encoders.live().isEmpty();
    boolean decoder = !decoders.live().isEmpty();
    boolean ready = encoder && decoder;
    if (ready == told) {
      return;
    }
    told = ready;
    if (ready) {
      log.info("encoders and decoders are found: the gateway is ready");
    } else {
      log.warn("no {} answers: the gateway is not ready", encoder ? "decoder" : "encoder");
    }
    listener.accept(ready);
  }
}
