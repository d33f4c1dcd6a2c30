package io.e2llm.common.client;

import io.e2llm.common.config.DataSize;
import io.e2llm.common.config.Secret;
import io.e2llm.common.config.Setting;
import io.e2llm.common.lifecycle.StartupException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a tier reaches the workers of another.
 *
 * @param endpoints where they are: {@code host:port}; a name means all addresses it resolves to
 * @param tls whether connections use TLS
 * @param ca authority that the workers' certificates must come from, PEM; the platform's otherwise
 * @param certificate certificate shown to the workers, PEM
 * @param privateKey its key, PEM
 * @param token bearer token shown to the workers
 * @param refresh how often names are resolved anew
 * @param maxMessage largest message taken
 */
public record ClientSettings(
    @Setting(doc = "Where the workers are: `host:port`; a name means all its addresses.")
        List<String> endpoints,
    @Setting(value = "false", doc = "Connect with TLS.") boolean tls,
    @Setting(doc = "Authority that the workers' certificates must come from, PEM.")
        Optional<Path> ca,
    @Setting(doc = "Certificate shown to the workers, PEM.") Optional<Path> certificate,
    @Setting(doc = "Private key of that certificate, PEM.") Optional<Path> privateKey,
    @Setting(doc = "Bearer token shown to the workers.") Optional<Secret> token,
    @Setting(value = "5s", doc = "How often names are resolved anew.") Duration refresh,
    @Setting(value = "16MiB", doc = "Largest message taken.") DataSize maxMessage) {
  /** Checks ranges and what belongs together. */
  public ClientSettings {
    endpoints = List.copyOf(endpoints);
    check(!endpoints.isEmpty(), "endpoints must be given");
    Target.parseList(String.join(",", endpoints));
    check(
        certificate.isPresent() == privateKey.isPresent(),
        "certificate and private-key go together");
    check(tls || (ca.isEmpty() && certificate.isEmpty()), "ca and certificate need tls to be true");
    check(refresh.toMillis() >= 100, "refresh is less than 100ms");
    check(
        maxMessage.bytes() >= 4096 && maxMessage.bytes() <= 1L << 30,
        "max-message is not within 4KiB to 1GiB");
  }

  /** Plain text, everything else at its default. */
  public static ClientSettings plain(List<String> endpoints) {
    return new ClientSettings(
        endpoints,
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(5),
        new DataSize(16L << 20));
  }

  /**
   * Begins to look for the workers.
   *
   * @throws StartupException when a certificate or key cannot be read
   */
  public Endpoints connect() {
    try {
      return new ResolvedEndpoints(
              Target.parseList(String.join(",", endpoints)),
              AddressResolver.system(),
              new NettyChannels(security(), maxMessage.intBytes()))
          .start(refresh);
    } catch (IOException unreadable) {
      throw new StartupException(
          "the certificate, its key or the authority of the workers cannot be read", unreadable);
    }
  }

  private ClientSecurity security() {
    return new ClientSecurity(tls, ca, certificate, privateKey, token.map(Secret::value));
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
