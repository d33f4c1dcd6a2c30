package io.e2llm.cli.tiers;

import io.e2llm.common.server.ListenSettings;
import io.e2llm.common.server.TierServerBuilder;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a tier can be called: on the network, within the process, or both.
 *
 * @param network where it listens
 * @param inProcess its name within the process
 */
public record Place(Optional<ListenSettings> network, Optional<String> inProcess) {
  /** On the network only. */
  public static Place listening(ListenSettings settings) {
    return new Place(Optional.of(settings), Optional.empty());
  }

  /** How long its running calls may go on once it is told to stop. */
  Duration drainTimeout() {
    return network.map(ListenSettings::drainTimeout).orElse(Duration.ZERO);
  }

  /** Tells the server. */
  TierServerBuilder on(TierServerBuilder builder) {
    network.ifPresent(builder::listen);
    inProcess.ifPresent(builder::inProcess);
    return builder;
  }
}
