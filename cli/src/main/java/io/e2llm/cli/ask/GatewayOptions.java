package io.e2llm.cli.ask;

import io.e2llm.cli.CommandContext;
import io.e2llm.cli.CommandFailure;
import io.e2llm.cli.tiers.RemoteGateway;
import io.e2llm.common.client.ClientSecurity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a gateway that runs elsewhere; certificates and token as the tiers take them. */
final class GatewayOptions {
  private static final Pattern SENDABLE = Pattern.compile("[!-~]+");

  @Option(
      names = "--gateway",
      paramLabel = "HOST:PORT",
      description = "Ask a gateway that runs already, instead of running all tiers here.")
  private @Nullable String gateway;

  @Option(names = "--tls", description = "Connect to the gateway with TLS.")
  private boolean tls;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Authority that the gateway's certificate must come from, PEM; means --tls.")
  private @Nullable Path authority;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "Certificate to show to the gateway, PEM; means --tls.")
  private @Nullable Path certificate;

  @Option(
      names = "--private-key",
      paramLabel = "FILE",
      description = "Private key of that certificate, PEM.")
  private @Nullable Path privateKey;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "File with the bearer token for the gateway; E2LLM_TOKEN may hold it too.")
  private @Nullable Path tokenFile;

  /** Whether a gateway is named. */
  boolean given() {
    return gateway != null;
  }

  /** Its address as it was given. */
  Optional<String> address() {
    return Optional.ofNullable(gateway);
  }

  /**
   * The gateway.
   *
   * @throws CommandFailure when the options do not fit together or a file cannot be read
   */
  Optional<RemoteGateway> connect(CommandContext context) {
    if (gateway == null) {
      if (tls
          || authority != null
          || certificate != null
          || privateKey != null
          || tokenFile != null) {
        throw CommandFailure.wrongUse(
            "--tls, --ca, --certificate, --private-key and --token-file go with --gateway");
      }
      return Optional.empty();
    }
    if ((certificate == null) != (privateKey == null)) {
      throw CommandFailure.wrongUse("--certificate and --private-key go together");
    }
    return Optional.of(
        RemoteGateway.at(
            gateway,
            new ClientSecurity(
                tls || authority != null || certificate != null,
                Optional.ofNullable(authority),
                Optional.ofNullable(certificate),
                Optional.ofNullable(privateKey),
                token(context))));
  }

  private Optional<String> token(CommandContext context) {
    String text = tokenFile == null ? context.environment().get("E2LLM_TOKEN") : read(tokenFile);
    if (text == null || (text.isBlank() && tokenFile == null)) {
      return Optional.empty();
    }
    String token = text.strip();
    if (!SENDABLE.matcher(token).matches()) {
      throw CommandFailure.failed("the token is empty or holds characters that no token has");
    }
    return Optional.of(token);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw CommandFailure.failed(file + ": the token cannot be read");
    }
  }
}
