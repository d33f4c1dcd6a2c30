package io.e2llm.common.client;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.time.Duration;

/**
 * Asks a tier whether it serves: a container's health check. Ends with status 0 when it does, with
 * 1 when it drains or does not answer, with 2 on wrong use. Plain text only.
 */
public final class HealthProbe {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(3);

  private HealthProbe() {}

  /** Usage: {@code HealthProbe HOST:PORT}. */
  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("usage: HealthProbe HOST:PORT");
      System.exit(2);
    }
    ManagedChannel channel =
        Grpc.newChannelBuilder(args[0], InsecureChannelCredentials.create()).build();
    boolean serves = HealthAnswer.ask(channel, ANSWER_WITHIN) == HealthAnswer.SERVING;
    channel.shutdownNow();
    System.exit(serves ? 0 : 1);
  }
}
