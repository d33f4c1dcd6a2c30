package io.e2llm.engine.decoder;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The adapter of a bundle: {@code second(gelu(first(x))) + residual(x)}.
 *
 * @param bundleDigest digest of the bundle it comes from
 * @param first from the pooled width to the inner width
 * @param second from the inner width to the decoder's hidden size
 * @param residual from the pooled width to the hidden size, without a bias
 */
public record Adapter(String bundleDigest, Linear first, Linear second, Optional<Linear> residual) {
  /** Checks that the layers fit each other. */
  public Adapter {
    if (first.out() != second.in()
        || residual.filter(r -> r.in() != first.in() || r.out() != second.out()).isPresent()) {
      throw new IllegalArgumentException("the adapter's layers do not fit each other");
    }
    if (first.bias().isEmpty() || second.bias().isEmpty()) {
      throw new IllegalArgumentException("the adapter's layers have biases");
    }
  }

  /**
   * A linear layer, in direct buffers of native byte order.
   *
   * @param in width of what goes in
   * @param out width of what comes out
   * @param weight {@code [out, in]} fp32
   * @param bias {@code [out]} fp32
   */
  public record Linear(int in, int out, ByteBuffer weight, Optional<ByteBuffer> bias) {}

  /** Width of the soft prompts it takes. */
  public int pooledWidth() {
    return first.in();
  }

  /** Width of what it makes of them. */
  public int hiddenSize() {
    return second.out();
  }
}
