package io.e2llm.common.server;

import io.e2llm.common.config.DataSize;
import io.e2llm.common.config.Secret;
import io.e2llm.common.config.Setting;
import io.e2llm.common.net.BindAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where and how a tier listens.
 *
 * @param host name or address to bind
 * @param port port to bind; 0 takes any free one
 * @param certificate certificate chain, PEM
 * @param privateKey its key, PEM
 * @param clientCa authority that callers' certificates must come from, PEM
 * @param tokens bearer tokens of which callers must show one
 * @param insecure whether an address other than loopback may lack TLS and authentication
 * @param maxMessage largest message taken
 * @param maxCallsPerConnection calls one connection may have open
 * @param drainTimeout how long running calls may go on once the process is told to stop
 */
public record ListenSettings(
    @Setting(value = "127.0.0.1", doc = "Name or address to listen on.") String host,
    @Setting(value = "0", doc = "Port to listen on; 0 takes any free one.") int port,
    @Setting(doc = "Certificate chain for TLS, PEM.") Optional<Path> certificate,
    @Setting(doc = "Private key of the certificate, PEM.") Optional<Path> privateKey,
    @Setting(doc = "Authority that callers' certificates must come from, PEM.")
        Optional<Path> clientCa,
    @Setting(doc = "Bearer tokens of which callers must show one.") List<Secret> tokens,
    @Setting(value = "false", doc = "Listen beyond loopback even without TLS and authentication.")
        boolean insecure,
    @Setting(value = "16MiB", doc = "Largest message taken.") DataSize maxMessage,
    @Setting(value = "1024", doc = "Calls one connection may have open at once.")
        int maxCallsPerConnection,
    @Setting(value = "30s", doc = "How long running calls may go on after SIGTERM.")
        Duration drainTimeout) {
  /** Checks ranges and what belongs together. */
  public ListenSettings {
    tokens = List.copyOf(tokens);
    check(!host.isBlank(), "host is empty");
    check(port >= 0 && port <= 65_535, "port is not within 0 to 65535");
    check(
        certificate.isPresent() == privateKey.isPresent(),
        "certificate and private-key go together");
    check(clientCa.isEmpty() || certificate.isPresent(), "client-ca needs a certificate");
    check(
        maxMessage.bytes() >= 4096 && maxMessage.bytes() <= 1L << 30,
        "max-message is not within 4KiB to 1GiB");
    check(maxCallsPerConnection >= 1, "max-calls-per-connection is less than 1");
  }

  /** Loopback, plain text, everything else at its default; port 0 takes any free one. */
  public static ListenSettings loopback(int port) {
    return new ListenSettings(
        "127.0.0.1",
        port,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        false,
        new DataSize(16L << 20),
        1024,
        Duration.ofSeconds(30));
  }

  /** What {@code tier} binds. */
  public BindAddress bindAddress(String tier) {
    return new BindAddress(tier, host, port);
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
